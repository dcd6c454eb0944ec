package topology

import "github.com/spatestream/spate/internal/flow"

// noticed stands before a member in a job with a StallTimeout. It says that the
// instance is within it, and keeps what for, in case it does not return.
type noticed[T any] struct {
	to    receiver[T]
	ctx   *Context
	is    int32     // the component, for Tenure.Within
	nth   int       // of its node
	guard *guard[T] // nil: errors fail the job

	// What it is dealing with.
	v        T
	h        header
	received int // events of the member so far
}

// atHand is a noticed, whatever its type. It belongs to the engine's side of a
// node: to whoever has the instance.
type atHand interface {
	context() *Context
	count() int
	number() int
	root() uint64
	reject(old atHand, err *StallError) // what old was dealing with
}

func noticeable[T any](c *component, ctx *Context, to receiver[T]) *noticed[T] {
	n := ctx.node
	x := &noticed[T]{to: to, ctx: ctx, is: int32(c.number) + 1, nth: len(n.noticed)}
	n.noticed = append(n.noticed, x)
	return x
}

func (x *noticed[T]) receive(v T, h header) {
	n := x.ctx.node
	around := n.hand
	n.hand, x.v, x.h, x.received = x, v, h, x.ctx.received+1
	was := n.tenure.Within(x.is)
	x.to.receive(v, h)
	n.tenure.Within(was)
	n.hand = around
}

// expect implements expectant.
func (x *noticed[T]) expect(values []T) {
	if e, ok := x.to.(expectant[T]); ok {
		e.expect(values)
	}
}

func (x *noticed[T]) context() *Context { return x.ctx }
func (x *noticed[T]) count() int        { return x.received }
func (x *noticed[T]) number() int       { return x.nth }
func (x *noticed[T]) root() uint64      { return x.h.root }

// reject does with the event of a call that did not return what the job does about
// errors; if they fail the job, the source gives the event again, or it is dropped.
func (x *noticed[T]) reject(old atHand, err *StallError) {
	o := old.(*noticed[T])
	c := x.ctx.of
	switch l := x.ctx.node.ledger; {
	case x.guard != nil:
		x.guard.reject(o.v, o.h, err)
	case o.h.root != 0:
		c.tally.failed.Add(1)
		l.Tracker.Fail(o.h.root, err)
	default:
		c.shed[flow.Stalled].Add(1)
	}
}

// emitted stands behind an emitter in a job with a StallTimeout: what the user's
// code gives is the engine's from here on.
type emitted[T any] struct {
	to     receiver[T]
	tenure *flow.Tenure
}

func (x *emitted[T]) receive(v T, h header) {
	was := x.tenure.Within(0)
	x.to.receive(v, h)
	x.tenure.Within(was)
}

// inside says which member is at work; nil: none.
func (n *node) inside(m member) {
	is := int32(0)
	if m != nil {
		is = int32(m.context().of.number) + 1
	}
	n.tenure.Within(is)
}

// Succeed implements flow.Successor.
func (n *node) Succeed(o flow.Node, s flow.Stall) error {
	old, err := o.(*node), n.stage.plan.stall(s)
	for _, x := range old.all {
		received := x.received
		if old.hand != nil && old.hand.context() == x {
			received = old.hand.count() // the call may be counting
		}
		x.of.tally.received.Add(int64(received))
	}
	if n.ledger != nil {
		n.ledger.Succeed(old.ledger)
		old.holding.Fail(err)
		n.dealt, n.lost = n.ledger.Root, err
	}
	if n.dealt != 0 && (old.hand == nil || old.hand.root() != n.dealt) { // what was held until a timer, or this event
		n.ledger.Tracker.Fail(n.dealt, err)
	}
	if old.hand != nil {
		n.noticed[old.hand.number()].reject(old.hand, err)
	}
	if n.err == nil && n.dealt != 0 && n.ledger.End() {
		n.ledger.Through(n.dealt)
	}
	n.settle()
	return n.err
}

var _ flow.Successor = (*node)(nil)
