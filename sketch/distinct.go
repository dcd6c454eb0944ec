package sketch

import (
	"encoding/binary"
	"slices"

	"github.com/spatestream/spate/internal/hashing"
)

// Distinct estimates how many distinct values a stream has.
type Distinct struct {
	shape Registers
	words []uint64
}

// NewDistinct makes a sketch whose relative standard deviation is at most rsd
// (Spark's default is 0.05); it takes about 1.3/rsd² bytes. The error says that
// rsd is not in (0, 0.39].
func NewDistinct(rsd float64) (*Distinct, error) {
	shape, err := NewRegisters(rsd)
	if err != nil {
		return nil, err
	}
	return &Distinct{shape, make([]uint64, shape.Words())}, nil
}

// AddHash counts a value by its 64-bit hash, which must be well mixed.
func (d *Distinct) AddHash(hash uint64) { d.shape.Add(d.words, hash) }

// AddHashes counts a batch of hashes.
func (d *Distinct) AddHashes(hashes []uint64) { d.shape.AddAll(d.words, hashes) }

// AddInt64 counts an integer.
func (d *Distinct) AddInt64(v int64) { d.AddHash(hashing.XXInt64(v, hashing.Seed)) }

// AddFloat64 counts a number; -0 is 0 and all NaN are one.
func (d *Distinct) AddFloat64(v float64) { d.AddHash(hashing.XXFloat64(v, hashing.Seed)) }

// AddString counts a string.
func (d *Distinct) AddString(v string) { d.AddBytes([]byte(v)) }

// AddBytes counts a byte string.
func (d *Distinct) AddBytes(v []byte) { d.AddHash(hashing.XXBytes(v, hashing.Seed)) }

// Estimate returns the estimated number of distinct values.
func (d *Distinct) Estimate() int64 { return d.shape.Estimate(d.words) }

// Merge counts in d what other has counted. The error is ErrShape.
func (d *Distinct) Merge(other *Distinct) error {
	if d.shape != other.shape {
		return ErrShape
	}
	d.shape.Merge(d.words, other.words)
	return nil
}

// Reset forgets everything.
func (d *Distinct) Reset() { clear(d.words) }

const distinctTag = 'D'

// AppendBinary appends the sketch: a tag, the precision, the words, low byte
// first.
func (d *Distinct) AppendBinary(b []byte) ([]byte, error) {
	b = append(slices.Grow(b, 2+8*len(d.words)), distinctTag, d.shape.precision)
	for _, w := range d.words {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return b, nil
}

// MarshalBinary is AppendBinary to a new slice.
func (d *Distinct) MarshalBinary() ([]byte, error) { return d.AppendBinary(nil) }

// UnmarshalBinary reads what AppendBinary wrote. The error is ErrCorrupt.
func (d *Distinct) UnmarshalBinary(b []byte) error {
	if len(b) < 2 || b[0] != distinctTag || b[1] < 4 || b[1] > 30 {
		return ErrCorrupt
	}
	shape := ofPrecision(b[1])
	b = b[2:]
	if len(b) != 8*shape.Words() {
		return ErrCorrupt
	}
	words := make([]uint64, shape.Words())
	for i := range words {
		words[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	d.shape, d.words = shape, words
	return nil
}
