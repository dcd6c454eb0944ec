package acks

// Reached is where the events of a payload have got to. It is made for each
// payload.
type Reached struct {
	tracker   *Tracker
	component int
	slab      *Slab  // of the last event
	seen      uint64 // component and tick of that slab
}

// Reached returns that nothing of a payload has been reached yet.
func (l *Ledger) Reached() Reached { return Reached{tracker: l.Tracker, component: l.kind} }

// Reach is Tracker.Touch, quick for events of one slab.
func (p *Reached) Reach(root uint64) (t *Tree, stands bool) {
	if p.slab == nil || p.slab.id>>(slotBits+generationBits) != root>>(slotBits+generationBits) {
		p.slab = p.tracker.slabs[slabOf(root)]
		p.seen = uint64(p.component)<<32 | uint64(p.slab.Tick.Load())
	}
	t = p.slab.Tree(SlotOf(root))
	if state := t.state.Load(); uint32(state>>32) != generationOf(root) || uint32(state) == 0 {
		return t, false
	}
	if p.slab.bundles != nil {
		return p.tracker.Touch(root, p.component)
	}
	t.seen.Store(root<<48 | p.seen)
	return t, true
}
