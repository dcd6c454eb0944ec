package store

// index finds rows by hash: open addressing with linear probing, a power of
// two of slots, no pointers. A slot is the row's whole 32-bit hash above its
// id + 1; 0 is free, so that the low half minus one of a free slot is NoRow.
// The home of a hash is its low bits: the top ones are the key group and nearly
// constant within a task. Removal shifts the followers back, so there are no
// tombstones and looking up costs what is held.
type index struct {
	slots []uint64
	used  int
}

const minSlots = 64

func newIndex() *index { return &index{slots: make([]uint64, minSlots)} }

func slotOf(hash uint32, id RowID) uint64 { return uint64(hash)<<32 | uint64(id+1) }

// limit returns how many slots may be used: a quarter of a small table, which
// then stays in cache and mostly hits at home; half of a big one.
func limit(slots int) int {
	if slots <= 1<<16 {
		return slots / 4
	}
	return slots / 2
}

// slotsFor returns how many slots n rows need.
func slotsFor(n int) int {
	s := minSlots
	for limit(s) < n {
		s *= 2
	}
	return s
}

// reserve makes room for n more rows.
func (x *index) reserve(n int) {
	need := slotsFor(x.used + n)
	if need <= len(x.slots) {
		return
	}
	old := x.slots
	x.slots, x.used = make([]uint64, need), 0
	for _, s := range old {
		if s != 0 {
			x.add(s)
		}
	}
}

// add puts s into a free slot, for which there is room.
func (x *index) add(s uint64) {
	mask := uint32(len(x.slots) - 1)
	i := uint32(s>>32) & mask
	for x.slots[i] != 0 {
		i = (i + 1) & mask
	}
	x.slots[i] = s
	x.used++
}

// place returns the slot that holds exactly s; it must be there.
func (x *index) place(s uint64) uint32 {
	mask := uint32(len(x.slots) - 1)
	i := uint32(s>>32) & mask
	for x.slots[i] != s {
		i = (i + 1) & mask
	}
	return i
}

// remove frees the slot that holds exactly s and closes the gap (Knuth, The Art
// of Computer Programming, vol. 3, 6.4, algorithm R).
func (x *index) remove(s uint64) {
	gap := x.place(s)
	mask := uint32(len(x.slots) - 1)
	for i := (gap + 1) & mask; x.slots[i] != 0; i = (i + 1) & mask {
		home := uint32(x.slots[i]>>32) & mask
		if (i-home)&mask >= (i-gap)&mask {
			x.slots[gap] = x.slots[i]
			gap = i
		}
	}
	x.slots[gap] = 0
	x.used--
}

// replace puts id in the place of another row of the same hash.
func (x *index) replace(s uint64, id RowID) {
	x.slots[x.place(s)] = s>>32<<32 | uint64(id+1)
}

func (x *index) reset() {
	if x.used > 0 {
		clear(x.slots)
	}
	x.used = 0
}
