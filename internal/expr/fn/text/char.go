package text

import (
	"encoding/binary"
	"math/bits"
)

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

// appendMarks appends the places of byte c in s, eight bytes at a time.
func appendMarks(dst []uint32, s []byte, c byte) []uint32 {
	const lows = 0x7f7f7f7f7f7f7f7f
	pattern := uint64(c) * 0x0101010101010101
	i := 0
	for ; i+8 <= len(s); i += 8 {
		x := binary.LittleEndian.Uint64(s[i:]) ^ pattern
		for m := ^((x&lows + lows) | x | lows); m != 0; m &= m - 1 {
			dst = append(dst, uint32(i+bits.TrailingZeros64(m)>>3))
		}
	}
	for ; i < len(s); i++ {
		if s[i] == c {
			dst = append(dst, uint32(i))
		}
	}
	return dst
}
