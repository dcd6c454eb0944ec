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

// deliverTracked is deliver in a job that tracks events.
func (e *events[T]) deliverTracked(to receiver[T], n *node) error {
	l := n.ledger
	for i, v := range e.values {
		root := e.roots[i]
		var t *tree
		if root != 0 {
			var stands bool
			if t, stands = l.tracker.touch(root, l.number); !stands {
				continue
			}
		}
		l.begin(root, t)
		to.receive(v, header{e.at[i], root})
		if l.end() {
			l.done = append(l.done, root)
		}
		if n.err != nil {
			return n.err
		}
	}
	l.publish()
	return nil
}
