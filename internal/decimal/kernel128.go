package decimal

// The kernels over Int128 columns. They keep the rules of the 64-bit kernels:
// slices as long as dst, which may be a source; rows that do not fit their
// type (or divide by 0) are appended to failed.

// Add128 sets dst to a/10^as + b/10^bs in type to.
func Add128(dst, a []Int128, as uint8, b []Int128, bs uint8, to Type, failed []uint16) []uint16 {
	a, b = a[:len(dst)], b[:len(dst)]
	if as != bs || bs != to.Scale {
		for i := range dst {
			v, ok := Add(a[i], as, b[i], bs, to)
			dst[i] = v
			failed = note(failed, i, ok)
		}
		return failed
	}
	for i := range dst {
		v, ok := a[i].Add(b[i])
		dst[i] = v
		failed = note(failed, i, ok && v.Fits(to.Precision))
	}
	return failed
}

// Sub128 sets dst to a/10^as - b/10^bs in type to.
func Sub128(dst, a []Int128, as uint8, b []Int128, bs uint8, to Type, failed []uint16) []uint16 {
	a, b = a[:len(dst)], b[:len(dst)]
	if as != bs || bs != to.Scale {
		for i := range dst {
			v, ok := Sub(a[i], as, b[i], bs, to)
			dst[i] = v
			failed = note(failed, i, ok)
		}
		return failed
	}
	for i := range dst {
		v, ok := a[i].Sub(b[i])
		dst[i] = v
		failed = note(failed, i, ok && v.Fits(to.Precision))
	}
	return failed
}

// Mul128 sets dst to a/10^as · b/10^bs in type to.
func Mul128(dst, a []Int128, as uint8, b []Int128, bs uint8, to Type, failed []uint16) []uint16 {
	a, b = a[:len(dst)], b[:len(dst)]
	if as+bs != to.Scale {
		for i := range dst {
			v, ok := Mul(a[i], as, b[i], bs, to)
			dst[i] = v
			failed = note(failed, i, ok)
		}
		return failed
	}
	for i := range dst {
		v, ok := a[i].Mul(b[i])
		dst[i] = v
		failed = note(failed, i, ok && v.Fits(to.Precision))
	}
	return failed
}

// Div128 sets dst to a/10^as ÷ b/10^bs in type to.
func Div128(dst, a []Int128, as uint8, b []Int128, bs uint8, to Type, failed []uint16) []uint16 {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		v, ok := Div(a[i], as, b[i], bs, to)
		dst[i] = v
		failed = note(failed, i, ok)
	}
	return failed
}

// Rem128 sets dst to the remainder of a/10^as ÷ b/10^bs in type to.
func Rem128(dst, a []Int128, as uint8, b []Int128, bs uint8, to Type, failed []uint16) []uint16 {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		v, ok := Rem(a[i], as, b[i], bs, to)
		dst[i] = v
		failed = note(failed, i, ok)
	}
	return failed
}

// Rescale128 brings src of scale from to type to, rounded half up.
func Rescale128(dst, src []Int128, from uint8, to Type, failed []uint16) []uint16 {
	src = src[:len(dst)]
	for i, x := range src {
		v, ok := Rescale(x, from, to.Scale)
		dst[i] = v
		failed = note(failed, i, ok && v.Fits(to.Precision))
	}
	return failed
}

// Check128 appends the rows of more than precision digits to failed.
func Check128(v []Int128, precision uint8, failed []uint16) []uint16 {
	for i, x := range v {
		failed = note(failed, i, x.Fits(precision))
	}
	return failed
}

// Compare128 sets dst[i] to -1, 0 or 1 as a[i] is less than, equal to or
// greater than b[i]; the columns have one scale.
func Compare128(dst []int8, a, b []Int128) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = int8(a[i].Cmp(b[i]))
	}
}

// Compare64 is Compare128 for int64 columns.
func Compare64(dst []int8, a, b []int64) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		var d int8
		if a[i] > b[i] {
			d = 1
		}
		if a[i] < b[i] {
			d = -1
		}
		dst[i] = d
	}
}

func note(failed []uint16, row int, ok bool) []uint16 {
	if !ok {
		failed = append(failed, uint16(row))
	}
	return failed
}
