// Package javatext makes text of bytes as Java does. Its promise: what is no UTF-8
// gets as many replacement characters, in the same places, as Spark gives it,
// whose text is decoded by java.nio.charset with the action REPLACE.
package javatext

import "unicode/utf8"

// Append appends b as valid UTF-8 to dst and returns it. Each malformed sequence
// becomes one U+FFFD: the start of a character up to the byte that cannot go on
// with it, a surrogate of three bytes as a whole, and any other byte alone.
func Append(dst, b []byte) []byte {
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			size = malformed(b)
			dst = utf8.AppendRune(dst, utf8.RuneError)
		} else {
			dst = append(dst, b[:size]...)
		}
		b = b[size:]
	}
	return dst
}

// malformed returns how many bytes of b, which begins with no character, one
// replacement stands for.
func malformed(b []byte) int {
	length := 1 // that the first byte asks for
	switch {
	case b[0] >= 0xE0 && b[0] <= 0xEF:
		length = 3
	case b[0] >= 0xF0 && b[0] <= 0xF4:
		length = 4
	}
	n := 1
	for n < length && n < len(b) && b[n]&0xC0 == 0x80 && !(n == 1 && early(b[0], b[1])) {
		n++
	}
	return n
}

// early reports whether the second byte shows that the first began no character:
// one that a shorter sequence has, or one beyond the last. Java looks at
// surrogates only when all three bytes are there.
func early(first, second byte) bool {
	return first == 0xE0 && second < 0xA0 || first == 0xF0 && second < 0x90 || first == 0xF4 && second > 0x8F
}
