package decimal

import (
	"math"
	"strconv"
	"unsafe"
)

// float10 holds the powers of ten that a double represents exactly.
var float10 = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// FromFloat64 converts the shortest decimal text that reads back as f, rounded
// half up to t: Spark's cast of a double (a float is widened to double first).
// NaN and infinities are ErrSyntax, too large values ErrRange.
func FromFloat64(f float64, t Type) (Int128, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Int128{}, ErrSyntax
	}
	var buf [32]byte
	return Parse(strconv.AppendFloat(buf[:0], f, 'e', -1, 64), t)
}

// ToFloat64 returns the double nearest to v/10^scale.
func ToFloat64(v Int128, scale uint8) float64 {
	if x, ok := v.Int64(); ok && int(scale) < len(float10) && x > -1<<53 && x < 1<<53 {
		return float64(x) / float10[scale]
	}
	var buf [64]byte
	b := strconv.AppendInt(append(Append(buf[:0], v, 0), 'e'), -int64(scale), 10)
	// The text is ours, so neither syntax nor range can fail, and nobody keeps it.
	f, _ := strconv.ParseFloat(unsafe.String(&b[0], len(b)), 64)
	return f
}

// FromInt converts an integer to t; false when it has too many digits.
func FromInt(v int64, t Type) (Int128, bool) {
	x, ok := FromInt64(v).Mul(Pow10(t.Scale))
	return x, ok && t.Fits(x)
}

// ToInt64 returns the integral part of v/10^scale, truncated, and whether it
// fits an int64.
func ToInt64(v Int128, scale uint8) (int64, bool) {
	return Round(v, scale, Truncate).Int64()
}
