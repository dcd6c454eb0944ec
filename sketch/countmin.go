package sketch

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/spatestream/spate/internal/hashing"
)

// CountMin estimates how often a value was seen, never too low and rarely much
// too high. Its counters and bytes are those of Spark's count_min_sketch. See
// G. Cormode, S. Muthukrishnan, "An improved data stream summary: the count-min
// sketch and its applications" (2005).
type CountMin struct {
	width  int
	rows   [][]int64 // one row of width counters a hash function
	factor []int64   // of each row's hash of integers
	total  int64
}

// NewCountMin makes a sketch whose counts are too high by more than
// error·Total with at most probability 1-confidence; both are in (0, 1). Equal
// seeds make sketches that can be merged.
func NewCountMin(relativeError, confidence float64, seed int32) (*CountMin, error) {
	if !(relativeError > 0 && relativeError < 1 && confidence > 0 && confidence < 1) {
		return nil, fmt.Errorf("sketch: error %v and confidence %v must lie between 0 and 1", relativeError, confidence)
	}
	width := int(math.Ceil(2 / relativeError))
	depth := int(math.Ceil(-math.Log1p(-confidence) / math.Ln2))
	c := newCountMin(depth, width)
	random := javaRandom(seed)
	for i := range c.factor {
		c.factor[i] = random.next(math.MaxInt32)
	}
	return c, nil
}

func newCountMin(depth, width int) *CountMin {
	c := &CountMin{width: width, rows: make([][]int64, depth), factor: make([]int64, depth)}
	all := make([]int64, depth*width)
	for i := range c.rows {
		c.rows[i] = all[i*width : (i+1)*width]
	}
	return c
}

// lcg is java.util.Random: the linear congruential generator of Knuth, The Art
// of Computer Programming 2, 3.2.1.
type lcg uint64

func javaRandom(seed int32) *lcg {
	r := lcg((uint64(seed) ^ 0x5DEECE66D) & (1<<48 - 1))
	return &r
}

// next returns a number below the bound, which is not a power of two.
func (r *lcg) next(bound int64) int64 {
	for {
		*r = (*r*0x5DEECE66D + 0xB) & (1<<48 - 1)
		bits := int64(*r >> 17)
		v := bits % bound
		if bits-v+(bound-1) <= math.MaxInt32 {
			return v
		}
	}
}

// float returns a number in [0, 1).
func (r *lcg) float() float64 {
	*r = (*r*0x5DEECE66D + 0xB) & (1<<48 - 1)
	high := uint64(*r>>22) << 27
	*r = (*r*0x5DEECE66D + 0xB) & (1<<48 - 1)
	return float64(high+uint64(*r>>21)) / (1 << 53)
}

// Total returns how many values were counted.
func (c *CountMin) Total() int64 { return c.total }

// AddInt64 counts an integer n times; n is not negative.
func (c *CountMin) AddInt64(v, n int64) {
	for i, row := range c.rows {
		row[c.bucket(v, i)] += n
	}
	c.total += n
}

// bucket is the place of an integer in a row.
func (c *CountMin) bucket(v int64, row int) int {
	h := v * c.factor[row]
	h += h >> 32
	return int(int32(h&math.MaxInt32)) % c.width
}

// AddBytes counts a byte string, or a string's bytes, n times.
func (c *CountMin) AddBytes(v []byte, n int64) {
	h1, h2 := pair(v)
	for i, row := range c.rows {
		row[c.step(h1, h2, i)] += n
	}
	c.total += n
}

func pair(v []byte) (h1, h2 int32) {
	first := hashing.Bytes(v, 0)
	return int32(first), int32(hashing.Bytes(v, first))
}

// step is the place of a pair of hashes in a row.
func (c *CountMin) step(h1, h2 int32, row int) int {
	i := (h1 + int32(row)*h2) % int32(c.width)
	if i < 0 {
		i = -i
	}
	return int(i)
}

// CountInt64 estimates how often an integer was counted.
func (c *CountMin) CountInt64(v int64) int64 {
	least := int64(math.MaxInt64)
	for i, row := range c.rows {
		least = min(least, row[c.bucket(v, i)])
	}
	return least
}

// CountBytes estimates how often a byte string was counted.
func (c *CountMin) CountBytes(v []byte) int64 {
	h1, h2 := pair(v)
	least := int64(math.MaxInt64)
	for i, row := range c.rows {
		least = min(least, row[c.step(h1, h2, i)])
	}
	return least
}

// Merge counts in c what other has counted. The error is ErrShape.
func (c *CountMin) Merge(other *CountMin) error {
	if c.width != other.width || !slices.Equal(c.factor, other.factor) {
		return ErrShape
	}
	for i, row := range other.rows {
		for j, n := range row {
			c.rows[i][j] += n
		}
	}
	c.total += other.total
	return nil
}

// AppendBinary appends the sketch as Spark writes it, high byte first: version
// 1, total, depth, width, the factors, the counters.
func (c *CountMin) AppendBinary(b []byte) ([]byte, error) {
	b = slices.Grow(b, 20+8*len(c.rows)*(c.width+1))
	b = binary.BigEndian.AppendUint32(b, 1)
	b = binary.BigEndian.AppendUint64(b, uint64(c.total))
	b = binary.BigEndian.AppendUint32(b, uint32(len(c.rows)))
	b = binary.BigEndian.AppendUint32(b, uint32(c.width))
	for _, f := range c.factor {
		b = binary.BigEndian.AppendUint64(b, uint64(f))
	}
	for _, row := range c.rows {
		for _, n := range row {
			b = binary.BigEndian.AppendUint64(b, uint64(n))
		}
	}
	return b, nil
}

// MarshalBinary is AppendBinary to a new slice.
func (c *CountMin) MarshalBinary() ([]byte, error) { return c.AppendBinary(nil) }

// UnmarshalBinary reads what AppendBinary wrote. The error is ErrCorrupt.
func (c *CountMin) UnmarshalBinary(b []byte) error {
	if len(b) < 20 || binary.BigEndian.Uint32(b) != 1 {
		return ErrCorrupt
	}
	depth, width := uint64(binary.BigEndian.Uint32(b[12:])), uint64(binary.BigEndian.Uint32(b[16:]))
	total := int64(binary.BigEndian.Uint64(b[4:]))
	if b = b[20:]; depth == 0 || width == 0 || depth > 1<<16 || width > 1<<31-1 || depth*(width+1)*8 != uint64(len(b)) {
		return ErrCorrupt
	}
	out := newCountMin(int(depth), int(width))
	out.total = total
	next := func() int64 {
		v := int64(binary.BigEndian.Uint64(b))
		b = b[8:]
		return v
	}
	for i := range out.factor {
		out.factor[i] = next()
	}
	for _, row := range out.rows {
		for j := range row {
			row[j] = next()
		}
	}
	*c = *out
	return nil
}
