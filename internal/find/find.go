// Package find looks for a text in a block of bytes by words.
//
// The promise: the results are those of bytes.Index. What it is for: blocks of
// many lines in which the text is rare, so that nothing has to look for line
// ends first.
package find

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unsafe"
)

const ones, highs = 0x0101010101010101, 0x8080808080808080

// Text returns where part begins in block for the first time at or after from,
// which is in range; -1 if it does not.
func Text(block []byte, from int, part []byte) int {
	rest := from
	if len(part) > 1 { // one byte is found faster by vector instructions
		var found bool
		if rest, found = words(block, from, part); found {
			return rest
		}
	}
	if at := bytes.Index(block[rest:], part); at >= 0 {
		return rest + at
	}
	return -1
}

// words returns where part begins, or else where the bytes begin that it has
// not looked at: too few for words. It tests 32 places at a time for the first
// and the last byte of part together (SWAR) and compares the whole only where
// both are there. The last 32 places may overlap those before, where part is
// not.
func words(block []byte, pos int, part []byte) (at int, found bool) {
	span := len(part) - 1
	first, last := uint64(part[0])*ones, uint64(part[span])*ones
	from, end := pos, len(block)-span
	for ; pos < end; pos += 32 {
		if pos+32 > end {
			if pos = end - 32; pos < from {
				return from, false
			}
		}
		a := (word(block, pos) ^ first) | (word(block, pos+span) ^ last)
		b := (word(block, pos+8) ^ first) | (word(block, pos+span+8) ^ last)
		c := (word(block, pos+16) ^ first) | (word(block, pos+span+16) ^ last)
		d := (word(block, pos+24) ^ first) | (word(block, pos+span+24) ^ last)
		// The high bit of every byte that is zero, and of some behind it.
		if ((a-ones)&^a|(b-ones)&^b|(c-ones)&^c|(d-ones)&^d)&highs == 0 {
			continue
		}
		for k, x := range [4]uint64{a, b, c, d} {
			for m := (x - ones) &^ x & highs; m != 0; m &= m - 1 {
				at := pos + 8*k + bits.TrailingZeros64(m)>>3
				if string(block[at:at+len(part)]) == string(part) {
					return at, true
				}
			}
		}
	}
	return pos, false
}

// word is the eight bytes of b at i, which the caller knows to be there.
func word(b []byte, i int) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(b)), i))[:])
}
