package topology

import (
	"cmp"
	"errors"
	"slices"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/flow"
)

// unanswered is an event that is being asked about, in the checkpoint: under its
// key, or one of the instance's key groups, so that the next run may have another
// number of instances.
type unanswered[In any] struct {
	Number int64 // in order of arrival
	At     int64 // event time, microseconds
	Event  In
}

func (o *callMember[In, Out]) open() error {
	if _, ok := o.own.(Snapshotter); ok {
		return errors.New("it is a Snapshotter, and what Async calls keeps no state")
	}
	o.ctx.keyed = o.ctx.focusOwn
	if o.ctx.Checkpointed() {
		o.kept = NewList[unanswered[In]](o.ctx, "unanswered")
	}
	return o.instance.open()
}

// seal implements member.
func (o *callMember[In, Out]) seal() error {
	if o.kept == nil {
		return nil
	}
	o.kept.clearEvery()
	number := int64(0)
	for a := range o.All() {
		if err := o.focus(a.in); err != nil {
			return err
		}
		o.kept.Add(unanswered[In]{number, int64(a.h.at), a.in})
		number++
	}
	return nil
}

// focus puts where an event is kept in focus.
func (o *callMember[In, Out]) focus(v In) error {
	s := o.ctx.state.Cells
	if o.key.Keyer == nil {
		return o.ctx.focusOwn(s)
	}
	hash, key, err := o.key.Of(v)
	if err == nil {
		s.Focus(hash, key)
	}
	return err
}

// restored implements member: what was being asked about is asked about again.
// When it came is not known any more, so the watermark waits for all of it.
func (o *callMember[In, Out]) restored() error {
	if o.kept == nil {
		return nil
	}
	var all []unanswered[In]
	o.kept.every(func(u unanswered[In]) { all = append(all, u) })
	slices.SortStableFunc(all, func(a, b unanswered[In]) int { return cmp.Compare(a.Number, b.Number) })
	for _, u := range all {
		o.take(u.Event, header{at: eventtime.Time(u.At)}, flow.NoWatermark)
	}
	if len(all) > 0 {
		o.node.in.Rouse() // and begin when all others are ready
	}
	return o.node.err
}
