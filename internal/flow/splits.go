package flow

import (
	"maps"
	"slices"
	"time"

	"github.com/spatestream/spate/eventtime"
)

// Split is a part of what a source reads whose events have an order of their own.
type Split struct {
	of     *Splits
	name   string
	latest eventtime.Time // of its events
	active time.Time      // when it gave one last, in free time
	fresh  bool           // it gave one since the clock was read
	idle   bool
}

// Reach notes the time of an event.
func (s *Split) Reach(at eventtime.Time) {
	s.latest = max(s.latest, at)
	if !s.fresh {
		s.fresh = true
		s.of.fresh = append(s.of.fresh, s)
	}
}

// Splits are those of a source instance that have not ended. The zero Splits has
// none. Times of the clock are free time: what the instance waited for its consumers
// is taken off, so that nobody becomes idle because others gave too much. It belongs
// to the instance's goroutine.
type Splits struct {
	all   []*Split
	past  map[string]eventtime.Time // where splits were that have not begun again
	fresh []*Split
	moved bool      // some ended
	least *Split    // has the least time of those that are not idle; nil: unknown
	due   time.Time // when one may become idle; no later than that
	more  bool      // some are new, or no longer idle: due does not know of them
}

// Add returns the split of a name, made if there is none: at once it holds the time
// where it is, or was at the checkpoint.
func (x *Splits) Add(name string) *Split {
	for _, s := range x.all {
		if s.name == name {
			return s
		}
	}
	s := &Split{of: x, name: name, latest: eventtime.Min}
	if at, ok := x.past[name]; ok {
		s.latest = at
		delete(x.past, name)
	}
	x.all, x.more, x.least = append(x.all, s), true, nil
	return s
}

// Remove makes a split hold the time no longer.
func (x *Splits) Remove(s *Split) {
	for i, have := range x.all {
		if have == s {
			x.all = append(x.all[:i:i], x.all[i+1:]...)
			x.moved, x.least = true, nil
		}
	}
}

// Turned reports whether splits have ended since it was asked last.
func (x *Splits) Turned() bool {
	moved := x.moved
	x.moved = false
	return moved
}

// Heard notes that the splits that gave something did so by now.
func (x *Splits) Heard(now time.Time) {
	for _, s := range x.fresh {
		s.active, s.fresh, x.more = now, false, x.more || s.idle
		if s.idle || s == x.least {
			s.idle, x.least = false, nil
		}
	}
	x.fresh = x.fresh[:0]
}

// Latest returns the least of the times that splits have reached, Min if none
// holds it.
func (x *Splits) Latest() eventtime.Time {
	if x.least == nil {
		for _, s := range x.all {
			if !s.idle && (x.least == nil || s.latest < x.least.latest) {
				x.least = s
			}
		}
	}
	if x.least == nil {
		return eventtime.Min
	}
	return x.least.latest
}

// Rest makes idle what was silent for d until now.
func (x *Splits) Rest(now time.Time, d time.Duration) {
	for _, s := range x.all {
		if !s.idle && !s.active.IsZero() && !s.active.Add(d).After(now) {
			s.idle, x.least = true, nil
		}
	}
	x.look(now, d)
}

// look notes when the next one may be. What is new counts from now on.
func (x *Splits) look(now time.Time, d time.Duration) {
	x.due, x.more = time.Time{}, false
	for _, s := range x.all {
		if s.active.IsZero() {
			s.active = now
		}
		if !s.idle {
			x.due = Earliest(x.due, s.active.Add(d))
		}
	}
}

// Due returns the free time at which one may become idle after d, no later than
// that; zero: none can.
func (x *Splits) Due(now func() time.Time, d time.Duration) time.Time {
	if x.more {
		x.look(now(), d)
	}
	return x.due
}

// Name returns the split's name.
func (s *Split) Name() string { return s.name }

// Idle reports whether it is left out.
func (s *Split) Idle() bool { return s.idle }

// SplitPlace is how far a split is, in checkpoints: the names of its fields are for
// good.
type SplitPlace struct {
	Name   string
	Latest int64 // microseconds
}

// Places returns how far the splits are, also those that have not begun again since
// the checkpoint.
func (x *Splits) Places() (all []SplitPlace) {
	if x == nil {
		return nil
	}
	for _, s := range x.all {
		all = append(all, SplitPlace{s.name, int64(s.latest)})
	}
	for _, name := range slices.Sorted(maps.Keys(x.past)) {
		all = append(all, SplitPlace{name, int64(x.past[name])})
	}
	return all
}

// Resume says where splits were, whether they are there already or come later. Of
// several places of a split the one furthest ahead counts.
func (x *Splits) Resume(all []SplitPlace) {
	x.past, x.least = map[string]eventtime.Time{}, nil
	for _, p := range all {
		at, some := x.past[p.Name]
		if now := eventtime.Time(p.Latest); !some || at < now {
			x.past[p.Name] = now
		}
	}
	for _, s := range x.all {
		if at, some := x.past[s.name]; some {
			s.latest = at
			delete(x.past, s.name)
		}
	}
}

// Earliest returns the earlier of two times that may be zero for never.
func Earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
