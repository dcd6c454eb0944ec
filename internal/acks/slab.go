package acks

import (
	"slices"
	"sync"
	"sync/atomic"
)

const blockSize = 1024

// Slab is the trees of a source's channel, or of a node's bundles. Its owner, one
// goroutine, plants them; others tell it by letters what became of them.
type Slab struct {
	id      uint64 // its number, in place
	bundles *bundles
	blocks  [MaxSlots / blockSize]atomic.Pointer[[blockSize]Tree]
	Tick    atomic.Uint32 // of the owner's time
	Held    atomic.Int64  // trees with holds
	Enough  atomic.Int64  // held at which the owner, which waits for room, is to be woken
	Lingers atomic.Bool   // the source has ended and waits for its trees
	Rouse   func()        // wakes the owner

	Waiting atomic.Int32 // letters
	Wake    atomic.Int32 // letters at which the owner is to be woken
	mu      sync.Mutex
	done    []uint64  // guarded by mu
	failed  []Failure // guarded by mu
}

// Failure is why a tree was given up.
type Failure struct {
	Root uint64
	Err  error
}

// Room makes trees up to a slot. It belongs to the owner.
func (s *Slab) Room(slot uint32) {
	if b := &s.blocks[slot/blockSize]; b.Load() == nil {
		b.Store(new([blockSize]Tree))
	}
}

// Tree returns the tree of a slot there is room for.
func (s *Slab) Tree(slot uint32) *Tree {
	return &s.blocks[slot%MaxSlots/blockSize].Load()[slot%blockSize]
}

// Root returns the root of a slot that was used that often.
func (s *Slab) Root(slot, generation uint32) uint64 {
	return s.id | uint64(slot)<<generationBits | uint64(generation)
}

// Plant begins a tree with one event under way.
func (s *Slab) Plant(slot, generation uint32) (root uint64, t *Tree) {
	t = s.Tree(slot)
	t.plant(generation)
	return s.Root(slot, generation), t
}

// post puts letters into the owner's box.
func (s *Slab) post(put func()) {
	s.mu.Lock()
	put()
	n := int32(len(s.done) + len(s.failed))
	s.Waiting.Store(n)
	s.mu.Unlock()
	if n >= s.Wake.Load() {
		s.Rouse()
	}
}

// Take empties the box into slices that are lent.
func (s *Slab) Take(done []uint64, failed []Failure) ([]uint64, []Failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	done, s.done = s.done, done[:0]
	failed, s.failed = s.failed, failed[:0]
	s.Waiting.Store(0)
	return done, failed
}

// Failed returns the failures in the box.
func (s *Slab) Failed() []Failure {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.failed)
}

// Forget takes back the holds of a tree that is over.
func (s *Slab) Forget(slot, generation uint32) {
	holds := &s.Tree(slot).holds
	for {
		old := holds.Load()
		if uint32(old>>32) != generation || uint32(old) == 0 {
			return
		}
		if holds.CompareAndSwap(old, old&^0xffffffff) {
			s.Held.Add(-1)
			return
		}
	}
}
