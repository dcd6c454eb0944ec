package decimal

import "math/bits"

// The common case of a product or quotient stays within 128 bits and divides
// by one word; it needs none of the 256-bit machinery.

// mul returns a·b and whether it fits 128 bits.
func (a u128) mul(b u128) (u128, bool) {
	if a.hi != 0 && b.hi != 0 {
		return u128{}, false
	}
	hi, lo := bits.Mul64(a.lo, b.lo)
	o1, m1 := bits.Mul64(a.hi, b.lo)
	o2, m2 := bits.Mul64(a.lo, b.hi)
	hi, c := bits.Add64(hi, m1|m2, 0) // one of them is 0
	return u128{lo, hi}, o1|o2|c == 0
}

// half returns a/d rounded half up; d is not 0.
func (a u128) half(d uint64) u128 {
	q, rem := a.hi/d, a.hi%d
	lo, rem := bits.Div64(rem, a.lo, d)
	v := u128{lo, q}
	if rem >= d-rem {
		v = v.plus(1)
	}
	return v
}

// small brings a magnitude of the given scale to type to if at most 18 digits
// are dropped and none added; done says whether it did.
func (a u128) small(negative bool, scale int, to Type) (v Int128, ok, done bool) {
	n := scale - int(to.Scale)
	if n < 0 || n > Max64 {
		return Int128{}, false, false
	}
	if n > 0 {
		a = a.half(uint64(pow64[n]))
	}
	v, ok = a.signed(negative)
	return v, ok && a.less(pow[to.Precision]), true
}

// quotient is Div where numerator and divisor are small.
func (a u128) quotient(b u128, k int, negative bool, to Type) (v Int128, ok, done bool) {
	if b.hi != 0 || k < 0 || k > MaxPrecision {
		return Int128{}, false, false
	}
	num, fits := a.mul(pow[k])
	if !fits {
		return Int128{}, false, false
	}
	q := num.half(b.lo)
	v, ok = q.signed(negative)
	return v, ok && q.less(pow[to.Precision]), true
}
