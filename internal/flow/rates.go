package flow

import "time"

// Rates is what an instance did in a time, by the second: of which Busy, Blocked and
// Idle milliseconds add up to 1000.
type Rates struct {
	Events              float64 // received; of a source: given
	Busy, Blocked, Idle float64
}

// Since makes rates of two moments, of which a was before; zero if there was no
// time between them.
func (b InstanceStatus) Since(a InstanceStatus) (r Rates) {
	span := b.Lived - a.Lived
	if span <= 0 {
		return r
	}
	share := func(d time.Duration) float64 { return max(0, min(1000, 1000*float64(d)/float64(span))) }
	r.Blocked = share(b.Blocked - a.Blocked)
	r.Idle = min(1000-r.Blocked, share(b.Idle-a.Idle))
	r.Busy = 1000 - r.Blocked - r.Idle
	r.Events = float64(b.Received-a.Received) / span.Seconds()
	return r
}

// Capacity estimates the events if all time were busy; 0 unknown, as with less than
// a thousandth of it.
func (r Rates) Capacity() float64 {
	if r.Busy < 1 {
		return 0
	}
	return r.Events * 1000 / r.Busy
}

// Offered is the events in the time that is not blocked, of which a twentieth at
// least is assumed: what would be given to consumers that keep up.
func (r Rates) Offered() float64 { return r.Events * 1000 / max(50, 1000-r.Blocked) }
