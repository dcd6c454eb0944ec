package json

import (
	"math/bits"
	"testing"
)

// The first byte that remarkable marks is the first that special marks.
func TestRemarkable(t *testing.T) {
	for at := range 8 {
		for c := range 256 {
			for _, next := range []byte{'a', 0x7f, 0x80, 0, '"', '\\', ' ', '!'} {
				var w uint64
				for i := range 8 {
					b := byte('a' + i)
					if i == at {
						b = byte(c)
					} else if i > at {
						b = next
					}
					w |= uint64(b) << (8 * i)
				}
				slow := special(w, ones*'"') & highs
				if fast := remarkable(w) & highs; bits.TrailingZeros64(fast) != bits.TrailingZeros64(slow) {
					t.Fatalf("%016x: %x, want %x", w, fast, slow)
				}
			}
		}
	}
}
