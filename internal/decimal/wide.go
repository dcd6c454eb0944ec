package decimal

import "math/bits"

// wide is a 256-bit magnitude, low word first: the exact intermediate of
// multiplications, divisions and scale changes.
type wide [4]uint64

func (a u128) wide() wide { return wide{a.lo, a.hi} }

// mul is the exact product of two magnitudes.
func mul(a, b u128) wide {
	h0, l0 := bits.Mul64(a.lo, b.lo)
	h1, l1 := bits.Mul64(a.lo, b.hi)
	h2, l2 := bits.Mul64(a.hi, b.lo)
	h3, l3 := bits.Mul64(a.hi, b.hi)
	w1, c := bits.Add64(h0, l1, 0)
	w2, c := bits.Add64(h1, l3, c)
	w3 := h3 + c
	w1, c = bits.Add64(w1, l2, 0)
	w2, c = bits.Add64(w2, h2, c)
	return wide{l0, w1, w2, w3 + c}
}

// mul returns a·b and whether it fits 256 bits.
func (a wide) mul(b u128) (wide, bool) {
	low := mul(u128{a[0], a[1]}, b)
	high := mul(u128{a[2], a[3]}, b)
	r2, c := bits.Add64(low[2], high[0], 0)
	r3, c := bits.Add64(low[3], high[1], c)
	return wide{low[0], low[1], r2, r3}, c|high[2]|high[3] == 0
}

func (a wide) add(b wide) wide {
	var c uint64
	for i := range a {
		a[i], c = bits.Add64(a[i], b[i], c)
	}
	return a
}

// sub returns a-b; b must not be greater.
func (a wide) sub(b wide) wide {
	var c uint64
	for i := range a {
		a[i], c = bits.Sub64(a[i], b[i], c)
	}
	return a
}

func (a wide) less(b wide) bool {
	for i := 3; i > 0; i-- {
		if a[i] != b[i] {
			return a[i] < b[i]
		}
	}
	return a[0] < b[0]
}

// words is the number of words up to the highest that is not 0.
func (a wide) words() int {
	n := 4
	for n > 0 && a[n-1] == 0 {
		n--
	}
	return n
}

// signed narrows to 128 bits and applies a sign.
func (a wide) signed(negative bool) (Int128, bool) {
	v, ok := u128{a[0], a[1]}.signed(negative)
	return v, ok && a[2]|a[3] == 0
}

// div returns quotient and remainder; d must not be 0.
func (a wide) div(d wide) (q, r wide) {
	n := d.words()
	if n == 1 {
		return a.short(d[0])
	}
	if a.less(d) {
		return wide{}, a
	}
	return a.long(d, n)
}

// short divides by one word, a word at a time from the highest that is not 0.
func (a wide) short(d uint64) (q, r wide) {
	var rem uint64
	for i := a.words() - 1; i >= 0; i-- {
		if rem == 0 && a[i] < d { // saves a division where the quotient is short
			rem = a[i]
			continue
		}
		q[i], rem = bits.Div64(rem, a[i], d)
	}
	return q, wide{rem}
}

// long is schoolbook division by a divisor of n >= 2 words: Knuth, The Art of
// Computer Programming 2, 4.3.1, algorithm D.
func (a wide) long(d wide, n int) (q, r wide) {
	s := uint(bits.LeadingZeros64(d[n-1]))
	v := d.shl(s)
	u := [5]uint64{}
	shifted := a.shl(s)
	copy(u[:], shifted[:])
	u[4] = a[3] >> 1 >> (63 - s)
	for j := a.words() - n; j >= 0; j-- {
		digit := estimate(u[j+n], u[j+n-1], u[j+n-2], v[n-1], v[n-2])
		if subtract(u[j:j+n+1], v[:n], digit) {
			digit--
			restore(u[j:j+n+1], v[:n])
		}
		q[j] = digit
	}
	copy(r[:], u[:4])
	return q, r.shr(s)
}

// estimate returns a quotient digit that is right or one too large.
func estimate(u2, u1, u0, v1, v0 uint64) uint64 {
	if u2 >= v1 {
		return ^uint64(0)
	}
	digit, rem := bits.Div64(u2, u1, v1)
	for {
		h, l := bits.Mul64(digit, v0)
		if h < rem || h == rem && l <= u0 {
			return digit
		}
		digit--
		var c uint64
		if rem, c = bits.Add64(rem, v1, 0); c != 0 {
			return digit
		}
	}
}

// subtract takes v·digit from u and tells whether that went below 0.
func subtract(u, v []uint64, digit uint64) bool {
	var high, borrow, c uint64
	for i, w := range v {
		h, l := bits.Mul64(w, digit)
		l, c = bits.Add64(l, high, 0)
		high = h + c
		u[i], borrow = bits.Sub64(u[i], l, borrow)
	}
	u[len(v)], borrow = bits.Sub64(u[len(v)], high, borrow)
	return borrow != 0
}

// restore adds v back to u.
func restore(u, v []uint64) {
	var c uint64
	for i, w := range v {
		u[i], c = bits.Add64(u[i], w, c)
	}
	u[len(v)] += c
}

func (a wide) shl(s uint) wide {
	for i := 3; i > 0; i-- {
		a[i] = a[i]<<s | a[i-1]>>1>>(63-s)
	}
	a[0] <<= s
	return a
}

func (a wide) shr(s uint) wide {
	for i := range 3 {
		a[i] = a[i]>>s | a[i+1]<<1<<(63-s)
	}
	a[3] >>= s
	return a
}
