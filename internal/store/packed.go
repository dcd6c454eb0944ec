package store

// packed finds the rows of short keys: up to twelve bytes of them lie in the
// slot, so that finding most keys touches one place in memory; the rest of
// longer ones lies by row, where those of frequent keys, which come first, are
// side by side. Open addressing with linear probing, a power of two of slots,
// no pointers; rows leave all at once only. Keys of more than 16 bytes and
// nulls are in the index.
type packed struct {
	slots []packedSlot
	more  []uint64 // by row the second word of its key; arbitrary for rows that are not packed
	used  int
	probe packedProbe
}

// packedSlot is what is known of a key in one place, a quarter of a cache line.
type packedSlot struct {
	first uint64 // word of the key
	mark  uint64 // tag of the key above row + 1; 0 is free
}

// A mark is, from the low end, a row + 1 (in a slot) or where to look first (of
// a key), the form of the key, never 0, and its second word if that is short,
// else 32 bits of a hash. Form and second word are the tag.
const (
	rowBits  = 27
	formBits = 5
	rowMask  = 1<<rowBits - 1

	// mostPacked is how many rows a table may have whose keys are packed.
	mostPacked = 3 << (rowBits - 2)
)

// row returns the row of a slot, NoRow of a free one.
func (s *packedSlot) row() RowID { return uint32(s.mark&rowMask) - 1 }

// word16 is the bytes of a key, zeros behind them.
type word16 struct{ lo, hi uint64 }

func newPacked() *packed { return &packed{slots: make([]packedSlot, minSlots)} }

// packedSlots returns how many slots n rows need: a quarter of a table in the
// first level cache is used, of a larger one up to three quarters, because what
// its slots take of the caches costs more than another look at a neighbour
// (measured: words by Zipf's law, 85 k different, slots of 24 bytes: 12.8 ns at
// 65 %, 14.3 at 32).
func packedSlots(n int) int {
	s := minSlots
	for s <= 1<<13 && s/4 < n || s > 1<<13 && s/4*3 < n {
		s *= 2
	}
	return s
}

// reserve makes room for n more rows behind the first base of the table.
func (x *packed) reserve(base, n int) {
	if lack := base + n - len(x.more); lack > 0 {
		x.more = extend(x.more, lack)
	}
	need := packedSlots(x.used + n)
	if need <= len(x.slots) {
		return
	}
	old := x.slots
	x.slots = make([]packedSlot, need)
	mask := uint64(need - 1)
	for _, s := range old {
		if s.mark == 0 {
			continue
		}
		i := word16{s.first, x.more[s.row()]}.hash() & mask
		for x.slots[i].mark != 0 {
			i = (i + 1) & mask
		}
		x.slots[i] = s
	}
}

func (x *packed) reset() {
	if x.used > 0 {
		clear(x.slots)
	}
	x.used, x.more = 0, x.more[:0]
}

// held returns the bytes of the slots and the second words.
func (x *packed) held() int { return packedBytes*len(x.slots) + 8*cap(x.more) }

const packedBytes = 16
