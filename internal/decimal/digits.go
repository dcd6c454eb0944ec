package decimal

import "encoding/binary"

// Natural reads 1 to 16 digits without a sign; of anything else it says false.
// From eight on it is two overlapping loads and no loop.
func Natural(b []byte) (int64, bool) {
	if len(b) < 8 || len(b) > 16 {
		n := int64(0)
		for _, c := range b {
			if c -= '0'; c > 9 {
				return 0, false
			}
			n = n*10 + int64(c)
		}
		return n, len(b) > 0 && len(b) <= 16
	}
	n, ok := Eight(binary.LittleEndian.Uint64(b))
	more := len(b) - 8
	if !ok || more == 0 {
		return n, ok
	}
	last := ^uint64(0) << (64 - 8*uint(more)) // the bytes behind the first eight
	rest, ok := Eight(binary.LittleEndian.Uint64(b[more:])&last | zeroDigits&^last)
	return n*tens[more] + rest, ok
}

const zeroDigits = 0x3030303030303030

var tens = [9]int64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8}

// Eight is the number that eight digits make, the first in the lowest byte:
// pairs, then fours, then all (a multiply for each halving).
func Eight(w uint64) (int64, bool) {
	const highs = 0x8080808080808080
	d := w ^ zeroDigits // 0..9 of digits, 10 and more of others
	if (d|(d+0x7676767676767676))&highs != 0 {
		return 0, false
	}
	d = d*10 + d>>8
	const odd, outer, inner = 0x000000ff000000ff, 100 + 1_000_000<<32, 1 + 10_000<<32
	return int64(((d&odd)*outer + (d>>16&odd)*inner) >> 32), true
}
