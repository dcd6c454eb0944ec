package columnar

import "math/bits"

// Bitmap is a set of row numbers, bit i%64 of word i/64. As a validity bitmap a
// set bit means "not null".
type Bitmap []uint64

// NewBitmap returns an empty bitmap with room for n rows.
func NewBitmap(n int) Bitmap { return make(Bitmap, (n+63)/64) }

// Get reports whether i is in the set.
func (b Bitmap) Get(i int) bool { return b[i>>6]>>(uint(i)&63)&1 != 0 }

// Bit is Get as 0 or 1.
func (b Bitmap) Bit(i int) uint64 { return b[i>>6] >> (uint(i) & 63) & 1 }

// Set adds i.
func (b Bitmap) Set(i int) { b[i>>6] |= 1 << (uint(i) & 63) }

// Clear removes i.
func (b Bitmap) Clear(i int) { b[i>>6] &^= 1 << (uint(i) & 63) }

// Put adds or removes i.
func (b Bitmap) Put(i int, in bool) {
	if in {
		b.Set(i)
	} else {
		b.Clear(i)
	}
}

// Fill makes b the set of [0, n).
func (b Bitmap) Fill(n int) {
	for i := range b[:n>>6] {
		b[i] = ^uint64(0)
	}
	if n&63 != 0 {
		b[n>>6] |= 1<<(uint(n)&63) - 1
	}
}

// Count returns how many of [0, n) are in the set.
func (b Bitmap) Count(n int) int {
	c := 0
	for _, w := range b[:n>>6] {
		c += bits.OnesCount64(w)
	}
	if n&63 != 0 {
		c += bits.OnesCount64(b[n>>6] & (1<<(uint(n)&63) - 1))
	}
	return c
}

// And makes b the intersection of b and o over n rows; nil stands for the full
// set. It returns the result, which may be b, a fresh bitmap, or nil.
func (b Bitmap) And(o Bitmap, n int) Bitmap {
	if o == nil {
		return b
	}
	if b == nil {
		return append(Bitmap(nil), o[:(n+63)/64]...)
	}
	for i := range b[:(n+63)/64] {
		b[i] &= o[i]
	}
	return b
}
