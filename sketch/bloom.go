package sketch

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/spatestream/spate/internal/hashing"
)

// Bloom tells whether a value was seen: "no" is certain, "yes" wrong with a
// small probability. Its bits and bytes are those of Spark's Bloom filter,
// version 2. See B. Bloom, "Space/time trade-offs in hash coding with allowable
// errors" (1970).
type Bloom struct {
	words  []uint64
	hashes int
	seed   uint32
}

// NewBloom makes a filter for so many distinct values, at least 1, that says
// "yes" wrongly with probability wrong, in (0, 1).
func NewBloom(values int64, wrong float64) (*Bloom, error) {
	if values < 1 || !(wrong > 0 && wrong < 1) {
		return nil, fmt.Errorf("sketch: a Bloom filter for %d values and error %v; it needs a value and an error between 0 and 1", values, wrong)
	}
	bits := int64(-float64(values) * math.Log(wrong) / (math.Ln2 * math.Ln2))
	hashes := max(1, round(float64(bits)/float64(values)*math.Ln2))
	return &Bloom{words: make([]uint64, max(1, (bits+63)/64)), hashes: int(hashes)}, nil
}

// AddInt64 marks an integer as seen.
func (b *Bloom) AddInt64(v int64) { b.mark(b.int64(v)) }

// AddBytes marks a byte string, or a string's bytes, as seen.
func (b *Bloom) AddBytes(v []byte) { b.mark(b.bytes(v)) }

// HasInt64 tells whether an integer was seen.
func (b *Bloom) HasInt64(v int64) bool { return b.marked(b.int64(v)) }

// HasBytes tells whether a byte string was seen.
func (b *Bloom) HasBytes(v []byte) bool { return b.marked(b.bytes(v)) }

func (b *Bloom) int64(v int64) (h1, h2 int32) {
	first := hashing.Int64(v, b.seed)
	return int32(first), int32(hashing.Int64(v, first))
}

func (b *Bloom) bytes(v []byte) (h1, h2 int32) {
	first := hashing.Bytes(v, b.seed)
	return int32(first), int32(hashing.Bytes(v, first))
}

// mark sets the bits of two hashes. The bits lie an even step apart, as in A.
// Kirsch, M. Mitzenmacher, "Less hashing, same performance" (2006).
func (b *Bloom) mark(h1, h2 int32) {
	sum, size := int64(h1)*math.MaxInt32, int64(len(b.words))*64
	for range b.hashes {
		sum += int64(h2)
		i := (sum ^ sum>>63) % size
		b.words[i/64] |= 1 << (i % 64)
	}
}

func (b *Bloom) marked(h1, h2 int32) bool {
	sum, size := int64(h1)*math.MaxInt32, int64(len(b.words))*64
	for range b.hashes {
		sum += int64(h2)
		i := (sum ^ sum>>63) % size
		if b.words[i/64]>>(i%64)&1 == 0 {
			return false
		}
	}
	return true
}

// Merge marks in b what other has marked. The error is ErrShape.
func (b *Bloom) Merge(other *Bloom) error {
	if len(b.words) != len(other.words) || b.hashes != other.hashes || b.seed != other.seed {
		return ErrShape
	}
	for i, w := range other.words {
		b.words[i] |= w
	}
	return nil
}

const bloomVersion = 2

// AppendBinary appends the filter as Spark writes it, high byte first: version,
// hashes, seed, number of words, words.
func (b *Bloom) AppendBinary(dst []byte) ([]byte, error) {
	dst = slices.Grow(dst, 16+8*len(b.words))
	for _, v := range [...]uint32{bloomVersion, uint32(b.hashes), b.seed, uint32(len(b.words))} {
		dst = binary.BigEndian.AppendUint32(dst, v)
	}
	for _, w := range b.words {
		dst = binary.BigEndian.AppendUint64(dst, w)
	}
	return dst, nil
}

// MarshalBinary is AppendBinary to a new slice.
func (b *Bloom) MarshalBinary() ([]byte, error) { return b.AppendBinary(nil) }

// UnmarshalBinary reads what AppendBinary wrote. The error is ErrCorrupt.
func (b *Bloom) UnmarshalBinary(src []byte) error {
	if len(src) < 24 || binary.BigEndian.Uint32(src) != bloomVersion {
		return ErrCorrupt
	}
	hashes, n := binary.BigEndian.Uint32(src[4:]), binary.BigEndian.Uint32(src[12:])
	if hashes < 1 || hashes > 255 || uint64(len(src)-16) != 8*uint64(n) {
		return ErrCorrupt
	}
	out := Bloom{words: make([]uint64, n), hashes: int(hashes), seed: binary.BigEndian.Uint32(src[8:])}
	for i := range out.words {
		out.words[i] = binary.BigEndian.Uint64(src[16+8*i:])
	}
	*b = out
	return nil
}
