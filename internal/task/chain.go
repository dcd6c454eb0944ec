package task

import (
	"errors"
	"slices"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/sparkerr"
)

// Chain is the operators of one task in topological order and how they are
// wired; it drives them through an epoch. It belongs to one goroutine.
//
// Chains are built from their end, so the order of Add reversed is a
// topological order.
type Chain struct {
	ctx    *Context
	outlet Outlet
	store  *store.Store
	tables int
	nodes  []*node // in order of Add
	inputs []port  // by stage input
	output eventtime.Watermark
}

// Ref is an operator of a chain under construction.
type Ref int

// ToOutlet stands for the end of the chain.
const ToOutlet Ref = -1

// NewChain returns an empty chain that ends in outlet. It gives c a Table that
// opens tables of the chain's store.
func NewChain(c *Context, outlet Outlet) *Chain {
	ch := &Chain{ctx: c, outlet: outlet}
	if c.Stats == nil {
		c.Stats = &Stats{}
	}
	c.Table = func(s store.Spec) (*store.Table, error) {
		ch.tables++
		return ch.Store().Table(s)
	}
	return ch
}

// Add puts op in front of input in of the operator next (or of the outlet):
// chains are built from their end. It opens op, which the chain closes, also
// after an error.
func (c *Chain) Add(op Operator, next Ref, in int) (Ref, error) {
	n := newNode(c, op)
	c.nodes = append(c.nodes, n)
	if next != ToOutlet {
		n.next = port{c.nodes[next], in}
		n.next.node.feed(in)
	}
	return Ref(len(c.nodes) - 1), op.Open(c.ctx)
}

// Line puts operators, each with one input and in the order rows pass them, in
// front of input in of next, and returns the first of them (next if there are
// none).
func (c *Chain) Line(next Ref, in int, ops ...Operator) (Ref, error) {
	for _, op := range slices.Backward(ops) {
		var err error
		if next, err = c.Add(op, next, in); err != nil {
			return next, err
		}
		in = 0
	}
	return next, nil
}

// Input leads the stage's next input to input in of an operator, or with
// ToOutlet straight to the end.
func (c *Chain) Input(to Ref, in int) {
	var p port
	if to != ToOutlet {
		p = port{c.nodes[to], in}
		p.node.feed(in)
	}
	c.inputs = append(c.inputs, p)
}

// Push hands a batch of stage input in to its operator. An empty batch is
// passed over. ErrEnough says that no more batches of this input are needed.
func (c *Chain) Push(in int, b *columnar.Batch) error {
	c.ctx.Stats.RowsIn += int64(b.Rows())
	return c.send(c.inputs[in], b)
}

// End says that stage input in is over (bounded runs). An operator all of whose
// inputs are over has emitted what it held before the next one is told.
func (c *Chain) End(in int) error { return c.end(c.inputs[in]) }

// Advance advances every operator in topological order; what an operator emits
// reaches the next one before that one advances.
func (c *Chain) Advance(w eventtime.Watermark) error {
	c.spread(w)
	for _, n := range slices.Backward(c.nodes) {
		if n.advancer == nil {
			continue
		}
		if err := n.advancer.Advance(n.mark, n); err != nil && err != ErrEnough {
			return err
		}
	}
	return nil
}

// Hold sets the watermark of every operator without emitting: what a restore
// starts from.
func (c *Chain) Hold(w eventtime.Watermark) {
	c.spread(w)
	for _, n := range c.nodes {
		if h, ok := n.op.(Holder); ok {
			h.Hold(n.mark)
		}
	}
}

// Flush flushes every operator in topological order.
func (c *Chain) Flush() error {
	for _, n := range slices.Backward(c.nodes) {
		if n.flusher == nil {
			continue
		}
		if err := n.flusher.Flush(n); err != nil && err != ErrEnough {
			return err
		}
	}
	return nil
}

// Wants reports whether an operator asks for an epoch at w without data.
func (c *Chain) Wants(w eventtime.Watermark) bool {
	c.spread(w)
	for _, n := range c.nodes {
		if x, ok := n.op.(Wanter); ok && x.Wants(n.mark) {
			return true
		}
	}
	return false
}

// Out returns the watermark that leaves the chain when w enters it.
func (c *Chain) Out(w eventtime.Watermark) eventtime.Watermark {
	c.spread(w)
	return c.output
}

// Store returns the tables of the chain, for Seal, Save and Restore.
func (c *Chain) Store() *store.Store {
	if c.store == nil {
		c.store = store.New(c.ctx.Groups, c.ctx.Memory)
	}
	return c.store
}

// Stateful reports whether an operator opened a table.
func (c *Chain) Stateful() bool { return c.tables > 0 }

// Stats returns the counters of the task; the carrier resets them.
func (c *Chain) Stats() *Stats { return c.ctx.Stats }

// Close closes every operator, also after errors.
func (c *Chain) Close() error {
	var errs []error
	for _, n := range slices.Backward(c.nodes) {
		errs = append(errs, n.op.Close())
	}
	c.nodes = nil
	return errors.Join(errs...)
}

// port is input in of a node; of no node, the outlet.
type port struct {
	node *node
	in   int
}

// node is an operator in its place; it is the Out of that operator.
type node struct {
	chain    *Chain
	op       Operator
	advancer Advancer
	flusher  Flusher
	ender    Ender
	next     port
	feeds    []int // by input: how many feed it
	open     []int // by input: how many of them are not over
	mark     eventtime.Watermark
	marked   bool // mark is set in this round of spread
}

func newNode(c *Chain, op Operator) *node {
	n := &node{chain: c, op: op}
	n.advancer, _ = op.(Advancer)
	n.flusher, _ = op.(Flusher)
	n.ender, _ = op.(Ender)
	return n
}

func (n *node) feed(in int) {
	for len(n.feeds) <= in {
		n.feeds = append(n.feeds, 0)
		n.open = append(n.open, 0)
	}
	n.feeds[in]++
	n.open[in]++
}

// Emit implements Out.
func (n *node) Emit(b *columnar.Batch) error { return n.chain.send(n.next, b) }

// Late implements Out.
func (n *node) Late(b *columnar.Batch) error {
	n.chain.ctx.Stats.Late += int64(b.Rows())
	return nil
}

func (c *Chain) send(p port, b *columnar.Batch) error {
	rows := b.Rows()
	switch {
	case rows == 0:
		return nil
	case p.node == nil:
		c.ctx.Stats.RowsOut += int64(rows)
		return c.outlet.Write(b)
	}
	return p.node.op.Push(p.in, b, p.node)
}

func (c *Chain) end(p port) error {
	n := p.node
	if n == nil {
		return nil
	}
	if n.open[p.in] == 0 {
		return sparkerr.Internalf("an input of an operator ended twice")
	}
	if n.open[p.in]--; n.open[p.in] > 0 {
		return nil
	}
	if n.ender != nil {
		if err := n.ender.End(p.in, n); err != nil && err != ErrEnough {
			return err
		}
	}
	for _, left := range n.open {
		if left > 0 {
			return nil
		}
	}
	copy(n.open, n.feeds)
	return c.end(n.next)
}

// spread computes the watermark of each operator when w enters the chain: the
// least of what leaves those that feed it.
func (c *Chain) spread(w eventtime.Watermark) {
	for _, n := range c.nodes {
		n.marked = false
	}
	first := true
	lower := func(p port, w eventtime.Watermark) {
		switch n := p.node; {
		case n == nil:
			if first || w < c.output {
				c.output = w
			}
			first = false
		case !n.marked || w < n.mark:
			n.mark, n.marked = w, true
		}
	}
	for _, p := range c.inputs {
		lower(p, w)
	}
	for _, n := range slices.Backward(c.nodes) {
		out := n.mark
		if d, ok := n.op.(Delayer); ok {
			out = d.Delay(out)
		}
		lower(n.next, out)
	}
}
