package parquet

import (
	"encoding/binary"
	"errors"
	"math/bits"

	"github.com/spatestream/spate/columnar"
)

var (
	errShort = errors.New("a page ends before its values do")
	errCode  = errors.New("a page has codes that its dictionary has not")
)

// hybrid reads Parquet's hybrid of run lengths and packed bits, in which
// levels, codes of a dictionary and booleans are written.
type hybrid struct {
	data  []byte // behind the run at hand
	width int    // bits of a value, 0 to 32
	left  int    // values of the run at hand
	value uint32 // of a repeating run
	bits  []byte // of a packed run and all that follows it; nil: the run repeats
	at    int    // bit of the next packed value
}

// start begins to read data.
func (h *hybrid) start(data []byte, width int) { *h = hybrid{data: data, width: width} }

// next begins the next run that has values.
func (h *hybrid) next() error {
	for h.left == 0 {
		head, n := binary.Uvarint(h.data)
		if n <= 0 {
			return errShort
		}
		h.data = h.data[n:]
		if head>>1 > 1<<31 {
			return errShort
		}
		h.left = int(head >> 1)
		if head&1 == 0 {
			if err := h.repeating(); err != nil {
				return err
			}
			continue
		}
		h.left *= 8
		size := h.left * h.width / 8
		if size > len(h.data) { // the last group may be cut
			if h.left, size = len(h.data)*8/h.width, len(h.data); h.left == 0 {
				return errShort
			}
		}
		h.bits, h.at, h.data = h.data, 0, h.data[size:]
	}
	return nil
}

func (h *hybrid) repeating() error {
	size := (h.width + 7) / 8
	if size > len(h.data) {
		return errShort
	}
	h.value, h.bits = 0, nil
	for i, b := range h.data[:size] {
		h.value |= uint32(b) << (8 * i)
	}
	h.data = h.data[size:]
	return nil
}

// codes fills dst with the next values.
func (h *hybrid) codes(dst []int32) error {
	for len(dst) > 0 {
		if err := h.next(); err != nil {
			return err
		}
		k := min(h.left, len(dst))
		if h.bits == nil {
			for i := range dst[:k] {
				dst[i] = int32(h.value)
			}
		} else {
			unpack(dst[:k], h.bits, h.at, h.width)
			h.at += k * h.width
		}
		dst, h.left = dst[k:], h.left-k
	}
	return nil
}

// unpack fills dst with values of width bits from bit at of src on.
func unpack(dst []int32, src []byte, at, width int) {
	mask, k := uint64(1)<<width-1, 0
	for safe := len(src) - 8; k < len(dst) && at>>3 <= safe; k++ {
		dst[k] = int32(binary.LittleEndian.Uint64(src[at>>3:]) >> (at & 7) & mask)
		at += width
	}
	for ; k < len(dst); k++ {
		dst[k] = int32(word(src, at>>3) >> (at & 7) & mask)
		at += width
	}
}

// word reads eight bytes from place i of b on; what is behind the end is zero.
func word(b []byte, i int) uint64 {
	if i+8 <= len(b) {
		return binary.LittleEndian.Uint64(b[i:])
	}
	var buf [8]byte
	if i < len(b) {
		copy(buf[:], b[i:])
	}
	return binary.LittleEndian.Uint64(buf[:])
}

// marks reads the next n values, of one bit each, into the places [at, at+n) of
// set, which are clear, and returns how many are 1.
func (h *hybrid) marks(set columnar.Bitmap, at, n int) (ones int, err error) {
	for n > 0 {
		if err := h.next(); err != nil {
			return 0, err
		}
		k := min(h.left, n)
		switch {
		case h.bits != nil:
			ones += copyBits(set, at, h.bits, h.at, k)
			h.at += k
		case h.value&1 != 0:
			fillBits(set, at, k)
			ones += k
		}
		at, n, h.left = at+k, n-k, h.left-k
	}
	return ones, nil
}

// fillBits sets the bits [at, at+n).
func fillBits(set columnar.Bitmap, at, n int) {
	for n > 0 {
		k := min(n, 64-at&63)
		set[at>>6] |= ^uint64(0) >> (64 - k) << (at & 63)
		at, n = at+k, n-k
	}
}

// copyBits copies n bits of src from bit from on to the clear bits [at, at+n)
// and returns how many are set.
func copyBits(set columnar.Bitmap, at int, src []byte, from, n int) (ones int) {
	for n > 0 {
		k := min(n, 64-at&63, 56)
		w := word(src, from>>3) >> (from & 7) & (1<<k - 1)
		set[at>>6] |= w << (at & 63)
		ones += bits.OnesCount64(w)
		at, from, n = at+k, from+k, n-k
	}
	return ones
}
