package topology

import (
	"context"
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/calls"
	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/internal/flow"
)

// callMember is an instance of Async.
type callMember[In, Out any] struct {
	instance
	*calls.Calls[asked[In], Out]
	node  *node
	out   Emitter[Out]
	guard *guard[In]
	key   cells.Finder[In]
	kept  *List[unanswered[In]] // nil: no checkpoints
	mark  eventtime.Watermark   // of the input
}

// asked is an event that is being asked about.
type asked[In any] struct {
	in     In
	h      header
	behind eventtime.Watermark // of the input, when it came: the output's stays there
}

func newCallMember[In, Out any](n *node, c *component, own instance) *callMember[In, Out] {
	o := &callMember[In, Out]{instance: own, node: n, mark: flow.NoWatermark}
	o.out.ctx = o.ctx
	o.guard = newGuard[In](c, o.ctx, nil)
	caller := own.own.(Caller[In, Out])
	ask := func(ctx context.Context, a asked[In]) (Out, error) { return caller.Call(ctx, a.in) }
	again := func() { c.tally.again.Add(1) }
	o.Calls = calls.New(n.ctx, c.calls, calls.Owner{Now: o.ctx.Now, Go: n.in.Go, Rouse: n.in.Rouse, Again: again}, ask, o.answered)
	n.keeps = o
	return o
}

func (o *callMember[In, Out]) attach(r any) { o.out.attach(r.(receiver[Out])) }

// receive implements receiver.
func (o *callMember[In, Out]) receive(v In, h header) {
	o.ctx.received++
	if l := o.node.ledger; l != nil && !l.Await(h.root) {
		return
	}
	o.take(v, h, o.mark)
	o.Start()
}

// take enters an event.
func (o *callMember[In, Out]) take(v In, h header, behind eventtime.Watermark) {
	var key string
	if o.Order == calls.ByKey {
		_, b, err := o.key.Of(v)
		if err != nil {
			o.node.fail(o.ctx, err)
			return
		}
		key = string(b)
	}
	o.ctx.of.tally.asking.Add(1)
	o.Take(asked[In]{v, h, behind}, key)
}

// attend implements keeping.
func (o *callMember[In, Out]) attend() { o.Attend() }

// answered emits a result, or deals with its error.
func (o *callMember[In, Out]) answered(a asked[In], out Out, err error) {
	o.ctx.of.tally.asking.Add(-1)
	o.ctx.header = a.h
	o.node.resume(a.h.root, func() {
		switch {
		case o.node.err != nil: // the job has failed
		case err == nil:
			o.out.send(out, a.h)
		case o.ctx.of.job.onError == Fail:
			o.node.fail(o.ctx, err)
		default:
			o.guard.reject(a.in, a.h, err)
		}
	})
}

// due implements member.
func (o *callMember[In, Out]) due() time.Time { return o.Due() }

// wake implements member.
func (o *callMember[In, Out]) wake(now time.Time) error {
	o.Wake(now)
	return o.node.err
}

// close implements member: it waits for the calls under way, if they end soon.
func (o *callMember[In, Out]) close() error {
	o.End()
	o.ctx.of.tally.asking.Add(-int64(o.Len()))
	return o.node.in.Join(o.instance.close)
}
