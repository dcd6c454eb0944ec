package topology

import "github.com/spatestream/spate/internal/window"

// all returns the sessions of the key at hand that are not forgotten.
func (x *windowing[T, Out]) all() []window.Frame {
	all, _ := x.sessions.Get()
	return all
}

func (x *windowing[T, Out]) keep(all []window.Frame) {
	if len(all) == 0 {
		x.sessions.Clear()
		return
	}
	x.sessions.Set(all)
}

// extend puts an event into the session that it begins, extends or joins with
// others.
func (x *windowing[T, Out]) extend(ctx *Context, v T, at int64, out *Emitter[Out]) (taken bool, err error) {
	now, met, rest := window.Extend(x.all(), at, x.Length.Milliseconds())
	switch {
	case len(met) == 0 && x.Gone(now, x.mark):
		return false, nil
	case len(met) > 1:
		for _, f := range met[1:] {
			x.join(ctx, now, f)
		}
	}
	if len(met) != 1 || met[0] != now {
		x.keep(window.Insert(rest, now))
	}
	return true, x.put(ctx, now, v, out)
}

// join moves what a session holds to another.
func (x *windowing[T, Out]) join(ctx *Context, to, from window.Frame) {
	x.holds.move(ctx, to.Part(), from.Part())
	var n firings
	ctx.within(from.Part())
	some := x.held.load()
	x.held.clear()
	if x.firings != nil {
		n, _ = x.firings.Get()
		x.firings.Clear()
	}
	ctx.whole()
	ctx.within(to.Part())
	if some {
		x.held.merge()
	}
	if x.firings != nil {
		m, _ := x.firings.Get()
		x.firings.Set(firings{max(m.Panes, n.Panes), m.Fresh + n.Fresh, m.Armed})
	}
	ctx.whole()
	if x.OwnMark {
		x.dismiss(ctx, from)
	}
	ctx.ClearTimer(Timer{Name: from.Timer(endTimer)})
	ctx.ClearTimer(Timer{Name: from.Timer(endTimer), Clock: true})
	ctx.ClearTimer(Timer{Name: from.Timer(earlyTimer), Clock: true})
}
