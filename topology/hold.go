package topology

import (
	"sync"
	"sync/atomic"
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
	tracker *tracker
	of      *component
	root    uint64
	over    atomic.Bool
}

// Hold holds the event that is being dealt with. It returns nil if that is not
// tracked: the job is AtMostOnce, or nothing a source gave led to it.
func (c *Context) Hold() *Held {
	l, root := c.node.ledger, c.header.root
	if l == nil || root == 0 {
		return nil
	}
	if !l.tracker.join(root) {
		return nil
	}
	l.tracker.hold(root, 1)
	l.tracker.touch(root, c.of.number)
	if root == l.root {
		l.held, l.alone = true, false
	}
	c.of.tally.held.Add(1)
	return &Held{tracker: l.tracker, of: c.of, root: root}
}

// Done says that the event has been dealt with.
func (h *Held) Done() {
	if !h.first() {
		return
	}
	if h.tracker.add(h.root, -1) {
		h.tracker.done(h.root)
	}
	h.tracker.settled(h.root)
}

// Fail says that dealing with the event failed: its source gives it again.
func (h *Held) Fail(err error) {
	if h.first() {
		h.tracker.fail(h.root, err)
	}
}

func (h *Held) first() bool {
	if h == nil || h.over.Swap(true) {
		return false
	}
	h.tracker.hold(h.root, -1)
	h.of.tally.held.Add(-1)
	return true
}

// Release lets held events go when what emit emits is through: that belongs to
// all of them, and they fail if it does. It must be called on the instance's
// goroutine.
func (c *Context) Release(held []*Held, emit func()) {
	l := c.node.ledger
	if l == nil {
		emit()
		return
	}
	var roots []uint64
	for _, h := range held {
		if h.first() {
			roots = append(roots, h.root)
		}
	}
	l.settle() // what the event around has emitted
	header, before := c.header, l.event
	var of uint64
	var t *tree
	if len(roots) > 0 {
		of = l.bundle(c.instance, roots)
		t = l.tracker.tree(of)
	}
	c.header.root = of
	l.begin(of, t)
	emit()
	if l.end() {
		l.done = append(l.done, of)
	}
	c.header, l.event = header, before
}

// bundles are trees that stand for several others: what was emitted for all of
// them. The slab is the node's, but whoever ends a tree of it gives it back.
type bundles struct {
	slab *slab
	mu   sync.Mutex
	free []uint32
	uses []uint32   // by slot
	all  [][]uint64 // by slot: the roots
}

// bundle begins a tree that stands for others, or is the only one.
func (l *ledger) bundle(instance int, roots []uint64) uint64 {
	if len(roots) == 1 {
		return roots[0]
	}
	if l.bundles == nil {
		c := l.tracker.job.components[l.number]
		l.bundles = &bundles{slab: l.tracker.slab(c, instance, len(c.channels))}
		l.bundles.slab.bundles = l.bundles
	}
	return l.bundles.begin(roots)
}

func (b *bundles) begin(roots []uint64) uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	slot := uint32(len(b.all))
	if n := len(b.free); n > 0 {
		slot, b.free = b.free[n-1], b.free[:n-1]
	} else {
		b.all, b.uses = append(b.all, nil), append(b.uses, 0)
		b.slab.room(slot)
	}
	b.all[slot] = roots
	b.uses[slot]++
	root, _ := b.slab.plant(slot, b.uses[slot])
	return root
}

// of returns the roots that a bundle stands for, none if it is over.
func (b *bundles) of(root uint64) []uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.uses[slotOf(root)] != generationOf(root) {
		return nil
	}
	return b.all[slotOf(root)]
}

// take is of, and ends the bundle.
func (b *bundles) take(root uint64) []uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	slot := slotOf(root)
	roots := b.all[slot]
	b.all[slot], b.free = nil, append(b.free, slot)
	return roots
}
