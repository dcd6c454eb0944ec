package keyed

import (
	"math"
	"math/bits"
	"unsafe"
)

// numbers is the index of integers: open addressing, linear probing, key and
// number in one slot.
type numbers[W uint32 | uint64] struct {
	slots  []numberSlot[W]
	shift  uint // of a 64-bit hash to a slot
	hashes []uint64
	sink   uint32
}

type numberSlot[W uint32 | uint64] struct {
	key W
	id  uint32 // number+1; 0 is a free slot
}

// Constants of wyhash; any odd random ones do.
const (
	secret0 = 0xa0761d6478bd642f
	secret1 = 0xe7037ed1a0b428db
	secret2 = 0x8ebc6af09c88c6e3
)

// fold is the wide product of x and y, folded.
func fold(x, y uint64) uint64 {
	hi, lo := bits.Mul64(x, y)
	return hi ^ lo
}

func hashNumber(k uint64) uint64 { return fold(k^secret0, secret1) * secret2 }

// largeTable is the size in bytes from which slots are loaded early: about what
// a core's cache keeps.
const largeTable = 1 << 20

// slotsFor returns how many slots n keys need: a quarter of a small table is
// full at most, half of a large one.
func slotsFor(n int) int {
	want := 2 * n
	if n <= 1<<14 {
		want = 4 * n
	}
	return max(16, 1<<bits.Len(uint(want-1)))
}

func (x *numbers[W]) hash(key W) uint32 { return uint32(hashNumber(uint64(key)) >> 32) }

func (x *numbers[W]) upsert(keys, dense []W, ids []uint32) []W {
	x.reserve(dense, len(dense)+len(keys))
	hashes := x.hash64(keys)
	if int64(len(x.slots))*int64(unsafe.Sizeof(x.slots[0])) > largeTable {
		x.loadEarly(hashes)
	}
	mask := uint64(len(x.slots) - 1)
	for i, k := range keys {
		at := hashes[i] >> x.shift
		for {
			s := &x.slots[at&mask]
			if s.id == 0 {
				dense = append(dense, k)
				*s = numberSlot[W]{k, uint32(len(dense))}
			}
			if s.key == k {
				ids[i] = s.id - 1
				break
			}
			at++
		}
	}
	return dense
}

func (x *numbers[W]) hash64(keys []W) []uint64 {
	if cap(x.hashes) < len(keys) {
		x.hashes = make([]uint64, len(keys))
	}
	hashes := x.hashes[:len(keys)]
	for i, k := range keys {
		hashes[i] = hashNumber(uint64(k))
	}
	return hashes
}

// loadEarly touches the slot of every key, and does nothing else, so that the
// misses overlap.
func (x *numbers[W]) loadEarly(hashes []uint64) {
	mask := uint64(len(x.slots) - 1)
	for _, h := range hashes {
		x.sink += x.slots[h>>x.shift&mask].id
	}
}

func (x *numbers[W]) reserve(dense []W, n int) {
	if size := slotsFor(n); size > len(x.slots) {
		x.slots = make([]numberSlot[W], size)
		x.shift = uint(64 - bits.Len(uint(size-1)))
		mask := uint64(size - 1)
		for i, k := range dense {
			at := hashNumber(uint64(k)) >> x.shift
			for x.slots[at&mask].id != 0 {
				at++
			}
			x.slots[at&mask] = numberSlot[W]{k, uint32(i + 1)}
		}
	}
}

func (x *numbers[W]) size() int64 {
	return int64(len(x.slots))*int64(unsafe.Sizeof(numberSlot[W]{})) + 8*int64(cap(x.hashes))
}

func (x *numbers[W]) growth(_ []W, n int) int64 {
	return max(0, int64(slotsFor(n)-len(x.slots))) * int64(unsafe.Sizeof(numberSlot[W]{}))
}

func (x *numbers[W]) reset() { x.slots = nil }

// doubles is the index of floating-point keys: equal if their bits are, and all
// NaN are one, as of Java's Double.
type doubles struct {
	under numbers[uint64]
	bits  []uint64
}

func doubleBits(f float64) uint64 {
	if f != f {
		return 0x7ff8000000000000
	}
	return math.Float64bits(f)
}

func (x *doubles) upsert(keys, dense []float64, ids []uint32) []float64 {
	x.bits = x.bits[:0]
	for _, k := range keys {
		x.bits = append(x.bits, doubleBits(k))
	}
	return as[float64](x.under.upsert(x.bits, as[uint64](dense), ids))
}

func (x *doubles) hash(key float64) uint32 { return x.under.hash(doubleBits(key)) }
func (x *doubles) size() int64             { return x.under.size() + 8*int64(cap(x.bits)) }
func (x *doubles) growth(dense []float64, n int) int64 {
	return x.under.growth(as[uint64](dense), n)
}
func (x *doubles) reserve(dense []float64, n int) { x.under.reserve(as[uint64](dense), n) }
func (x *doubles) reset()                         { x.under.reset() }
