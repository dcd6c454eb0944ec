package acks

import (
	"fmt"
	"math"
)

// Tracker counts what is under way of each event that a source gave: its tree.
// It is safe for concurrent use, but for Slab.
//
// Who emits a child counts it before others can see it, who has dealt with an
// event takes it away; at zero nothing is left. With a counter in memory that
// all share this says the same as Storm's acker, which combines random ids of
// tree edges by exclusive or, as its messages may come in any order (Apache
// Storm, Guaranteeing message processing); and an operator that makes one event
// of one need not touch the counter, where ids would have to be exchanged.
//
// A tree is named by its root: slab, slot in it, and how often the slot was used
// before, so that what is left of a tree that was given up counts nowhere.
type Tracker struct {
	slabs []*Slab // by number; each set by the instance that owns it, before its first root
	kinds []Kind
	first []int // slab of each kind
}

// MaxSlots is the number of events of a slab that may be under way.
const MaxSlots = 1 << slotBits

// Bits of a root: slab, slot, generation.
const (
	slabBits       = 12
	slotBits       = 20
	generationBits = 32
)

// SlotOf returns the slot of a root in its slab.
func SlotOf(root uint64) uint32 { return uint32(root>>generationBits) & (MaxSlots - 1) }

func slabOf(root uint64) int          { return int(root >> (slotBits + generationBits)) }
func generationOf(root uint64) uint32 { return uint32(root) }

// Kind is the instances of one component, and the channels that each of them
// gives events on.
type Kind struct{ Instances, Channels int }

// New returns the tracker of a job, whose components are known by their numbers:
// it has a slab for each channel of an instance, and one for its bundles.
func New(kinds []Kind) (*Tracker, error) {
	t := &Tracker{kinds: kinds, first: make([]int, len(kinds))}
	n := 0
	for i, k := range kinds {
		t.first[i] = n
		n += k.Instances * (1 + k.Channels)
	}
	if n > 1<<slabBits {
		return nil, fmt.Errorf("AtLeastOnce has room for %d instances, times one more than their channels, and needs %d", 1<<slabBits, n)
	}
	t.slabs = make([]*Slab, n)
	return t, nil
}

// Slab makes the slab of an instance: of a channel, or, behind those, of its
// bundles. It is called once for each, by the owner.
func (t *Tracker) Slab(kind, instance, channel int) *Slab {
	i := t.first[kind] + instance*(1+t.kinds[kind].Channels) + channel
	s := &Slab{id: uint64(i) << (slotBits + generationBits)}
	s.Wake.Store(1)
	s.Enough.Store(math.MaxInt64)
	t.slabs[i] = s
	return s
}

// Tree returns the tree of a root, or one that has its place now.
func (t *Tracker) Tree(root uint64) *Tree { return t.slabs[slabOf(root)].Tree(SlotOf(root)) }

// add counts n more events of a tree, or fewer. It reports whether nothing is
// left, which it does once: whoever is told passes it on (done). A tree that was
// given up does not change.
func (t *Tracker) add(root uint64, n int32) (complete bool) {
	return t.Tree(root).add(generationOf(root), n)
}

// Join counts one more event of a tree, if it still stands.
func (t *Tracker) Join(root uint64) bool {
	state := &t.Tree(root).state
	for {
		old := state.Load()
		if uint32(old>>32) != generationOf(root) || uint32(old) == 0 {
			return false
		}
		if state.CompareAndSwap(old, old+1) {
			return true
		}
	}
}

// Cut gives a tree up, and reports whether there was anything left of it.
func (t *Tracker) Cut(root uint64) bool {
	state := &t.Tree(root).state
	for {
		old := state.Load()
		if uint32(old>>32) != generationOf(root) || uint32(old) == 0 {
			return false
		}
		if state.CompareAndSwap(old, old&^0xffffffff) {
			return true
		}
	}
}

// Touch notes that a tree has got to a component. It reports whether the tree
// still stands: of one that was given up nothing more need be done, as the event
// is given again.
func (t *Tracker) Touch(root uint64, component int) (r *Tree, stands bool) {
	s := t.slabs[slabOf(root)]
	r = s.Tree(SlotOf(root))
	if state := r.state.Load(); uint32(state>>32) != generationOf(root) || uint32(state) == 0 {
		return r, false
	}
	r.seen.Store(root<<48 | uint64(component)<<32 | uint64(s.Tick.Load()))
	if s.bundles != nil {
		for _, r := range s.bundles.of(root) {
			t.Touch(r, component)
		}
	}
	return r, true
}

// Finish takes an event of a tree away that was joined, and dealt with by whoever.
func (t *Tracker) Finish(root uint64) {
	if t.add(root, -1) {
		t.Done(root)
	}
	t.Settled(root)
}

// Fail gives a tree up and tells its source why.
func (t *Tracker) Fail(root uint64, err error) {
	if !t.Cut(root) {
		return
	}
	s := t.slabs[slabOf(root)]
	if s.bundles != nil {
		for _, r := range s.bundles.take(root) {
			t.Fail(r, err)
		}
		return
	}
	s.post(func() { s.failed = append(s.failed, Failure{root, err}) })
	s.Rouse()
}

// Done tells the sources of trees that nothing is left of them.
func (t *Tracker) Done(roots ...uint64) {
	for i := 0; i < len(roots); {
		s := t.slabs[slabOf(roots[i])]
		if s.bundles != nil {
			for _, r := range s.bundles.take(roots[i]) {
				if t.add(r, -1) {
					t.Done(r)
				}
			}
			i++
			continue
		}
		end := i + 1
		for end < len(roots) && slabOf(roots[end]) == slabOf(roots[i]) {
			end++
		}
		s.post(func() { s.done = append(s.done, roots[i:end]...) })
		i = end
	}
}

// Hold counts a held event of a tree, for who asks how much of it is held.
func (t *Tracker) Hold(root uint64, n int32) {
	s := t.slabs[slabOf(root)]
	switch had, has := s.Tree(SlotOf(root)).holds.add(generationOf(root), n); {
	case had == 0 && has > 0:
		if s.Held.Add(1) >= s.Enough.Load() {
			s.Rouse()
		}
	case had > 0 && has == 0:
		s.Held.Add(-1)
	}
}

// Wait counts an event of a tree that is awaited: meanwhile the tree does not run
// into its time-out.
func (t *Tracker) Wait(root uint64, n int32) {
	s := t.slabs[slabOf(root)]
	s.Tree(SlotOf(root)).waits.add(generationOf(root), n)
	if s.bundles != nil {
		for _, r := range s.bundles.of(root) {
			t.Wait(r, n)
		}
	}
}

// Settled wakes a source that only waits until all is through or held.
func (t *Tracker) Settled(root uint64) {
	if s := t.slabs[slabOf(root)]; s.bundles == nil && s.Lingers.Load() {
		s.Rouse()
	}
}
