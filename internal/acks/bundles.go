package acks

import "sync"

// bundles are trees that stand for several others: what was emitted for all of
// them. The slab is the node's, but whoever ends a tree of it gives it back.
type bundles struct {
	slab *Slab
	mu   sync.Mutex
	free []uint32
	uses []uint32   // by slot
	all  [][]uint64 // by slot: the roots
}

func (b *bundles) begin(roots []uint64) uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	slot := uint32(len(b.all))
	if n := len(b.free); n > 0 {
		slot, b.free = b.free[n-1], b.free[:n-1]
	} else {
		b.all, b.uses = append(b.all, nil), append(b.uses, 0)
		b.slab.Room(slot)
	}
	b.all[slot] = roots
	b.uses[slot]++
	root, _ := b.slab.Plant(slot, b.uses[slot])
	return root
}

// of returns the roots that a bundle stands for, none if it is over.
func (b *bundles) of(root uint64) []uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.uses[SlotOf(root)] != generationOf(root) {
		return nil
	}
	return b.all[SlotOf(root)]
}

// take is of, and ends the bundle.
func (b *bundles) take(root uint64) []uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	slot := SlotOf(root)
	roots := b.all[slot]
	b.all[slot], b.free = nil, append(b.free, slot)
	return roots
}
