package decimal

import (
	"math"
	"math/bits"
)

// Int128 is a signed 128-bit integer in two's complement: Hi·2^64 + Lo.
// In memory it is 16 bytes, low word first, as Arrow's decimal128.
type Int128 struct {
	Lo uint64
	Hi int64
}

// FromInt64 widens v.
func FromInt64(v int64) Int128 { return Int128{Lo: uint64(v), Hi: v >> 63} }

// Int64 returns the value as an int64 and whether it fits one.
func (a Int128) Int64() (int64, bool) { return int64(a.Lo), a.Hi == int64(a.Lo)>>63 }

// IsZero tells whether a is 0.
func (a Int128) IsZero() bool { return a.Lo == 0 && a.Hi == 0 }

// Sign returns -1, 0 or 1.
func (a Int128) Sign() int {
	switch {
	case a.Hi < 0:
		return -1
	case a.IsZero():
		return 0
	}
	return 1
}

// Cmp returns -1, 0 or 1 as a is less than, equal to or greater than b.
func (a Int128) Cmp(b Int128) int {
	switch {
	case a.Hi != b.Hi:
		if a.Hi < b.Hi {
			return -1
		}
		return 1
	case a.Lo != b.Lo:
		if a.Lo < b.Lo {
			return -1
		}
		return 1
	}
	return 0
}

// Add returns a+b and whether the sum fits 128 bits; else it has wrapped.
func (a Int128) Add(b Int128) (Int128, bool) {
	lo, carry := bits.Add64(a.Lo, b.Lo, 0)
	hi, _ := bits.Add64(uint64(a.Hi), uint64(b.Hi), carry)
	s := Int128{lo, int64(hi)}
	return s, (a.Hi^s.Hi)&(b.Hi^s.Hi) >= 0
}

// Sub returns a-b and whether the difference fits 128 bits; else it has wrapped.
func (a Int128) Sub(b Int128) (Int128, bool) {
	lo, borrow := bits.Sub64(a.Lo, b.Lo, 0)
	hi, _ := bits.Sub64(uint64(a.Hi), uint64(b.Hi), borrow)
	d := Int128{lo, int64(hi)}
	return d, (a.Hi^b.Hi)&(a.Hi^d.Hi) >= 0
}

// Neg returns -a and whether it fits; only the least value has no negative.
func (a Int128) Neg() (Int128, bool) { return Int128{}.Sub(a) }

// Mul returns a·b and whether the product fits 128 bits; else it is meaningless.
func (a Int128) Mul(b Int128) (Int128, bool) {
	if x, ok := a.Int64(); ok {
		if y, ok := b.Int64(); ok {
			return mul64(x, y), true
		}
	}
	am, an := a.magnitude()
	bm, bn := b.magnitude()
	p, ok := am.mul(bm)
	v, fits := p.signed(an != bn)
	return v, ok && fits
}

// QuoRem returns the quotient truncated towards zero and the remainder, which
// has a's sign. It is false when b is 0 or the quotient does not fit.
func (a Int128) QuoRem(b Int128) (quo, rem Int128, ok bool) {
	if b.IsZero() {
		return Int128{}, Int128{}, false
	}
	am, an := a.magnitude()
	bm, bn := b.magnitude()
	q, r := wide{am.lo, am.hi}.div(wide{bm.lo, bm.hi})
	quo, ok = q.signed(an != bn)
	rem, _ = r.signed(an)
	return quo, rem, ok
}

// Float64 returns the double nearest to the integer.
func (a Int128) Float64() float64 { return ToFloat64(a, 0) }

// mul64 is the exact product of two int64.
func mul64(x, y int64) Int128 {
	hi, lo := bits.Mul64(uint64(x), uint64(y))
	return Int128{lo, int64(hi) - x>>63&y - y>>63&x}
}

// u128 is a magnitude.
type u128 struct{ lo, hi uint64 }

// magnitude returns |a| and whether a is negative.
func (a Int128) magnitude() (u128, bool) {
	if a.Hi >= 0 {
		return u128{a.Lo, uint64(a.Hi)}, false
	}
	lo, borrow := bits.Sub64(0, a.Lo, 0)
	hi, _ := bits.Sub64(0, uint64(a.Hi), borrow)
	return u128{lo, hi}, true
}

// less tells whether the magnitude is below b.
func (a u128) less(b u128) bool { return a.hi < b.hi || a.hi == b.hi && a.lo < b.lo }

// signed applies a sign. The magnitude must be at most 2^127-1, or 2^127 when
// negative.
func (a u128) signed(negative bool) (Int128, bool) {
	if !negative {
		return Int128{a.lo, int64(a.hi)}, a.hi <= math.MaxInt64
	}
	lo, borrow := bits.Sub64(0, a.lo, 0)
	hi, _ := bits.Sub64(0, a.hi, borrow)
	return Int128{lo, int64(hi)}, a.hi <= math.MaxInt64 || a.hi == 1<<63 && a.lo == 0
}
