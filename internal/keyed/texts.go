package keyed

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unsafe"
)

// texts is the index of strings. A text of up to maxInline bytes lies in its
// slot, so that finding it looks nowhere else.
type texts struct {
	slots []textSlot
	shift uint // of a 64-bit hash to a slot
	clone bool
	bytes int64 // of the keys' texts
	arena []byte
	seek  [textBatch]sought
	open  [textBatch]uint16
	sink  uint32
}

// textSlot is a text in its form and its number+1. Four of them are a line of
// the cache. That of a free slot is zero.
//
// The form of a text of up to maxInline bytes is the first eight, and three
// more with the length+1 as the low byte. Of longer ones it is a hash, with
// length longText.
type textSlot struct {
	lo uint64
	hi uint32
	id uint32
}

const (
	maxInline = 11
	longText  = 0xff
)

// sought is the form of a key of the batch, and the first slot it may lie in.
type sought struct {
	lo   uint64
	hi   uint32
	home uint32
}

// textBatch is how many keys are looked up at a time: what is noted of them
// stays in the first level cache.
const textBatch = 512

// formOf returns the form of s. It loads a short text whole and masks what is
// behind it, which no other page holds: a branch on the length would be guessed
// wrong for every second word. What else lies there may change meanwhile, hence
// norace.
//
//go:norace
//go:nocheckptr
func formOf(s string) (lo uint64, hi uint32) {
	n, p := len(s), unsafe.Pointer(unsafe.StringData(s))
	if uint(n-1) >= maxInline || uintptr(p)%pageBytes > pageBytes-16 {
		return slowForm(s)
	}
	m := &masks[n%len(masks)]
	lo = binary.LittleEndian.Uint64((*[8]byte)(p)[:])
	hi = binary.LittleEndian.Uint32((*[4]byte)(unsafe.Add(p, 8))[:])
	return lo & m.lo, hi<<8&m.hi | uint32(n+1)
}

// pageBytes divides the size of every system's pages.
const pageBytes = 4096

// masks keep what belongs to a text, by its length.
var masks = func() (m [16]struct {
	lo uint64
	hi uint32
}) {
	for n := range m {
		m[n].lo = 1<<(8*min(n, 8)) - 1 // 0 - 1 where nothing is masked
		m[n].hi = (1<<(8*max(n-8, 0)) - 1) << 8
	}
	return m
}()

// slowForm is formOf for every text.
func slowForm(s string) (lo uint64, hi uint32) {
	if len(s) > maxInline {
		return longForm(unsafe.Slice(unsafe.StringData(s), len(s)))
	}
	var all [16]byte
	copy(all[:], s)
	return binary.LittleEndian.Uint64(all[:]), binary.LittleEndian.Uint32(all[8:])<<8 | uint32(len(s)+1)
}

// longForm hashes 16 bytes at a time, in the manner of wyhash.
func longForm(d []byte) (lo uint64, hi uint32) {
	n := len(d)
	a := uint64(n)
	last := binary.LittleEndian.Uint64(d[n-8:])
	for len(d) > 16 {
		a = fold(binary.LittleEndian.Uint64(d)^secret0, binary.LittleEndian.Uint64(d[8:])^a)
		d = d[16:]
	}
	if len(d) > 8 {
		a = fold(binary.LittleEndian.Uint64(d)^secret1, a)
	}
	lo = fold(a^secret2, last^secret0)
	return lo, uint32(fold(lo, last^secret1))<<8 | longText
}

func hashForm(lo uint64, hi uint32) uint64 {
	return fold(lo^secret0, uint64(hi)^secret1) * secret2
}

func (x *texts) hash(key string) uint32 { return uint32(hashForm(formOf(key)) >> 32) }

func (x *texts) upsert(keys, dense []string, ids []uint32) []string {
	for len(keys) > 0 {
		n := min(len(keys), textBatch)
		dense = x.upsertBatch(keys[:n], dense, ids[:n])
		keys, ids = keys[n:], ids[n:]
	}
	return dense
}

func (x *texts) upsertBatch(keys, dense []string, ids []uint32) []string {
	x.reserve(dense, len(dense)+len(keys))
	x.look(keys)
	if int64(len(x.slots))*int64(unsafe.Sizeof(textSlot{})) > largeTable {
		x.loadEarly(len(keys))
	}
	for _, i := range x.atHome(ids) {
		k := &x.seek[i]
		s := x.find(k, keys[i], dense)
		if s.id == 0 {
			dense = append(dense, x.keep(keys[i]))
			*s = textSlot{k.lo, k.hi, uint32(len(dense))}
		}
		ids[i] = s.id - 1
	}
	return dense
}

// look computes the form and the home of every key.
func (x *texts) look(keys []string) {
	seek := x.seek[:len(keys)]
	for i, k := range keys {
		lo, hi := formOf(k)
		seek[i] = sought{lo, hi, uint32(hashForm(lo, hi) >> x.shift)}
	}
}

// loadEarly touches the slot of every key, and does nothing else, so that the
// misses overlap.
func (x *texts) loadEarly(n int) {
	mask := uint32(len(x.slots) - 1)
	for i := range x.seek[:n] {
		x.sink += x.slots[x.seek[i].home&mask].id
	}
}

// atHome sets the numbers of the keys that lie in their home slot, without a
// branch that depends on a key. It returns the positions of the others, long
// texts among them, which must be compared.
func (x *texts) atHome(ids []uint32) []uint16 {
	mask, n := uint32(len(x.slots)-1), 0
	seek := x.seek[:len(ids)]
	for i := range seek {
		k := &seek[i]
		s := &x.slots[k.home&mask]
		ids[i] = s.id - 1
		x.open[n%textBatch] = uint16(i)
		other := (s.lo ^ k.lo) | uint64(s.hi^k.hi) | uint64((k.hi&0xff)+1)>>8
		n += int((other | -other) >> 63)
	}
	return x.open[:n]
}

// find returns the slot of a key, or the free one it belongs in.
func (x *texts) find(k *sought, key string, dense []string) *textSlot {
	mask := uint32(len(x.slots) - 1)
	for at := k.home; ; at++ {
		s := &x.slots[at&mask]
		if s.id == 0 || s.lo == k.lo && s.hi == k.hi && (k.hi&0xff != longText || dense[s.id-1] == key) {
			return s
		}
	}
}

// textSlots returns how many slots n keys need: a quarter of a small table is
// full at most, of a large one three quarters, because what its slots take of
// the caches costs more than another look at a neighbour.
func textSlots(n int) int {
	size := 16
	for size <= 1<<13 && size/4 < n || size > 1<<13 && size/4*3 < n {
		size *= 2
	}
	return size
}

func (x *texts) reserve(_ []string, n int) {
	size := textSlots(n)
	if size <= len(x.slots) {
		return
	}
	old := x.slots
	x.slots = make([]textSlot, size)
	x.shift = uint(64 - bits.Len(uint(size-1)))
	mask := uint32(size - 1)
	for i := range old {
		s := &old[i]
		if s.id == 0 {
			continue
		}
		at := uint32(hashForm(s.lo, s.hi) >> x.shift)
		for x.slots[at&mask].id != 0 {
			at++
		}
		x.slots[at&mask] = *s
	}
}

// Texts that are kept are copied into blocks of up to maxArena bytes.
const (
	minArena = 1 << 10
	maxArena = 64 << 10
)

// keep returns the form of a new key that the table holds.
func (x *texts) keep(s string) string {
	x.bytes += int64(len(s))
	if !x.clone || s == "" {
		return s
	}
	if len(s) > maxArena/8 {
		return strings.Clone(s)
	}
	if len(s) > cap(x.arena)-len(x.arena) {
		x.arena = make([]byte, 0, max(min(2*cap(x.arena), maxArena), minArena, 1<<bits.Len(uint(len(s)))))
	}
	at := len(x.arena)
	x.arena = append(x.arena, s...)
	return unsafe.String(&x.arena[at], len(s))
}

func (x *texts) size() int64 {
	return int64(len(x.slots))*int64(unsafe.Sizeof(textSlot{})) + x.bytes
}

func (x *texts) growth(_ []string, n int) int64 {
	return max(0, int64(textSlots(n)-len(x.slots))) * int64(unsafe.Sizeof(textSlot{}))
}

func (x *texts) reset() { x.slots, x.arena, x.bytes = nil, nil, 0 }
