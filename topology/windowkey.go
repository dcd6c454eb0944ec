package topology

import (
	"cmp"
	"slices"
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/flow"
)

// progress is how far a key is by a watermark of its own.
type progress struct {
	Latest int64 // of its events
	Open   []appointment
}

// appointment is when a window is to be looked at.
type appointment struct{ ID, At int64 }

// markOf loads the watermark that counts for the key at hand: the instance's, or
// its own.
func (x *windowing[T, Out]) markOf(ctx *Context) eventtime.Watermark {
	if !x.ownMark {
		return ctx.watermark
	}
	p, some := x.progress.Get()
	if !some {
		return flow.NoWatermark
	}
	return x.behind(p.Latest)
}

func (x *windowing[T, Out]) behind(latest int64) eventtime.Watermark {
	return eventtime.Watermark(latest - x.delay.Milliseconds() - 1)
}

// pass moves the key's own watermark behind an event, and looks at the windows
// whose time has come, the earliest first.
func (x *windowing[T, Out]) pass(ctx *Context, at int64, out *Emitter[Out]) error {
	p, some := x.progress.Get()
	if some && at <= p.Latest {
		return nil
	}
	p.Latest = at
	x.progress.Set(p)
	x.mark = x.behind(at)
	for {
		p, _ := x.progress.Get()
		if len(p.Open) == 0 || eventtime.Watermark(p.Open[0].At) > x.mark {
			return nil
		}
		if err := x.look(ctx, x.frame(p.Open[0].ID), p.Open[0].At, out); err != nil {
			return err
		}
	}
}

// appoint has a window looked at when the key's own watermark has come to a time,
// or at the end of the input.
func (x *windowing[T, Out]) appoint(ctx *Context, f frame, at int64) {
	p := x.without(f)
	p.Open = append(p.Open, appointment{f.id, at})
	slices.SortFunc(p.Open, func(a, b appointment) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID)) })
	x.progress.Set(p)
	ctx.SetTimer(Timer{Name: f.timer(endTimer), At: time.UnixMilli(forever)})
}

// dismiss undoes appoint.
func (x *windowing[T, Out]) dismiss(ctx *Context, f frame) {
	x.progress.Set(x.without(f))
	ctx.ClearTimer(Timer{Name: f.timer(endTimer)})
}

func (x *windowing[T, Out]) without(f frame) progress {
	p, some := x.progress.Get()
	if !some {
		p.Latest = int64(flow.NoWatermark) / 2
	}
	p.Open = slices.DeleteFunc(p.Open, func(a appointment) bool { return a.ID == f.id })
	return p
}
