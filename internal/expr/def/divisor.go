package def

import "math/bits"

// Divisor divides 64-bit integers by one that stays the same, with a multiply
// and shifts in place of the processor's division (Granlund and Montgomery,
// Division by Invariant Integers using Multiplication, 1994, figure 5.2). It
// truncates like Go's operators.
type Divisor struct {
	by    int64
	magic int64 // below 0: 2^64 less than the reciprocal scaled to (2^63, 2^64]
	shift uint8
}

// NewDivisor makes the divisor of d. Of 0, 1 and -1 there is none: ok is false.
func NewDivisor(d int64) (v Divisor, ok bool) {
	abs := uint64(max(d, -d)) // of the least integer 2^63
	if abs <= 1 {
		return v, false
	}
	l := bits.Len64(abs - 1) // the least l with abs <= 2^l
	q, _ := bits.Div64(1<<(l-1), 0, abs)
	return Divisor{d, int64(q + 1), uint8(l - 1)}, true
}

// By returns what v divides by.
func (v Divisor) By() int64 { return v.by }

// Div returns x / v.By().
func (v Divisor) Div(x int64) int64 {
	s := v.by >> 63
	return v.abs(x) ^ s - s
}

// Rem returns x % v.By().
func (v Divisor) Rem(x int64) int64 { return x - v.Div(x)*v.by }

// abs returns x divided by the absolute value of the divisor.
func (v Divisor) abs(x int64) int64 {
	hi, _ := bits.Mul64(uint64(v.magic), uint64(x))
	return (int64(hi)-x>>63&v.magic)>>(v.shift&63) - x>>63
}
