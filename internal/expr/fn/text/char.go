package text

import "encoding/binary"

const highs = 0x8080808080808080

// width returns how many bytes the character takes that begins with c; a byte
// that can begin none counts as one.
func width(c byte) int {
	switch {
	case c < 0xc2:
		return 1
	case c < 0xe0:
		return 2
	case c < 0xf0:
		return 3
	case c < 0xf5:
		return 4
	}
	return 1
}

// isASCII reports whether no byte is above 0x7f.
func isASCII(s []byte) bool {
	for len(s) >= 8 {
		if binary.LittleEndian.Uint64(s)&highs != 0 {
			return false
		}
		s = s[8:]
	}
	for _, c := range s {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// chars counts characters.
func chars(s []byte) int {
	if isASCII(s) {
		return len(s)
	}
	n := 0
	for i := 0; i < len(s); i += width(s[i]) {
		n++
	}
	return n
}

// offset returns the byte where character n (from 0) begins, len(s) if there
// are fewer; n >= 0.
func offset(s []byte, n int) int {
	if n >= len(s) {
		n = len(s)
	}
	if isASCII(s[:n]) {
		return n
	}
	i := 0
	for ; n > 0 && i < len(s); n-- {
		i += width(s[i])
	}
	return min(i, len(s))
}

// matches returns a bit for each of the first 64 bytes of s (fewer at its end)
// that is c.
func matches(s []byte, c byte) (m uint64) {
	const ones = 0x0101010101010101
	if pattern := uint64(c) * ones; len(s) >= 64 {
		s = s[:64]
		m = zeros(s, pattern) | zeros(s[8:], pattern)<<8 | zeros(s[16:], pattern)<<16 | zeros(s[24:], pattern)<<24
		return m | zeros(s[32:], pattern)<<32 | zeros(s[40:], pattern)<<40 | zeros(s[48:], pattern)<<48 | zeros(s[56:], pattern)<<56
	}
	for i := range s {
		if s[i] == c {
			m |= 1 << i
		}
	}
	return m
}

// zeros returns a bit for each of the first eight bytes of s that is that of
// the pattern: they are compared as a word, and the high bit of each gathered
// by a multiplication.
func zeros(s []byte, pattern uint64) uint64 {
	const lows, gather = 0x7f7f7f7f7f7f7f7f, 0x0102040810204080
	x := binary.LittleEndian.Uint64(s) ^ pattern
	x = ^((x&lows + lows) | x | lows)
	return x >> 7 * gather >> 56
}
