package topology

import (
	"errors"
	"time"

	"github.com/spatestream/spate/eventtime"
)

// Split is a part of what a source instance reads whose events have an order of
// their own: a file of several, a partition of a log. The instance's watermark is
// the least of those of its splits, so that none runs away from the others,
// however unevenly they are read. A split that has given nothing for IdleAfter is
// left out until it does. Checkpoints keep how far each is, by its name.
//
// It belongs to the instance's goroutine.
type Split struct {
	of     *splits
	name   string
	latest eventtime.Time // of its events
	active time.Time      // when it gave one last, in free time
	fresh  bool           // it gave one since the clock was read
	idle   bool
}

// Split makes a split of a source, in Setup, Seek or Next; one of a name that
// there is returns that. From now on it holds the watermark, where its events are
// or where it was at the checkpoint. Events that are emitted without a split do
// not move the watermark of a source that has any.
func (c *Context) Split(name string) *Split {
	if c.of.role != source {
		c.node.fail(c, errors.New("a split is of a source"))
	}
	if c.splits == nil {
		c.splits = &splits{past: map[string]eventtime.Time{}}
	}
	return c.splits.add(name)
}

// From makes what the emitter sends be of a split, until Next returns or From is
// called again.
func (e *Emitter[T]) From(s *Split) *Emitter[T] {
	e.ctx.split = s
	return e
}

// Name returns the split's name.
func (s *Split) Name() string { return s.name }

// End says that the split gives nothing more: it holds the watermark no longer.
func (s *Split) End() { s.of.remove(s) }

// reach notes the time of an event.
func (s *Split) reach(at eventtime.Time) {
	s.latest = max(s.latest, at)
	if !s.fresh {
		s.fresh = true
		s.of.fresh = append(s.of.fresh, s)
	}
}

// splits are those of a source instance that have not ended. Times of the clock
// are free time: what the instance waited for its consumers is taken off, so
// that nobody becomes idle because others gave too much.
type splits struct {
	all   []*Split
	past  map[string]eventtime.Time // where splits were that have not begun again
	fresh []*Split
	moved bool      // some ended
	least *Split    // has the least time of those that are not idle; nil: unknown
	due   time.Time // when one may become idle; no later than that
	more  bool      // some are new, or no longer idle: due does not know of them
}

func (x *splits) add(name string) *Split {
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

func (x *splits) remove(s *Split) {
	for i, have := range x.all {
		if have == s {
			x.all = append(x.all[:i:i], x.all[i+1:]...)
			x.moved, x.least = true, nil
		}
	}
}

// turned reports whether splits have ended since it was asked last.
func (x *splits) turned() bool {
	moved := x.moved
	x.moved = false
	return moved
}

// heard notes that the splits that gave something did so by now.
func (x *splits) heard(now time.Time) {
	for _, s := range x.fresh {
		s.active, s.fresh, x.more = now, false, x.more || s.idle
		if s.idle || s == x.least {
			s.idle, x.least = false, nil
		}
	}
	x.fresh = x.fresh[:0]
}

// latest returns the least of the times that splits have reached, Min if none
// holds it.
func (x *splits) latest() eventtime.Time {
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

// rest makes idle what was silent for d until now.
func (x *splits) rest(now time.Time, d time.Duration) {
	for _, s := range x.all {
		if !s.idle && !s.active.IsZero() && !s.active.Add(d).After(now) {
			s.idle, x.least = true, nil
		}
	}
	x.look(now, d)
}

// look notes when the next one may be. What is new counts from now on.
func (x *splits) look(now time.Time, d time.Duration) {
	x.due, x.more = time.Time{}, false
	for _, s := range x.all {
		if s.active.IsZero() {
			s.active = now
		}
		if !s.idle {
			x.due = earlier(x.due, s.active.Add(d))
		}
	}
}

// splitPlace is how far a split is, in the checkpoint.
type splitPlace struct {
	Name   string
	Latest int64 // microseconds
}

func (x *splits) places() (all []splitPlace) {
	if x == nil {
		return nil
	}
	for _, s := range x.all {
		all = append(all, splitPlace{s.name, int64(s.latest)})
	}
	return all
}

// resume takes the splits to where they were.
func (c *Context) resume(all []splitPlace) {
	if len(all) == 0 {
		return
	}
	if c.splits == nil {
		c.splits = &splits{past: map[string]eventtime.Time{}}
	}
	for _, p := range all {
		c.splits.past[p.Name] = eventtime.Time(p.Latest)
	}
	for _, s := range c.splits.all {
		if at, ok := c.splits.past[s.name]; ok {
			s.latest = at
			delete(c.splits.past, s.name)
		}
	}
	c.splits.least = nil
}
