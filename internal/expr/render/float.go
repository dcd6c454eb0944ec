package render

import (
	"bytes"
	"math"
	"strconv"
)

// AppendFloat appends f as Java prints a double (bits 64) or float (bits 32):
// the shortest digits that read back, plain from 1e-3 to below 1e7, else as
// 1.0E10.
func AppendFloat(dst []byte, f float64, bits int) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	case f == 0:
		if math.Signbit(f) {
			dst = append(dst, '-')
		}
		return append(dst, "0.0"...)
	}
	if a := math.Abs(f); a >= 1e-3 && a < 1e7 {
		n := len(dst)
		dst = strconv.AppendFloat(dst, f, 'f', -1, bits)
		if bytes.IndexByte(dst[n:], '.') < 0 {
			dst = append(dst, ".0"...)
		}
		return dst
	}
	return appendExponent(dst, f, bits)
}

// appendExponent turns Go's 1e+10 and 1.5e-07 into 1.0E10 and 1.5E-7.
func appendExponent(dst []byte, f float64, bits int) []byte {
	var buf [32]byte
	s := strconv.AppendFloat(buf[:0], f, 'e', -1, bits)
	if bytes.IndexByte(s, '.') < 0 {
		s = twoDigits(s, f, bits)
	}
	e := len(s) - 1
	for s[e] != 'e' {
		e--
	}
	dst = append(dst, s[:e]...)
	if bytes.IndexByte(s[:e], '.') < 0 {
		dst = append(dst, ".0"...)
	}
	dst = append(dst, 'E')
	if s[e+1] == '-' {
		dst = append(dst, '-')
	}
	digits := s[e+2:]
	if digits[0] == '0' {
		digits = digits[1:]
	}
	return append(dst, digits...)
}

// twoDigits prefers the nearest two digits to a single one where both read
// back, as Java does: 4.9E-324.
func twoDigits(one []byte, f float64, bits int) []byte {
	var buf [32]byte
	two := strconv.AppendFloat(buf[:0], f, 'e', 1, bits)
	if g, err := strconv.ParseFloat(string(two), bits); err == nil && g == f {
		return append(one[:0], two...)
	}
	return one
}
