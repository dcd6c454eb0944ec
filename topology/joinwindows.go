package topology

import (
	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/internal/window"
)

// JoinWindows joins the events of two streams that are in the same window and
// have the same key: when the window is over, each event of one is given with
// each of the other, and then what has no partner, if the join keeps it. Windows
// are Fixed, Sliding or by Session (of the events of both), and fire once. Late
// events go to LateEvents.
func JoinWindows[L, R any](left Stream[L], right Stream[R], name string, w Windows, kind Join, settings ...Setting) Stream[Joined[L, R]] {
	checkKeys(left, right, name)
	if err := w.spec.Check(); err != nil {
		left.job.mistake("%q: %w", name, err)
	}
	if of := w.spec; of.Kind == window.Counts || of.Kind == window.Endless || of.Instance || of.OwnMark || of.Repeats() {
		left.job.mistake("%q: windows of a join are of each key, have an end in time by one watermark, and fire once", name)
	}
	lateLeft, lateRight := NewChannel[L](lateName), NewChannel[R](lateName)
	late := func(ctx *Context) func(either[L, R]) {
		l, r := lateTo(ctx, lateLeft), lateTo(ctx, lateRight)
		return func(v either[L, R]) {
			if v.isRight {
				r(v.right)
			} else {
				l(v.left)
			}
		}
	}
	return Connect(left, right, name, func() *windowJoin[L, R] {
		return &windowJoin[L, R]{windowing[either[L, R], Joined[L, R]]{Spec: w.spec, held: &eventLists[L, R]{kind: kind}, late: late}}
	}, with(settings, emitsLate(lateLeft), emitsLate(lateRight), laidOut(cells.Layout{Windows: &w.spec}))...)
}

// either is an event of one of two streams.
type either[L, R any] struct {
	left    L
	right   R
	isRight bool
}

// windowJoin is windows of the events of two streams.
type windowJoin[L, R any] struct {
	windowing[either[L, R], Joined[L, R]]
}

func (w *windowJoin[L, R]) ApplyLeft(ctx *Context, v L, out *Emitter[Joined[L, R]]) error {
	return w.Apply(ctx, either[L, R]{left: v}, out)
}

func (w *windowJoin[L, R]) ApplyRight(ctx *Context, v R, out *Emitter[Joined[L, R]]) error {
	return w.Apply(ctx, either[L, R]{right: v, isRight: true}, out)
}

// eventLists holds a window's events of two streams.
type eventLists[L, R any] struct {
	kind   Join
	left   *List[L]
	right  *List[R]
	lefts  []L // loaded
	rights []R
}

func (e *eventLists[L, R]) setup(ctx *Context) error {
	e.left, e.right = newPartList[L](ctx, "window.left"), newPartList[R](ctx, "window.right")
	return nil
}

func (e *eventLists[L, R]) close() error { return nil }

func (e *eventLists[L, R]) add(v either[L, R]) (first bool) {
	first = e.left.empty() && e.right.empty()
	if v.isRight {
		e.right.Add(v.right)
	} else {
		e.left.Add(v.left)
	}
	return first
}

func (e *eventLists[L, R]) load() bool {
	clear(e.lefts)
	clear(e.rights)
	e.lefts, e.rights = e.lefts[:0], e.rights[:0]
	for v := range e.left.All() {
		e.lefts = append(e.lefts, v)
	}
	for v := range e.right.All() {
		e.rights = append(e.rights, v)
	}
	return len(e.lefts)+len(e.rights) > 0
}

func (e *eventLists[L, R]) merge() {
	for _, v := range e.lefts {
		e.left.Add(v)
	}
	for _, v := range e.rights {
		e.right.Add(v)
	}
}

func (e *eventLists[L, R]) clear() {
	e.left.Clear()
	e.right.Clear()
}

func (e *eventLists[L, R]) give(_ *Context, _ Window, out *Emitter[Joined[L, R]]) error {
	for _, l := range e.lefts {
		for _, r := range e.rights {
			out.Emit(Joined[L, R]{l, r, true, true})
		}
		if len(e.rights) == 0 && e.kind.keepsLeft() {
			out.Emit(Joined[L, R]{Left: l, HasLeft: true})
		}
	}
	if len(e.lefts) == 0 && e.kind.keepsRight() {
		for _, r := range e.rights {
			out.Emit(Joined[L, R]{Right: r, HasRight: true})
		}
	}
	return nil
}
