package topology

import "time"

// tell puts an event into its windows by count: the i-th event, from 0, is in
// those that end, at multiples of the step, behind it and within the count.
func (x *windowing[T, Out]) tell(ctx *Context, v T, out *Emitter[Out]) error {
	i, _ := x.number.Get()
	next := i - i%x.step + x.step
	for end := next; end <= i+x.count; end += x.step {
		ctx.within(frame{id: end}.part())
		x.held.add(v)
		ctx.whole()
	}
	x.number.Set(i + 1)
	x.holds.add(ctx, frame{id: next}.part()) // until it is in a window that was given
	f := frame{id: next, end: next}
	due := Timer{Name: f.timer(endTimer), At: time.UnixMilli(forever)}
	if i+1 < next {
		if i%x.step == 0 { // what is left over at the end of the input
			ctx.SetTimer(due)
		}
		return nil
	}
	if x.step > 1 {
		ctx.ClearTimer(due)
	}
	if x.step == x.count { // the next window has nothing of these
		x.number.Clear()
	}
	err := x.fire(ctx, f, OnTime, out)
	x.forget(ctx, f)
	return err
}
