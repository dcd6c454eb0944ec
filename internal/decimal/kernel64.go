package decimal

import "math/bits"

// The kernels over int64 columns (types of up to 18 digits). All slices have
// the length of dst, which may be one of the sources. Rows whose result does
// not fit are appended to failed and their results are meaningless; a caller
// drops failures of rows that are null or not selected. Up to 65536 rows.

// Add64 sets dst to a+b. The columns have one scale; the result has at most
// precision digits, 1 to 18.
func Add64(dst, a, b []int64, precision uint8, failed []uint16) []uint16 {
	a, b = a[:len(dst)], b[:len(dst)]
	limit := uint64(pow64[precision]) - 1
	for i := range dst {
		v := a[i] + b[i]
		dst[i] = v
		if uint64(v)+limit > 2*limit {
			failed = append(failed, uint16(i))
		}
	}
	return failed
}

// Sub64 sets dst to a-b, as Add64.
func Sub64(dst, a, b []int64, precision uint8, failed []uint16) []uint16 {
	a, b = a[:len(dst)], b[:len(dst)]
	limit := uint64(pow64[precision]) - 1
	for i := range dst {
		v := a[i] - b[i]
		dst[i] = v
		if uint64(v)+limit > 2*limit {
			failed = append(failed, uint16(i))
		}
	}
	return failed
}

// Mul64 sets dst to a·b; the result's scale is the sum of the scales and it
// has at most precision digits, 1 to 18.
func Mul64(dst, a, b []int64, precision uint8, failed []uint16) []uint16 {
	a, b = a[:len(dst)], b[:len(dst)]
	limit := uint64(pow64[precision]) - 1
	for i := range dst {
		v := mul64(a[i], b[i])
		x, fits := v.Int64()
		dst[i] = x
		if !fits || v.Lo+limit > 2*limit {
			failed = append(failed, uint16(i))
		}
	}
	return failed
}

// Mul64Wide sets dst to the exact a·b, which always fits.
func Mul64Wide(dst []Int128, a, b []int64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = mul64(a[i], b[i])
	}
}

// Rescale64 brings src from scale from to scale to, rounded half up; the
// result has at most precision digits, 1 to 18.
func Rescale64(dst, src []int64, from, to, precision uint8, failed []uint16) []uint16 {
	src = src[:len(dst)]
	limit := uint64(pow64[precision]) - 1
	switch {
	case from == to:
		copy(dst, src)
	case from > to:
		shrink64(dst, src, from-to)
	default:
		return grow64(dst, src, to-from, limit, failed)
	}
	for i, v := range dst {
		if uint64(v)+limit > 2*limit {
			failed = append(failed, uint16(i))
		}
	}
	return failed
}

// shrink64 drops n digits, half up.
func shrink64(dst, src []int64, n uint8) {
	if n > Max64 {
		clear(dst)
		return
	}
	d := pow64[n]
	half := d / 2
	for i, v := range src {
		s := v >> 63
		dst[i] = (((v^s)-s+half)/d ^ s) - s
	}
}

// grow64 adds n digits. A product beyond 64 bits shows in its high word.
func grow64(dst, src []int64, n uint8, limit uint64, failed []uint16) []uint16 {
	f := pow64[min(n, Max64)]
	for i, v := range src {
		s := v >> 63
		hi, lo := bits.Mul64(uint64((v^s)-s), uint64(f))
		dst[i] = (int64(lo) ^ s) - s
		if hi != 0 || lo > limit || n > Max64 && v != 0 {
			failed = append(failed, uint16(i))
		}
	}
	return failed
}

// Widen sets dst to src.
func Widen(dst []Int128, src []int64) {
	src = src[:len(dst)]
	for i, v := range src {
		dst[i] = FromInt64(v)
	}
}

// Narrow sets dst to src; a row of more than precision digits (1 to 18) fails.
func Narrow(dst []int64, src []Int128, precision uint8, failed []uint16) []uint16 {
	src = src[:len(dst)]
	for i, v := range src {
		x, ok := v.Int64()
		dst[i] = x
		if !ok || !Fits64(x, precision) {
			failed = append(failed, uint16(i))
		}
	}
	return failed
}
