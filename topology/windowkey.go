package topology

import (
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/flow"
	"github.com/spatestream/spate/internal/window"
)

// markOf loads the watermark that counts for the key at hand: the instance's, or
// its own.
func (x *windowing[T, Out]) markOf(ctx *Context) eventtime.Watermark {
	if !x.OwnMark {
		return ctx.watermark
	}
	p, some := x.progress.Get()
	if !some {
		return flow.NoWatermark
	}
	return x.Behind(p.Latest)
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
	x.mark = x.Behind(at)
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
func (x *windowing[T, Out]) appoint(ctx *Context, f window.Frame, at int64) {
	p := x.far()
	p.Appoint(f, at)
	x.progress.Set(p)
	ctx.SetTimer(Timer{Name: f.Timer(endTimer), At: time.UnixMilli(window.Forever)})
}

// dismiss undoes appoint.
func (x *windowing[T, Out]) dismiss(ctx *Context, f window.Frame) {
	p := x.far()
	p.Dismiss(f)
	x.progress.Set(p)
	ctx.ClearTimer(Timer{Name: f.Timer(endTimer)})
}

// far is how far the key at hand is; before its first event, nowhere.
func (x *windowing[T, Out]) far() window.Progress {
	p, some := x.progress.Get()
	if !some {
		p.Latest = int64(flow.NoWatermark) / 2
	}
	return p
}
