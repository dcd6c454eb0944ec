package topology

import (
	"fmt"
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/flow"
	"github.com/spatestream/spate/internal/window"
)

// windowing is the operator of windows. What a window holds is state of a part of
// its key: closing it costs what it holds, by a timer of its own.
type windowing[T, Out any] struct {
	window.Spec
	held held[T, Out]
	late func(*Context) func(T)

	holds    holds
	drop     func(T) // a late event
	sessions *Value[[]window.Frame]
	number   *Value[int64]           // events so far, by count
	progress *Value[window.Progress] // of a key with a watermark of its own
	mark     eventtime.Watermark     // that of the key at hand
	firings  *Value[firings]         // of a window; nil: it fires once
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

// Names of timers: a letter before the window's part.
const (
	endTimer   = "w"
	earlyTimer = "e"
)

// Setup implements Setup.
func (x *windowing[T, Out]) Setup(ctx *Context) error {
	if x.Instance {
		ctx.keyed, ctx.own = ctx.focusOwn, true
	}
	if ctx.of.job.pass > 0 {
		x.Early, x.EarlyCount, x.OwnMark = 0, 0, false
	}
	x.drop = x.late(ctx)
	switch {
	case x.Kind == window.Sessions:
		x.sessions = NewValue[[]window.Frame](ctx, "window.sessions")
	case x.Kind == window.Counts:
		x.number = NewValue[int64](ctx, "window.number")
	}
	if x.OwnMark {
		x.progress = NewValue[window.Progress](ctx, "window.progress")
	}
	if x.Repeats() {
		x.firings = newPartValue[firings](ctx, "window.firings")
	}
	return x.held.setup(ctx)
}

// Close implements Closer.
func (x *windowing[T, Out]) Close() error { return x.held.close() }

// Apply implements Operator.
func (x *windowing[T, Out]) Apply(ctx *Context, v T, out *Emitter[Out]) error {
	ctx.stale = ctx.stale || x.Instance
	if x.Kind == window.Counts {
		return x.tell(ctx, v, out)
	}
	at, err := x.time(ctx)
	if err != nil {
		return err
	}
	x.mark = x.markOf(ctx)
	taken := false
	switch x.Kind {
	case window.Sessions:
		taken, err = x.extend(ctx, v, at, out)
	case window.Endless:
		taken, err = true, x.put(ctx, x.Frame(0), v, out)
	default:
		taken, err = x.spread(ctx, v, at, out)
	}
	if !taken {
		x.drop(v)
	}
	if err == nil && x.OwnMark {
		err = x.pass(ctx, at, out)
	}
	return err
}

// time returns when the event at hand is, in milliseconds.
func (x *windowing[T, Out]) time(ctx *Context) (int64, error) {
	switch {
	case x.Clock:
		return ctx.Now().UnixMilli(), nil
	case x.Kind == window.Endless:
		return 0, nil
	case ctx.header.at == eventtime.Min:
		return 0, fmt.Errorf("an event without a time cannot be in a window of event time; give its source EventTime, or use ByClock")
	}
	return ctx.header.at.Millis(), nil
}

// spread puts an event into all windows that span its time.
func (x *windowing[T, Out]) spread(ctx *Context, v T, at int64, out *Emitter[Out]) (taken bool, err error) {
	for f := x.Latest(at); f.End > at && err == nil && !x.Gone(f, x.mark); f = x.Before(f) {
		taken, err = true, x.put(ctx, f, v, out)
	}
	return taken, err
}

// put adds an event to a window that is not over.
func (x *windowing[T, Out]) put(ctx *Context, f window.Frame, v T, out *Emitter[Out]) error {
	x.holds.add(ctx, f.Part())
	ctx.within(f.Part())
	first := x.held.add(v)
	var n firings
	arm := false
	if x.firings != nil {
		n, _ = x.firings.Get()
		n.Fresh++
		arm = x.Early > 0 && !n.Armed && !x.Ended(f, x.mark)
		n.Armed = n.Armed || arm
		x.firings.Set(n)
	}
	ctx.whole()
	if first || x.Kind == window.Sessions {
		x.schedule(ctx, f)
	}
	if arm {
		ctx.SetTimer(Timer{Name: f.Timer(earlyTimer), At: ctx.Now().Add(x.Early), Clock: true})
	}
	switch {
	case x.Ended(f, x.mark):
		return x.fire(ctx, f, Late, out)
	case x.EarlyCount > 0 && n.Fresh >= x.EarlyCount:
		return x.fire(ctx, f, Early, out)
	}
	return nil
}

// schedule sets the timers at which a window is over.
func (x *windowing[T, Out]) schedule(ctx *Context, f window.Frame) {
	at := f.Last()
	switch {
	case x.Kind == window.Endless:
		at = window.Forever
	case x.Clock:
		ctx.SetTimer(Timer{Name: f.Timer(endTimer), At: time.UnixMilli(f.End), Clock: true})
		at = window.Forever
	case x.Ended(f, x.mark):
		at = x.Until(f)
	}
	if x.OwnMark {
		x.appoint(ctx, f, at)
		return
	}
	ctx.SetTimer(Timer{Name: f.Timer(endTimer), At: time.UnixMilli(at)})
}

// OnTimer implements TimerHandler.
func (x *windowing[T, Out]) OnTimer(ctx *Context, t Timer, out *Emitter[Out]) error {
	x.mark = x.markOf(ctx)
	letter, id := window.OfTimer(t.Name)
	f := x.frame(id)
	if letter == earlyTimer {
		return x.fire(ctx, f, Early, out)
	}
	return x.look(ctx, f, t.At.UnixMilli(), out)
}

// look does what is due at a time of a window that is over.
func (x *windowing[T, Out]) look(ctx *Context, f window.Frame, at int64, out *Emitter[Out]) error {
	switch {
	case at == window.Forever && !x.Ended(f, x.mark), x.Kind == window.Counts, x.Kind == window.Endless, x.Clock, x.Lateness == 0 && at <= f.Last():
		if err := x.fire(ctx, f, OnTime, out); err != nil {
			return err
		}
	case at <= f.Last():
		x.schedule(ctx, f)
		return x.fire(ctx, f, OnTime, out)
	}
	x.forget(ctx, f)
	return nil
}

// frame returns the window of an ID, its key being at hand.
func (x *windowing[T, Out]) frame(id int64) window.Frame {
	if x.Kind != window.Sessions {
		return x.Frame(id)
	}
	return window.Find(x.all(), id)
}

// fire gives what a window holds to the user.
func (x *windowing[T, Out]) fire(ctx *Context, f window.Frame, why Timing, out *Emitter[Out]) error {
	w := Window{Timing: why, Pass: ctx.of.job.pass}
	if x.Kind == window.Spans || x.Kind == window.Sessions {
		w.Start, w.End = time.UnixMilli(f.Start).UTC(), time.UnixMilli(f.End).UTC()
	}
	ctx.within(f.Part())
	some := x.held.load()
	if x.Discard && x.firings != nil {
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
		ctx.ClearTimer(Timer{Name: f.Timer(earlyTimer), Clock: true})
	}
	if !some {
		return nil
	}
	var held []*Held
	if why != Early {
		held = x.holds.take(ctx, f.Part())
	}
	var err error
	around := ctx.header
	ctx.header.at = x.stamp(ctx, f)
	ctx.Release(held, func() { err = x.held.give(ctx, w, out) })
	ctx.header = around
	return err
}

// stamp returns the event time of what a window gives.
func (x *windowing[T, Out]) stamp(ctx *Context, f window.Frame) eventtime.Time {
	switch {
	case x.Kind == window.Counts:
		return ctx.header.at
	case x.Kind != window.Endless:
		return eventtime.Time(f.Last() * 1000)
	case ctx.watermark == flow.NoWatermark:
		return eventtime.Min
	}
	return min(ctx.watermark.Time(), eventtime.Time(window.Forever*1000)) + 1
}

// forget removes a window and all that belongs to it.
func (x *windowing[T, Out]) forget(ctx *Context, f window.Frame) {
	ctx.within(f.Part())
	x.held.clear()
	armed := false
	if x.firings != nil {
		n, _ := x.firings.Get()
		armed = n.Armed
		x.firings.Clear()
	}
	ctx.whole()
	x.holds.done(ctx, f.Part())
	if armed {
		ctx.ClearTimer(Timer{Name: f.Timer(earlyTimer), Clock: true})
	}
	if x.Clock {
		ctx.ClearTimer(Timer{Name: f.Timer(endTimer), Clock: true})
		ctx.ClearTimer(Timer{Name: f.Timer(endTimer)})
	}
	if x.OwnMark {
		x.dismiss(ctx, f)
	}
	if x.Kind == window.Sessions {
		x.keep(window.Without(x.all(), f))
	}
}
