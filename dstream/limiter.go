package dstream

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/spatestream/spate/internal/env"
)

// limiter lets a number of rows a second through: a token bucket that saves
// what was not used for at most a second, and that lets who comes first through
// at once and makes the next wait for it, however many rows that were (as
// Guava's RateLimiter does). It is safe for concurrent use.
type limiter struct {
	clock env.Clock
	max   float64 // no rate is above it; +Inf: none

	mu    sync.Mutex
	rate  float64   // guarded by mu: rows a second, 0 for no limit
	saved float64   // guarded by mu: rows that may pass at once
	next  time.Time // guarded by mu: saved is of this time; nobody passes before
}

// newLimiter takes the limits of the configuration.
func newLimiter(c *Context) *limiter {
	l := &limiter{clock: c.env.Clock, max: math.Inf(1), next: c.env.Clock.Now()}
	if most := c.real("spark.streaming.receiver.maxRate", 0); most > 0 {
		l.max, l.rate = most, most
	}
	if first := c.real("spark.streaming.backpressure.initialRate", 0); first > 0 {
		l.rate = min(first, l.max)
	}
	return l
}

// set changes the rate; one that is not positive is ignored.
func (l *limiter) set(rate float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !(rate > 0) {
		return
	}
	l.gather(l.clock.Now())
	l.rate = min(rate, l.max)
	l.saved = min(l.saved, l.rate)
}

// limit returns the rate, 0 for none.
func (l *limiter) limit() float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.rate
}

// portion is how many rows may be taken together, so that they last for about
// an interval.
func (l *limiter) portion(interval time.Duration) int {
	rate := l.limit()
	if rate == 0 {
		return math.MaxInt
	}
	return max(int(min(rate*interval.Seconds(), math.MaxInt32)), 1)
}

// take waits until n rows may pass, or ctx ends.
func (l *limiter) take(ctx context.Context, n int) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if at := l.reserve(n); !at.IsZero() && env.SleepUntil(ctx, l.clock, at) != nil {
		return context.Cause(ctx)
	}
	return nil
}

// reserve takes n rows and returns when they pass, zero for at once.
func (l *limiter) reserve(n int) (at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.rate == 0 {
		return at
	}
	now := l.clock.Now()
	l.gather(now)
	if l.next.After(now) {
		at = l.next
	}
	spent := min(float64(n), l.saved)
	l.saved -= spent
	l.next = l.next.Add(time.Duration((float64(n) - spent) / l.rate * float64(time.Second)))
	return at
}

// gather saves what was not used until now. It runs under mu.
func (l *limiter) gather(now time.Time) {
	if now.After(l.next) {
		l.saved = min(l.rate, l.saved+now.Sub(l.next).Seconds()*l.rate)
		l.next = now
	}
}
