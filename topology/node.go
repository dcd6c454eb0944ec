package topology

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/acks"
	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/flow"
	"github.com/spatestream/spate/internal/store"
)

// node runs an instance of a component and of all that are called directly
// behind it. It implements flow.Node, and flow.Source by sourceNode.
type node struct {
	stage   *stage
	ctx     context.Context
	in      *flow.Instance
	out     *flow.Outputs
	members []member // upstream first
	opened  int
	inlets  []func(payload any, n *node) error
	flushes []func(all bool)
	origin  origin // of a source
	given   int    // events of a source, as far as counted
	err     error
	held    eventtime.Watermark // what the members and outputs were told
	time    eventtime.Watermark // the same of the members, but for the end of the input
	resumed eventtime.Watermark // where a source was at the checkpoint
	alarmed bool                // a clock timer was set in this step: a source must not wait before the flow knows
	ledger  *acks.Ledger        // nil: events are not tracked
	pending []pending           // of a source
	keeps   keeping             // the head of a keeperNode
	all     []*Context

	// In a job with a StallTimeout:
	tenure  *flow.Tenure // nil in others
	noticed []atHand
	hand    atHand // the innermost call under way, for an event; nil: none
	holding *acks.Holding
	dealt   uint64 // root of what the instance before did not get through
	lost    error  // why
}

// Open implements flow.Node: it makes the members and sets them up, those
// furthest down first, so that whoever emits while being set up is heard.
func (n *node) Open(ctx context.Context, in *flow.Instance, out *flow.Outputs) error {
	n.ctx, n.in, n.out = ctx, in, out
	if n.stage.plan.job.stall > 0 {
		n.tenure, n.holding = in.Tenure, &acks.Holding{}
	}
	if t := n.stage.plan.tracker; t != nil {
		n.ledger = acks.NewLedger(t.Tracker, n.stage.head.number)
	}
	head, err := n.grow(n.stage.head)
	if err != nil {
		return err
	}
	for _, e := range n.stage.inputs {
		n.inlets = append(n.inlets, e.input().inlet(head.receivers[e.to]))
	}
	if len(n.flushes) > 0 {
		out.OnFlush(n.flush)
	}
	for i := len(n.members) - 1; i >= 0; i-- {
		if err := n.setUp(n.members[i]); err != nil {
			return err
		}
	}
	if n.err != nil || n.stage.plan.job.checkpoints == nil {
		return n.err
	}
	return n.restore()
}

// setUp calls the Setup of a member, which is to be closed from then on.
func (n *node) setUp(m member) error {
	n.opened++
	if err := exec.Protect(m.open); err != nil {
		return n.failed(m, err)
	}
	m.context().ready = true
	return nil
}

// restore gives the members what the checkpoint holds of them.
func (n *node) restore() error {
	for _, m := range n.members {
		if err := n.stage.plan.job.checkpoints.enter(m); err != nil {
			return err
		}
		if err := exec.Protect(m.restored); err != nil {
			return n.failed(m, err)
		}
	}
	if n.origin == nil { // a source tells its own time
		n.goOn()
	}
	return n.err
}

// goOn takes the members to where the checkpoint was in time: what was late there is
// late, though not all inputs have told their time again.
func (n *node) goOn() {
	for _, m := range n.members {
		m.context().watermark = n.time
	}
	n.held = n.time
	n.in.Resume(n.time)
}

// grow makes an instance of a component and of what reads it.
func (n *node) grow(c *component) (built, error) {
	b, err := c.make(n)
	if err != nil {
		return b, err
	}
	n.members = append(n.members, b.member)
	for _, r := range c.readers {
		if n.stage.plan.stages[r.by] != n.stage {
			output := n.stage.outputs[link{c, r.by, r.input, r.channel, r.nth}]
			b.join(r.channel, r.by.inputs[r.input].writer(n, r.by, output, n.out.Targets(output)))
			continue
		}
		next, err := n.grow(r.by)
		if err != nil {
			return b, err
		}
		b.join(r.channel, next.receivers[r.input])
	}
	return b, nil
}

// context makes the context of a component's instance in this node.
func (n *node) context(c *component) *Context {
	x := &Context{Context: n.ctx, of: c, instance: n.in.Index, instances: n.in.Of, env: n.in.Env, node: n, usage: n.in.Usage, header: header{at: eventtime.Min}, watermark: flow.NoWatermark, reached: eventtime.Min}
	x.outs, x.attach = make([]any, len(c.channels)), make([]func(any), len(c.channels))
	for i, ch := range c.channels[1:] {
		x.outs[i+1], x.attach[i+1] = ch.emitter(x, i+1)
	}
	n.all = append(n.all, x)
	return x
}

// join attaches a receiver to a channel.
func (b built) join(channel int, r any) {
	if channel == 0 {
		b.attach(r)
		return
	}
	b.ctx.attach[channel](r)
}

func (n *node) flush(all bool) {
	for _, f := range n.flushes {
		f(all)
	}
}

// fail notes the first error; the events under way are dropped.
func (n *node) fail(c *Context, err error) {
	if n.err != nil {
		return
	}
	n.err = n.named(c.of, err)
}

// failed notes an error of a member's, and returns the first there was.
func (n *node) failed(m member, err error) error {
	n.fail(m.context(), err)
	return n.err
}

// named says in which component of a stage something failed, unless that is the
// head, whose name the flow adds.
func (n *node) named(c *component, err error) error {
	if err == nil || c == n.stage.head {
		return err
	}
	return fmt.Errorf("in %s: %w", c.name, err)
}

// Receive implements flow.Node.
func (n *node) Receive(in int, p flow.Payload) error {
	err := n.inlets[in](p, n)
	n.settle()
	return err
}

// Advance implements flow.Node.
func (n *node) Advance(w eventtime.Watermark) error {
	for _, m := range n.members {
		n.inside(m)
		if err := m.advance(w); err != nil {
			return n.failed(m, err)
		}
	}
	if w != eventtime.End {
		n.time = w
	}
	n.inside(nil)
	n.settle()
	return n.err
}

// Due implements flow.Waker.
func (n *node) Due() (next time.Time) {
	for _, m := range n.members {
		if due := m.due(); !due.IsZero() && (next.IsZero() || due.Before(next)) {
			next = due
		}
	}
	return next
}

// Wake implements flow.Waker.
func (n *node) Wake(now time.Time) error {
	for _, m := range n.members {
		n.inside(m)
		if err := m.wake(now); err != nil {
			return n.failed(m, err)
		}
	}
	n.inside(nil)
	n.settle()
	return n.err
}

// resume deals with an event that was awaited, unless its tree was given up.
func (n *node) resume(root uint64, deal func()) {
	l := n.ledger
	if root == 0 || l == nil {
		deal()
		return
	}
	before := l.Event
	if l.Resume(root) {
		deal()
		if n.err == nil && l.End() { // what failed the job is not through
			l.Through(root)
		}
	}
	l.Event = before
}

// settle ends a step: what it did is counted.
func (n *node) settle() {
	if n.ledger != nil {
		n.ledger.Publish()
	}
	if n.origin != nil {
		given := n.origin.given()
		n.stage.head.tally.given.Add(int64(given - n.given))
		n.given = given
		n.in.Usage.Received.Store(int64(given))
	}
	for _, x := range n.all {
		if x.received > 0 {
			x.of.tally.received.Add(int64(x.received))
			x.received = 0
		}
	}
}

// Barrier implements flow.Node.
func (n *node) Barrier(e flow.Epoch) error {
	defer n.inside(nil)
	for _, m := range n.members {
		n.inside(m)
		if err := m.seal(); err != nil {
			return n.failed(m, err)
		}
		if v := m.context().state; v != nil {
			v.Seal(store.Epoch(e), n.time)
		}
	}
	return n.err
}

// Save implements flow.Saver.
func (n *node) Save(budget int) (done bool, err error) {
	for _, m := range n.members {
		v := m.context().state
		if v == nil {
			continue
		}
		if done, err := v.Cells.Rows().Save(v.Delta, budget); !done || err != nil {
			return false, err
		}
	}
	return true, nil
}

// Close implements flow.Node: what was set up is closed, upstream first.
func (n *node) Close() error {
	var errs []error
	for _, m := range n.members[len(n.members)-n.opened:] {
		errs = append(errs, n.named(m.context().of, m.close()))
	}
	return errors.Join(errs...)
}
