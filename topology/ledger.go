package topology

// ledger keeps the accounts of a node's events with the tracker. An event counts
// for its tree until it has been dealt with; that its first child counts as much
// makes up for it, so where one event becomes one there is nothing to write. The
// children of the event being dealt with are counted before they leave the node
// at the latest. It belongs to the node's goroutine.
type ledger struct {
	tracker *tracker
	number  int      // of the node's first component
	event            // that is being dealt with
	done    []uint64 // roots of trees of which nothing is left
	bundles *bundles // made when needed
}

// event is the accounts of one event.
type event struct {
	root  uint64 // 0: it is not tracked, or there is none
	tree  *tree
	extra int32 // its children, as far as not counted
	held  bool  // it was held
	alone bool  // it is the source's own, and nobody else knows of the tree
}

// begin says that an event of a tree is being dealt with.
func (l *ledger) begin(root uint64, t *tree) {
	l.event = event{root: root, tree: t}
}

// end says that it has been, and reports whether nothing is left of its tree.
func (l *ledger) end() (complete bool) {
	root, n := l.root, l.extra-1
	l.root, l.extra = 0, 0
	if root == 0 || l.alone {
		return l.alone
	}
	complete = n != 0 && l.tree.add(generationOf(root), n)
	if l.held {
		l.tracker.settled(root)
	}
	return complete
}

// child counts an event that is about to leave the node, and returns the root it
// belongs to: none if that tree is over.
func (l *ledger) child(root uint64) uint64 {
	switch {
	case root == 0:
	case root == l.root:
		l.alone = false
		l.extra++
	case !l.tracker.join(root):
		return 0
	}
	return root
}

// await keeps the event of a root that is being dealt with in its tree beyond the
// call, until node.resume: what is awaited does not run into its time-out. It reports
// whether the tree still stands; an event without one may always wait.
func (l *ledger) await(root uint64, by *component) bool {
	if root == 0 {
		return true
	}
	if !l.tracker.join(root) {
		return false
	}
	l.tracker.touch(root, by.number)
	l.tracker.wait(root, 1)
	if root == l.root {
		l.held, l.alone = true, false
	}
	return true
}

// resume deals with an event that was awaited, unless its tree was given up.
func (n *node) resume(root uint64, deal func()) {
	l := n.ledger
	if root == 0 || l == nil {
		deal()
		return
	}
	t, stands := l.tracker.touch(root, l.number)
	l.tracker.wait(root, -1)
	if !stands {
		return
	}
	before := l.event
	l.begin(root, t)
	deal()
	if n.err == nil && l.end() { // what failed the job is not through
		l.done = append(l.done, root)
	}
	l.event = before
}

// settle counts the children so far: others will see them.
func (l *ledger) settle() {
	if l.extra > 0 {
		l.tree.add(generationOf(l.root), l.extra)
		l.extra = 0
	}
}

// publish tells the sources which trees are through.
func (l *ledger) publish() {
	if len(l.done) > 0 {
		l.tracker.done(l.done...)
		l.done = l.done[:0]
	}
}

// settled wakes a source that only waits until all is through or held.
func (t *tracker) settled(root uint64) {
	if s := t.slabs[slabOf(root)]; s.bundles == nil && s.lingers.Load() {
		s.rouse()
	}
}

// deliverTracked is deliver in a job that tracks events. What is left of a tree
// that was given up is dropped, as its event is given again.
func (e *events[T]) deliverTracked(to receiver[T], n *node) error {
	l := n.ledger
	at := reached{tracker: l.tracker, component: l.number}
	for i, v := range e.values {
		root := e.roots[i]
		var t *tree
		if root != 0 {
			var stands bool
			if t, stands = at.reach(root); !stands {
				continue
			}
		}
		l.begin(root, t)
		to.receive(v, header{e.at[i], root})
		if n.err != nil { // what failed the job is not through
			return n.err
		}
		if (l.extra != 1 || l.held) && l.end() {
			l.done = append(l.done, root)
		}
	}
	l.root = 0
	l.publish()
	return nil
}

// reached is where the events of a payload have got to.
type reached struct {
	tracker   *tracker
	component int
	slab      *slab  // of the last event
	seen      uint64 // component and tick of that slab
}

// reach is touch, quick for events of one slab.
func (p *reached) reach(root uint64) (t *tree, stands bool) {
	if p.slab == nil || p.slab.id>>(slotBits+generationBits) != root>>(slotBits+generationBits) {
		p.slab = p.tracker.slabs[slabOf(root)]
		p.seen = uint64(p.component)<<32 | uint64(p.slab.tick.Load())
	}
	t = p.slab.tree(slotOf(root))
	if state := t.state.Load(); uint32(state>>32) != generationOf(root) || uint32(state) == 0 {
		return t, false
	}
	if p.slab.bundles != nil {
		return p.tracker.touch(root, p.component)
	}
	t.seen.Store(root<<48 | p.seen)
	return t, true
}
