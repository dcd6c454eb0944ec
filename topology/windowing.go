package topology

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/flow"
)

// windowing is the operator of windows. What a window holds is state of a part of
// its key: closing it costs what it holds, by a timer of its own.
type windowing[T, Out any] struct {
	Windows
	held held[T, Out]
	late func(*Context) func(T)

	holds    holds
	drop     func(T) // a late event
	sessions *Value[[]session]
	number   *Value[int64]       // events so far, by count
	progress *Value[progress]    // of a key with a watermark of its own
	mark     eventtime.Watermark // that of the key at hand
	firings  *Value[firings]     // of a window; nil: it fires once
}

// held is what windows hold of their events. All but give deal with the window in
// focus.
type held[T, Out any] interface {
	setup(ctx *Context) error
	add(v T) (first bool)
	load() bool // reads it all; false: there is nothing
	merge()     // adds what was loaded from another window
	clear()
	give(ctx *Context, w Window, out *Emitter[Out]) error // what was loaded
	close() error
}

// firings is what a window that may fire several times knows of it.
type firings struct {
	Panes int64 // so far
	Fresh int64 // events since
	Armed bool  // a timer is set for them
}

// frame is a window's place in time, in milliseconds; by count its end alone, in
// events.
type frame struct{ id, start, end int64 }

// forever is when the end of the input comes.
const forever = int64(253402300799000) // 9999-12-31

func (f frame) last() int64 { return f.end - 1 }

// part names the window within its key.
func (f frame) part() []byte { return binary.BigEndian.AppendUint64(nil, uint64(f.id)) }

// Names of timers: a letter before the window's part.
const (
	endTimer   = "w"
	earlyTimer = "e"
)

func (f frame) timer(name string) string { return name + string(f.part()) }

// Setup implements Setup.
func (x *windowing[T, Out]) Setup(ctx *Context) error {
	if x.instance {
		ctx.keyed, ctx.own = ctx.focusOwn, true
	}
	if ctx.of.job.pass > 0 {
		x.early, x.earlyCount, x.ownMark = 0, 0, false
	}
	x.drop = x.late(ctx)
	switch {
	case x.kind == sessions:
		x.sessions = NewValue[[]session](ctx, "window.sessions")
	case x.kind == counts:
		x.number = NewValue[int64](ctx, "window.number")
	}
	if x.ownMark {
		x.progress = NewValue[progress](ctx, "window.progress")
	}
	if x.fires() {
		x.firings = newPartValue[firings](ctx, "window.firings")
	}
	return x.held.setup(ctx)
}

// Close implements Closer.
func (x *windowing[T, Out]) Close() error { return x.held.close() }

// Apply implements Operator.
func (x *windowing[T, Out]) Apply(ctx *Context, v T, out *Emitter[Out]) error {
	ctx.stale = ctx.stale || x.instance
	if x.kind == counts {
		return x.tell(ctx, v, out)
	}
	at, err := x.time(ctx)
	if err != nil {
		return err
	}
	x.mark = x.markOf(ctx)
	taken := false
	switch x.kind {
	case sessions:
		taken, err = x.extend(ctx, v, at, out)
	case endless:
		taken, err = true, x.put(ctx, frame{end: forever}, v, out)
	default:
		taken, err = x.spread(ctx, v, at, out)
	}
	if !taken {
		x.drop(v)
	}
	if err == nil && x.ownMark {
		err = x.pass(ctx, at, out)
	}
	return err
}

// time returns when the event at hand is, in milliseconds.
func (x *windowing[T, Out]) time(ctx *Context) (int64, error) {
	switch {
	case x.clock:
		return ctx.Now().UnixMilli(), nil
	case x.kind == endless:
		return 0, nil
	case ctx.header.at == eventtime.Min:
		return 0, fmt.Errorf("an event without a time cannot be in a window of event time; give its source EventTime, or use ByClock")
	}
	return ctx.header.at.Millis(), nil
}

// spread puts an event into all windows that span its time.
func (x *windowing[T, Out]) spread(ctx *Context, v T, at int64, out *Emitter[Out]) (taken bool, err error) {
	length, every := x.length.Milliseconds(), x.every.Milliseconds()
	for start := at - mod(at, every); start > at-length && err == nil; start -= every {
		f := frame{start, start, start + length}
		if x.over(f) {
			break
		}
		taken, err = true, x.put(ctx, f, v, out)
	}
	return taken, err
}

// mod is the remainder in [0, by).
func mod(a, by int64) int64 { return (a%by + by) % by }

// over reports whether a window takes nothing any more.
func (x *windowing[T, Out]) over(f frame) bool {
	return !x.clock && x.mark >= eventtime.Watermark(f.last()+x.lateness.Milliseconds())
}

// ended reports whether a window has fired on time.
func (x *windowing[T, Out]) ended(f frame) bool {
	return !x.clock && x.mark >= eventtime.Watermark(f.last())
}

// put adds an event to a window that is not over.
func (x *windowing[T, Out]) put(ctx *Context, f frame, v T, out *Emitter[Out]) error {
	x.holds.add(ctx, f.part())
	ctx.within(f.part())
	first := x.held.add(v)
	var n firings
	arm := false
	if x.firings != nil {
		n, _ = x.firings.Get()
		n.Fresh++
		arm = x.early > 0 && !n.Armed && !x.ended(f)
		n.Armed = n.Armed || arm
		x.firings.Set(n)
	}
	ctx.whole()
	if first || x.kind == sessions {
		x.schedule(ctx, f)
	}
	if arm {
		ctx.SetTimer(Timer{Name: f.timer(earlyTimer), At: ctx.Now().Add(x.early), Clock: true})
	}
	switch {
	case x.ended(f):
		return x.fire(ctx, f, Late, out)
	case x.earlyCount > 0 && n.Fresh >= x.earlyCount:
		return x.fire(ctx, f, Early, out)
	}
	return nil
}

// schedule sets the timers at which a window is over.
func (x *windowing[T, Out]) schedule(ctx *Context, f frame) {
	at := f.last()
	switch {
	case x.kind == endless:
		at = forever
	case x.clock:
		ctx.SetTimer(Timer{Name: f.timer(endTimer), At: time.UnixMilli(f.end), Clock: true})
		at = forever
	case x.ended(f):
		at += x.lateness.Milliseconds()
	}
	if x.ownMark {
		x.appoint(ctx, f, at)
		return
	}
	ctx.SetTimer(Timer{Name: f.timer(endTimer), At: time.UnixMilli(at)})
}

// OnTimer implements TimerHandler.
func (x *windowing[T, Out]) OnTimer(ctx *Context, t Timer, out *Emitter[Out]) error {
	x.mark = x.markOf(ctx)
	f := x.frame(int64(binary.BigEndian.Uint64([]byte(t.Name[1:]))))
	if t.Name[:1] == earlyTimer {
		return x.fire(ctx, f, Early, out)
	}
	return x.look(ctx, f, t.At.UnixMilli(), out)
}

// look does what is due at a time of a window that is over.
func (x *windowing[T, Out]) look(ctx *Context, f frame, at int64, out *Emitter[Out]) error {
	switch {
	case at == forever && !x.ended(f), x.kind == counts, x.kind == endless, x.clock, x.lateness == 0:
		if err := x.fire(ctx, f, OnTime, out); err != nil {
			return err
		}
	case at < f.last()+x.lateness.Milliseconds():
		x.schedule(ctx, f)
		return x.fire(ctx, f, OnTime, out)
	}
	x.forget(ctx, f)
	return nil
}

// frame returns the window of an id, its key being at hand.
func (x *windowing[T, Out]) frame(id int64) frame {
	switch x.kind {
	case sessions:
		return x.session(id)
	case endless:
		return frame{end: forever}
	case counts:
		return frame{id: id, end: id}
	}
	return frame{id, id, id + x.length.Milliseconds()}
}

// fire gives what a window holds to the user.
func (x *windowing[T, Out]) fire(ctx *Context, f frame, why Timing, out *Emitter[Out]) error {
	w := Window{Timing: why, Pass: ctx.of.job.pass}
	if x.kind == spans || x.kind == sessions {
		w.Start, w.End = time.UnixMilli(f.start).UTC(), time.UnixMilli(f.end).UTC()
	}
	ctx.within(f.part())
	some := x.held.load()
	if x.discard && x.firings != nil {
		x.held.clear()
	}
	armed := false
	if x.firings != nil && some {
		n, _ := x.firings.Get()
		w.Pane, armed = int(n.Panes), n.Armed
		x.firings.Set(firings{Panes: n.Panes + 1})
	}
	ctx.whole()
	if armed {
		ctx.ClearTimer(Timer{Name: f.timer(earlyTimer), Clock: true})
	}
	if !some {
		return nil
	}
	var held []*Held
	if why != Early {
		held = x.holds.take(ctx, f.part())
	}
	var err error
	around := ctx.header
	ctx.header.at = x.stamp(ctx, f)
	ctx.Release(held, func() { err = x.held.give(ctx, w, out) })
	ctx.header = around
	return err
}

// stamp returns the event time of what a window gives.
func (x *windowing[T, Out]) stamp(ctx *Context, f frame) eventtime.Time {
	switch {
	case x.kind == counts:
		return ctx.header.at
	case x.kind != endless:
		return eventtime.Time(f.last() * 1000)
	case ctx.watermark == flow.NoWatermark:
		return eventtime.Min
	}
	return min(ctx.watermark.Time(), eventtime.Time(forever*1000)) + 1
}

// forget removes a window and all that belongs to it.
func (x *windowing[T, Out]) forget(ctx *Context, f frame) {
	ctx.within(f.part())
	x.held.clear()
	armed := false
	if x.firings != nil {
		n, _ := x.firings.Get()
		armed = n.Armed
		x.firings.Clear()
	}
	ctx.whole()
	x.holds.done(ctx, f.part())
	if armed {
		ctx.ClearTimer(Timer{Name: f.timer(earlyTimer), Clock: true})
	}
	if x.clock {
		ctx.ClearTimer(Timer{Name: f.timer(endTimer), Clock: true})
		ctx.ClearTimer(Timer{Name: f.timer(endTimer)})
	}
	if x.ownMark {
		x.dismiss(ctx, f)
	}
	if x.kind == sessions {
		x.leave(f)
	}
}
