package sortkey

import (
	"bytes"
	"encoding/binary"
	"slices"

	"github.com/spatestream/spate/columnar"
)

// Keys are the keys of rows 0, 1, ... in the order they were appended. The zero
// value is empty. It belongs to one goroutine.
type Keys struct {
	bytes []byte
	ends  []int
	// Scratch of Order.
	pairs, swap []Prefixed
}

// Append adds the keys of the rows sel (nil: [0, n)) of the columns.
func (k *Keys) Append(cols []*columnar.Vector, by []Order, sel []uint16, n int) {
	if sel != nil {
		n = len(sel)
	}
	for j := range n {
		i := j
		if sel != nil {
			i = int(sel[j])
		}
		k.bytes = AppendRow(k.bytes, cols, by, i)
		k.ends = append(k.ends, len(k.bytes))
	}
}

// Len returns the number of keys.
func (k *Keys) Len() int { return len(k.ends) }

// Size returns the bytes held.
func (k *Keys) Size() int { return cap(k.bytes) + 8*cap(k.ends) + 16*(cap(k.pairs)+cap(k.swap)) }

// At returns key i, borrowed until the next Append.
func (k *Keys) At(i int) []byte {
	lo := 0
	if i > 0 {
		lo = k.ends[i-1]
	}
	return k.bytes[lo:k.ends[i]]
}

// Reset drops the keys and keeps the buffers.
func (k *Keys) Reset() { k.bytes, k.ends = k.bytes[:0], k.ends[:0] }

// Order appends the row numbers in the order of their keys to dst; equal keys
// stay in order of their rows.
//
// Radix sorts by an eight-byte prefix; runs of equal prefixes are then sorted
// by comparing.
func (k *Keys) Order(dst []uint32) []uint32 {
	skip, whole := k.shape()
	k.fill(skip)
	if len(k.pairs) < 256 {
		slices.SortFunc(k.pairs, func(a, b Prefixed) int { return k.compare(a, b) })
	} else {
		k.pairs, k.swap = Radix(k.pairs, slices.Grow(k.swap[:0], len(k.pairs))[:len(k.pairs)])
		if !whole {
			k.untie()
		}
	}
	for _, p := range k.pairs {
		dst = append(dst, p.Row)
	}
	return dst
}

// shape says how many leading bytes all keys share, at most one (the marker of
// a first column without nulls), and whether the prefix after it is the whole
// key of all rows.
func (k *Keys) shape() (skip int, whole bool) {
	skip, whole = 1, true
	length := -1
	for i := range k.ends {
		b := k.At(i)
		if len(b) == 0 || b[0] != k.At(0)[0] {
			skip = 0
		}
		if length >= 0 && len(b) != length {
			whole = false
		}
		length = len(b)
	}
	return skip, whole && length-skip <= 8
}

func (k *Keys) fill(skip int) {
	k.pairs = slices.Grow(k.pairs[:0], len(k.ends))[:len(k.ends)]
	for i := range k.pairs {
		b := k.At(i)
		b = b[min(skip, len(b)):]
		var p uint64
		if len(b) >= 8 {
			p = binary.BigEndian.Uint64(b)
		} else {
			var short [8]byte
			copy(short[:], b)
			p = binary.BigEndian.Uint64(short[:])
		}
		k.pairs[i] = Prefixed{p, uint32(i)}
	}
}

func (k *Keys) untie() {
	for lo := 0; lo < len(k.pairs); {
		hi := lo + 1
		for hi < len(k.pairs) && k.pairs[hi].Prefix == k.pairs[lo].Prefix {
			hi++
		}
		if hi-lo > 1 {
			slices.SortFunc(k.pairs[lo:hi], func(a, b Prefixed) int { return k.compare(a, b) })
		}
		lo = hi
	}
}

func (k *Keys) compare(a, b Prefixed) int {
	if a.Prefix != b.Prefix {
		if a.Prefix < b.Prefix {
			return -1
		}
		return 1
	}
	if c := bytes.Compare(k.At(int(a.Row)), k.At(int(b.Row))); c != 0 {
		return c
	}
	return int(a.Row) - int(b.Row)
}

// Add adds a copy of a key.
func (k *Keys) Add(key []byte) {
	k.bytes = append(k.bytes, key...)
	k.ends = append(k.ends, len(k.bytes))
}
