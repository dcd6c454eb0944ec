package flow

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/spatestream/spate/internal/env"
)

// Usage says where an instance's time went since it began, in nanoseconds, and
// what it took in. What was neither idle nor blocked was busy. It is safe for
// concurrent use.
type Usage struct {
	Idle     atomic.Int64 // waiting for something to do
	Blocked  atomic.Int64 // waiting for credit
	Received atomic.Int64 // events; a source may store here how many it gave
	Steps    atomic.Int64 // pieces of work done; a node may add some of its own
	began    atomic.Int64 // Unix nanoseconds, 0: not yet

	watermark atomic.Int64 // of what was sent
	parked    atomic.Bool  // it waits for something to do
	awaits    atomic.Bool  // or for what is being done for it, without a time-out

	// Since when it waits now, in Unix nanoseconds; 0: it does not.
	idleSince, blockedSince atomic.Int64
}

// Rest waits until a time by the clock, or until ctx ends, which counts as idle. It
// is for the instance's goroutine.
func (u *Usage) Rest(ctx context.Context, c env.Clock, until time.Time) {
	began := c.Now()
	u.idleSince.Store(began.UnixNano())
	_ = env.SleepUntil(ctx, c, until) // who waits looks at the clock
	u.idleSince.Store(0)
	u.Idle.Add(int64(c.Now().Sub(began)))
}

// Waits reports whether the instance waits for something to do: nobody is within
// its node, so nobody can use what belongs to the node's goroutine.
func (u *Usage) Waits() bool { return u.parked.Load() }

// waited returns the time up to now: what is over, and what is under way since.
func waited(over, since *atomic.Int64, now time.Time) time.Duration {
	d := over.Load()
	if began := since.Load(); began != 0 {
		d += max(0, now.UnixNano()-began)
	}
	return time.Duration(d)
}
