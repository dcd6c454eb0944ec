package keyed

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unsafe"
)

// texts is the index of strings. A text of up to 16 bytes lies in its slot as
// two words, so that finding it looks nowhere else.
type texts struct {
	slots []textSlot
	shift uint // of a 64-bit hash to a slot
	clone bool
	bytes int64 // of the keys' texts
	arena []byte
	seek  []sought
	sink  uint32
}

// textSlot is two words of a text, its length and its number+1; 0 is a free
// slot. Words and length tell texts of up to maxInline bytes apart; of longer
// ones they are mostly hash.
type textSlot struct {
	a, b uint64
	n    uint32
	id   uint32
}

// sought is a key of the batch.
type sought struct{ a, b, hash uint64 }

const maxInline = 16

// words returns the two words of s.
func words(s string) (a, b uint64) {
	n := len(s)
	d := unsafe.Slice(unsafe.StringData(s), n)
	switch {
	case n > maxInline:
		return longWords(d)
	case n >= 8:
		return binary.LittleEndian.Uint64(d), binary.LittleEndian.Uint64(d[n-8:])
	case n >= 4:
		return uint64(binary.LittleEndian.Uint32(d)), uint64(binary.LittleEndian.Uint32(d[n-4:]))
	case n > 0:
		return uint64(d[0]) | uint64(d[n/2])<<8 | uint64(d[n-1])<<16, 0
	}
	return 0, 0
}

func longWords(d []byte) (a, b uint64) {
	a, b = secret1, binary.LittleEndian.Uint64(d[len(d)-8:])
	last := binary.LittleEndian.Uint64(d[len(d)-16:])
	for len(d) > maxInline {
		a = fold(binary.LittleEndian.Uint64(d)^secret0, binary.LittleEndian.Uint64(d[8:])^a)
		d = d[16:]
	}
	return fold(a^last, secret2), b
}

func hashWords(a, b uint64, n uint32) uint64 {
	return (fold(a^secret0, b^secret1) ^ uint64(n)) * secret2
}

func (x *texts) hash(key string) uint32 {
	a, b := words(key)
	return uint32(hashWords(a, b, uint32(len(key))) >> 32)
}

func (x *texts) upsert(keys, dense []string, ids []uint32) []string {
	x.reserve(dense, len(keys))
	seek := x.look(keys)
	if int64(len(x.slots))*int64(unsafe.Sizeof(textSlot{})) > largeTable {
		x.loadEarly(seek)
	}
	mask := uint64(len(x.slots) - 1)
	for i := range seek {
		k := &seek[i]
		n := uint32(len(keys[i]))
		at := k.hash >> x.shift
		for {
			s := &x.slots[at&mask]
			if s.a == k.a && s.b == k.b && s.n == n && s.id != 0 && (n <= maxInline || dense[s.id-1] == keys[i]) {
				ids[i] = s.id - 1
				break
			}
			if s.id == 0 {
				dense = append(dense, x.keep(keys[i]))
				*s = textSlot{k.a, k.b, n, uint32(len(dense))}
				ids[i] = s.id - 1
				break
			}
			at++
		}
	}
	return dense
}

// look computes words and hash of every key.
func (x *texts) look(keys []string) []sought {
	if cap(x.seek) < len(keys) {
		x.seek = make([]sought, len(keys))
	}
	seek := x.seek[:len(keys)]
	for i, k := range keys {
		a, b := words(k)
		seek[i] = sought{a, b, hashWords(a, b, uint32(len(k)))}
	}
	return seek
}

// loadEarly touches the slot of every key, and does nothing else, so that the
// misses overlap.
func (x *texts) loadEarly(seek []sought) {
	mask := uint64(len(x.slots) - 1)
	for i := range seek {
		x.sink += x.slots[seek[i].hash>>x.shift&mask].id
	}
}

// reserve makes room for n new keys.
func (x *texts) reserve(dense []string, n int) {
	size := slotsFor(len(dense) + n)
	if size <= len(x.slots) {
		return
	}
	old := x.slots
	x.slots = make([]textSlot, size)
	x.shift = uint(64 - bits.Len(uint(size-1)))
	mask := uint64(size - 1)
	for _, s := range old {
		if s.id == 0 {
			continue
		}
		at := hashWords(s.a, s.b, s.n) >> x.shift
		for x.slots[at&mask].id != 0 {
			at++
		}
		x.slots[at&mask] = s
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
	return int64(len(x.slots))*int64(unsafe.Sizeof(textSlot{})) + int64(cap(x.seek))*int64(unsafe.Sizeof(sought{})) + x.bytes
}

func (x *texts) growth(dense []string, n int) int64 {
	return max(0, int64(slotsFor(len(dense)+n)-len(x.slots))) * int64(unsafe.Sizeof(textSlot{}))
}

func (x *texts) reset() { x.slots, x.arena, x.bytes = nil, nil, 0 }
