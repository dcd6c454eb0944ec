package acks

// Ledger keeps the accounts of a node's events with the tracker. An event counts
// for its tree until it has been dealt with; that its first child counts as much
// makes up for it, so where one event becomes one there is nothing to write. The
// children of the event being dealt with are counted before they leave the node
// at the latest. It belongs to the node's goroutine.
type Ledger struct {
	Tracker *Tracker
	kind    int      // of the node's first component
	Event            // that is being dealt with
	done    []uint64 // roots of trees of which nothing is left
	bundles *bundles // made when needed
}

// Event is the accounts of one event.
type Event struct {
	Root  uint64 // 0: it is not tracked, or there is none
	tree  *Tree
	Extra int32 // its children, as far as not counted
	Held  bool  // it was held
	alone bool  // it is the source's own, and its tree is not planted
}

// NewLedger returns the ledger of a node, whose first component is of a kind.
func NewLedger(t *Tracker, kind int) *Ledger { return &Ledger{Tracker: t, kind: kind} }

// Succeed takes over the accounts of a ledger that is used no more: what its node
// was dealing with, too.
func (l *Ledger) Succeed(old *Ledger) {
	l.Event, l.done, l.bundles = old.Event, old.done, old.bundles
}

// Begin says that an event of a tree is being dealt with.
func (l *Ledger) Begin(root uint64, t *Tree) {
	l.Event = Event{Root: root, tree: t}
}

// Sow is Begin for a source's own event. Its tree is planted when somebody else
// is to know of it, which is never if the event is dealt with on the spot.
func (l *Ledger) Sow(root uint64, t *Tree) {
	l.Event = Event{Root: root, tree: t, alone: true}
}

// Share plants the tree of a root that is being dealt with, unless that was done.
func (l *Ledger) Share(root uint64) {
	if l.alone && root == l.Root {
		l.alone = false
		l.tree.plant(generationOf(root))
	}
}

// Alone says that it has been, if that was on the spot: it was the source's own, and
// nobody else knows of it.
func (l *Ledger) Alone() bool {
	if !l.alone {
		return false
	}
	l.Root, l.Extra = 0, 0
	return true
}

// End says that it has been, and reports whether nothing is left of its tree.
func (l *Ledger) End() (complete bool) {
	if l.Alone() {
		return true
	}
	root, n := l.Root, l.Extra-1
	l.Root, l.Extra = 0, 0
	if root == 0 {
		return false
	}
	complete = n != 0 && l.tree.add(generationOf(root), n)
	if l.Held {
		l.Tracker.Settled(root)
	}
	return complete
}

// Child counts an event that is about to leave the node, and returns the root it
// belongs to: none if that tree is over.
func (l *Ledger) Child(root uint64) uint64 {
	switch {
	case root == 0:
	case root == l.Root:
		l.Share(root)
		l.Extra++
	case !l.Tracker.Join(root):
		return 0
	}
	return root
}

// Await keeps the event of a root that is being dealt with in its tree beyond the
// call, until Resume: what is awaited does not run into its time-out. It reports
// whether the tree still stands; an event without one may always wait.
func (l *Ledger) Await(root uint64) bool {
	if root == 0 {
		return true
	}
	l.Share(root)
	if !l.Tracker.Join(root) {
		return false
	}
	l.Tracker.Touch(root, l.kind)
	l.Tracker.Wait(root, 1)
	if root == l.Root {
		l.Held = true
	}
	return true
}

// Resume begins to deal with an event that was awaited, unless its tree was given
// up.
func (l *Ledger) Resume(root uint64) (stands bool) {
	t, stands := l.Tracker.Touch(root, l.kind)
	l.Tracker.Wait(root, -1)
	l.Begin(root, t)
	return stands
}

// Through notes that nothing is left of a tree, to be published.
func (l *Ledger) Through(root uint64) { l.done = append(l.done, root) }

// Settle counts the children so far: others will see them.
func (l *Ledger) Settle() {
	if l.Extra > 0 {
		l.tree.add(generationOf(l.Root), l.Extra)
		l.Extra = 0
	}
}

// Publish tells the sources which trees are through.
func (l *Ledger) Publish() {
	if len(l.done) > 0 {
		l.Tracker.Done(l.done...)
		l.done = l.done[:0]
	}
}

// Bundle begins a tree that stands for others, or is the only one.
func (l *Ledger) Bundle(instance int, roots []uint64) uint64 {
	if len(roots) == 1 {
		return roots[0]
	}
	if l.bundles == nil {
		l.bundles = &bundles{slab: l.Tracker.Slab(l.kind, instance, l.Tracker.kinds[l.kind].Channels)}
		l.bundles.slab.bundles = l.bundles
	}
	return l.bundles.begin(roots)
}
