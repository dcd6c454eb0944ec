package topology

import (
	"errors"

	"github.com/spatestream/spate/internal/flow"
)

// Split is a part of what a source instance reads whose events have an order of
// their own: a file of several, a partition of a log. The instance's watermark is
// the least of those of its splits, so that none runs away from the others,
// however unevenly they are read. A split that has given nothing for IdleAfter is
// left out until it does. Checkpoints keep how far each is, by its name.
//
// It belongs to the instance's goroutine.
type Split struct {
	of *flow.Splits
	s  *flow.Split
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
		c.splits = &flow.Splits{}
	}
	return &Split{c.splits, c.splits.Add(name)}
}

// From makes what the emitter sends be of a split, until Next returns or From is
// called again.
func (e *Emitter[T]) From(s *Split) *Emitter[T] {
	e.ctx.split = s.s
	return e
}

// Name returns the split's name.
func (s *Split) Name() string { return s.s.Name() }

// End says that the split gives nothing more: it holds the watermark no longer.
func (s *Split) End() { s.of.Remove(s.s) }

// resume takes the splits to where they were.
func (c *Context) resume(all []flow.SplitPlace) {
	if len(all) == 0 {
		return
	}
	if c.splits == nil {
		c.splits = &flow.Splits{}
	}
	c.splits.Resume(all)
}
