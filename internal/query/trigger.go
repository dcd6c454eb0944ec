package query

import (
	"context"
	"time"

	"github.com/spatestream/spate/internal/env"
)

// TriggerKind says when epochs start.
type TriggerKind uint8

const (
	// ProcessingTime starts an epoch at every multiple of the interval since
	// the Unix epoch; interval 0 starts the next when the last has ended.
	ProcessingTime TriggerKind = iota
	// Once runs exactly one epoch over everything there is.
	Once
	// AvailableNow runs as many epochs as the sources' limits ask for, over
	// what was there at the start, then ends.
	AvailableNow
)

// Trigger is when epochs start.
type Trigger struct {
	Kind     TriggerKind
	Interval time.Duration
}

// pollingDelay is how long an idle query without an interval waits before it
// asks its sources again (spark.sql.streaming.pollingDelay).
const pollingDelay = 10 * time.Millisecond

// wait returns when the next tick is due after one that started at start:
// at once when it is overdue. idle: the last tick found nothing to do.
func (t Trigger) wait(ctx context.Context, clock env.Clock, start time.Time, idle bool) error {
	if t.Kind != ProcessingTime || t.Interval == 0 {
		if idle {
			return clock.Sleep(ctx, pollingDelay)
		}
		return ctx.Err()
	}
	if d := t.next(start).Sub(clock.Now()); d > 0 {
		return clock.Sleep(ctx, d)
	}
	return ctx.Err()
}

// next returns the first multiple of the interval after start; missed ones are
// not queued.
func (t Trigger) next(start time.Time) time.Time {
	i := t.Interval.Microseconds()
	return time.UnixMicro(start.UnixMicro()/i*i + i)
}
