package topology

import (
	"time"

	"github.com/spatestream/spate/internal/window"
)

// tell puts an event into its windows by count: the i-th event, from 0, is in
// those that end, at multiples of the step, behind it and within the count.
func (x *windowing[T, Out]) tell(ctx *Context, v T, out *Emitter[Out]) error {
	i, _ := x.number.Get()
	f := x.Next(i)
	for w := f; w.End <= i+x.Count; w = x.Frame(w.End + x.Step) {
		ctx.within(w.Part())
		x.held.add(v)
		ctx.whole()
	}
	x.number.Set(i + 1)
	x.holds.add(ctx, f.Part()) // until it is in a window that was given
	due := Timer{Name: f.Timer(endTimer), At: time.UnixMilli(window.Forever)}
	if i+1 < f.End {
		if i%x.Step == 0 { // what is left over at the end of the input
			ctx.SetTimer(due)
		}
		return nil
	}
	if x.Step > 1 {
		ctx.ClearTimer(due)
	}
	if x.Step == x.Count { // the next window has nothing of these
		x.number.Clear()
	}
	err := x.fire(ctx, f, OnTime, out)
	x.forget(ctx, f)
	return err
}
