package topology

import (
	"sync/atomic"

	"github.com/spatestream/spate/internal/acks"
)

// Held is an event that is not done with when the call that got it returns: it
// waits in a window, for the other side of a join, for an answer from outside.
// Its tree is not through until Done, Fail or Context.Release. A held event does
// not run into its time-out, and does not count for MaxPending; but who forgets
// it keeps its source from ending, and is named in the job's log then.
//
// Methods are safe for concurrent use; only the first call counts. A nil Held is
// an event that is not tracked.
type Held struct {
	tracker *acks.Tracker
	of      *component
	root    uint64
	over    atomic.Bool
	among   *acks.Holding // of its instance; nil: nobody asks
}

// Hold holds the event that is being dealt with. It returns nil if that is not
// tracked: the job is AtMostOnce, or nothing a source gave led to it.
func (c *Context) Hold() *Held {
	l, root := c.node.ledger, c.header.root
	if l == nil || root == 0 {
		return nil
	}
	was := c.node.tenure.Within(0)
	defer c.node.tenure.Within(was)
	l.Share(root)
	if !l.Tracker.Join(root) {
		return nil
	}
	l.Tracker.Hold(root, 1)
	l.Tracker.Touch(root, c.of.number)
	if root == l.Root {
		l.Held = true
	}
	c.of.tally.held.Add(1)
	h := &Held{tracker: l.Tracker, of: c.of, root: root, among: c.node.holding}
	h.among.Add(h)
	return h
}

// Done says that the event has been dealt with.
func (h *Held) Done() {
	if !h.first() {
		return
	}
	h.tracker.Finish(h.root)
}

// Fail says that dealing with the event failed: its source gives it again.
func (h *Held) Fail(err error) {
	if h.first() {
		h.tracker.Fail(h.root, err)
	}
}

func (h *Held) first() bool {
	if h == nil || h.over.Swap(true) {
		return false
	}
	h.tracker.Hold(h.root, -1)
	h.of.tally.held.Add(-1)
	h.among.Remove(h)
	return true
}

// Release lets held events go when what emit emits is through: that belongs to
// all of them, and they fail if it does. It must be called on the instance's
// goroutine.
func (c *Context) Release(held []*Held, emit func()) {
	if emit == nil {
		c.refuse("Release was given nil in place of a function: give it one, or call Done of what is held")
	}
	l := c.node.ledger
	if l == nil {
		emit()
		return
	}
	n := c.node
	was := n.tenure.Within(0)
	var roots []uint64
	for _, h := range held {
		if h.first() {
			roots = append(roots, h.root)
		}
	}
	l.Settle() // what the event around has emitted
	header, before := c.header, l.Event
	var of uint64
	var t *acks.Tree
	if len(roots) > 0 {
		of = l.Bundle(c.instance, roots)
		t = l.Tracker.Tree(of)
	}
	c.header.root = of
	l.Begin(of, t)
	n.tenure.Within(was)
	emit()
	n.tenure.Within(0)
	if l.End() {
		l.Through(of)
	}
	c.header, l.Event = header, before
	n.tenure.Within(was)
}
