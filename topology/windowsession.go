package topology

import (
	"cmp"
	"slices"
)

// session is a session of a key that is not forgotten. Those of a key do not
// overlap. ID is the time of its first event to come: it lies within, so no two
// have the same.
type session struct{ ID, Start, End int64 }

func (s session) frame() frame { return frame{s.ID, s.Start, s.End} }

// extend puts an event into the session that it begins, extends or joins with
// others.
func (x *windowing[T, Out]) extend(ctx *Context, v T, at int64, out *Emitter[Out]) (taken bool, err error) {
	all, _ := x.sessions.Get()
	alone := session{at, at, at + x.length.Milliseconds()}
	now := alone
	var rest, met []session
	for _, s := range all {
		if s.Start >= alone.End || alone.Start >= s.End {
			rest = append(rest, s)
			continue
		}
		met = append(met, s)
		now.Start, now.End = min(now.Start, s.Start), max(now.End, s.End)
	}
	if len(met) == 0 && x.over(now.frame()) {
		return false, nil
	}
	if len(met) > 0 {
		now.ID = met[0].ID
		for _, s := range met[1:] {
			x.join(ctx, now.frame(), s.frame())
		}
	}
	if len(met) != 1 || met[0] != now {
		rest = append(rest, now)
		slices.SortFunc(rest, func(a, b session) int { return cmp.Compare(a.Start, b.Start) })
		x.sessions.Set(rest)
	}
	return true, x.put(ctx, now.frame(), v, out)
}

// join moves what a session holds to another.
func (x *windowing[T, Out]) join(ctx *Context, to, from frame) {
	x.holds.move(ctx, to.part(), from.part())
	var n firings
	ctx.within(from.part())
	some := x.held.load()
	x.held.clear()
	if x.firings != nil {
		n, _ = x.firings.Get()
		x.firings.Clear()
	}
	ctx.whole()
	ctx.within(to.part())
	if some {
		x.held.merge()
	}
	if x.firings != nil {
		m, _ := x.firings.Get()
		x.firings.Set(firings{max(m.Panes, n.Panes), m.Fresh + n.Fresh, m.Armed})
	}
	ctx.whole()
	if x.ownMark {
		x.dismiss(ctx, from)
	}
	ctx.ClearTimer(Timer{Name: from.timer(endTimer)})
	ctx.ClearTimer(Timer{Name: from.timer(endTimer), Clock: true})
	ctx.ClearTimer(Timer{Name: from.timer(earlyTimer), Clock: true})
}

// session returns the frame of a session of the key at hand.
func (x *windowing[T, Out]) session(id int64) frame {
	all, _ := x.sessions.Get()
	for _, s := range all {
		if s.ID == id {
			return s.frame()
		}
	}
	return frame{id: id}
}

// leave removes a session from those of its key.
func (x *windowing[T, Out]) leave(f frame) {
	all, _ := x.sessions.Get()
	all = slices.DeleteFunc(all, func(s session) bool { return s.ID == f.id })
	if len(all) == 0 {
		x.sessions.Clear()
		return
	}
	x.sessions.Set(all)
}
