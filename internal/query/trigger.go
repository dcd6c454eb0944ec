package query

import "time"

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

// wait returns how long it is until the next tick is due, after one that began
// at start; not above 0 when it is due or overdue. idle: the last tick found
// nothing to do.
func (t Trigger) wait(now, start time.Time, idle bool) time.Duration {
	if t.Kind == ProcessingTime && t.Interval > 0 {
		return t.next(start).Sub(now)
	}
	if idle {
		return pollingDelay
	}
	return 0
}

// next returns the first multiple of the interval after start; missed ones are
// not queued.
func (t Trigger) next(start time.Time) time.Time {
	i := t.Interval.Microseconds()
	return time.UnixMicro(start.UnixMicro()/i*i + i)
}
