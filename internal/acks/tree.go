package acks

import "sync/atomic"

// Tree is what is known of a root. All words carry its generation.
type Tree struct {
	state atomic.Uint64 // generation, events under way
	holds ofTree        // those of them that are held
	waits ofTree        // those that are awaited
	seen  atomic.Uint64 // generation (16 bits), component (16), tick: where it last got on
}

// plant begins the tree with one event under way.
func (t *Tree) plant(generation uint32) { t.state.Store(uint64(generation)<<32 | 1) }

func (t *Tree) add(generation uint32, n int32) (complete bool) {
	for {
		old := t.state.Load()
		left := uint32(old)
		if uint32(old>>32) != generation || left == 0 {
			return false
		}
		left += uint32(n)
		if t.state.CompareAndSwap(old, old&^0xffffffff|uint64(left)) {
			return left == 0
		}
	}
}

// LastSeen returns the component that a tree has got to and when; false if it
// was never seen.
func (r *Tree) LastSeen(generation uint32) (component int, tick uint32, ok bool) {
	seen := r.seen.Load()
	return int(seen >> 32 & 0xffff), uint32(seen), uint16(seen>>48) == uint16(generation)
}

// Over reports whether a tree was planted and nothing is under way of it.
func (r *Tree) Over(generation uint32) bool { return r.state.Load() == uint64(generation)<<32 }

// Awaited reports whether something of a tree is awaited.
func (r *Tree) Awaited(generation uint32) bool { return r.waits.any(generation) }

// AllHeld reports whether all that is under way of a tree is held.
func (r *Tree) AllHeld(generation uint32) bool {
	h, s := r.holds.Load(), r.state.Load()
	return uint32(h>>32) == generation && uint32(h) > 0 && s == h
}

// ofTree counts something of a tree, from 0 in each generation.
type ofTree struct{ atomic.Uint64 } // generation, number

// add returns how many there were and are; 0 and 0 if the generation is over.
func (c *ofTree) add(generation uint32, n int32) (had, has uint32) {
	for {
		old := c.Load()
		had = uint32(old)
		switch behind := int32(generation - uint32(old>>32)); {
		case behind < 0 || behind > 0 && n < 0:
			return 0, 0
		case behind > 0:
			had = 0
		}
		has = had + uint32(n)
		if c.CompareAndSwap(old, uint64(generation)<<32|uint64(has)) {
			return had, has
		}
	}
}

// any reports whether there are some.
func (c *ofTree) any(generation uint32) bool {
	now := c.Load()
	return uint32(now>>32) == generation && uint32(now) > 0
}
