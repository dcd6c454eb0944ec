package dstreamtest

import (
	"context"
	"sync"
	"time"
)

// Clock is a clock that stands still until it is advanced. It is safe for
// concurrent use.
type Clock struct {
	mu     sync.Mutex
	now    time.Time     // guarded by mu
	change chan struct{} // guarded by mu: closed when now changes
}

// NewClock returns a clock that shows now.
func NewClock(now time.Time) *Clock { return &Clock{now: now, change: make(chan struct{})} }

// Now returns the time the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock on by d and wakes whoever waited for that.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	close(c.change)
	c.change = make(chan struct{})
}

// Sleep returns when the clock has been advanced by d, or ctx ends.
func (c *Clock) Sleep(ctx context.Context, d time.Duration) error {
	return c.SleepUntil(ctx, c.Now().Add(d))
}

// SleepUntil returns when the clock shows until or a later time, or ctx ends. The
// engine prefers it to Sleep, so that no advance is missed that comes between a
// look at the clock and the sleep.
func (c *Clock) SleepUntil(ctx context.Context, until time.Time) error {
	for {
		c.mu.Lock()
		now, change := c.now, c.change
		c.mu.Unlock()
		if !now.Before(until) {
			return ctx.Err()
		}
		select {
		case <-change:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
