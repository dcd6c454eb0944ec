package sketch

import (
	"fmt"
	"math"
	"math/bits"
	"sort"
)

// Registers is the shape of a HyperLogLog++ sketch whose registers the caller
// keeps, in Words words of ten 6-bit registers each, all 0 at first. So the
// registers of many groups can lie in one column. See S. Heule, M. Nunkesser,
// A. Hall, "HyperLogLog in practice" (2013); there is no sparse form.
type Registers struct {
	precision uint8
	alpha     float64 // the paper's alpha times the square of the register count
}

const (
	registerBits = 6
	perWord      = 64 / registerBits
	registerMask = 1<<registerBits - 1
	maxBias      = 18 // the greatest precision with bias data
)

// NewRegisters returns the shape whose relative standard deviation is at most
// rsd, above 0 and up to 0.39; the error says so.
func NewRegisters(rsd float64) (Registers, error) {
	p := math.Ceil(2 * math.Log(1.106/rsd) / math.Ln2)
	if !(p >= 4) || p > 30 {
		return Registers{}, fmt.Errorf("sketch: the relative standard deviation is %v; it must be in (0, 0.39]", rsd)
	}
	return ofPrecision(uint8(p)), nil
}

// ofPrecision is the shape of 2^p registers, p from 4.
func ofPrecision(p uint8) Registers {
	m := math.Ldexp(1, int(p))
	alpha := 0.7213 / (1 + 1.079/m)
	switch p {
	case 4:
		alpha = 0.673
	case 5:
		alpha = 0.697
	case 6:
		alpha = 0.709
	}
	return Registers{p, alpha * m * m}
}

// Words is the number of words the registers take.
func (r Registers) Words() int { return 1<<r.precision/perWord + 1 }

// Add counts a value by its 64-bit hash. The estimates are Spark's if that is
// XXH64 of the value with seed 42.
func (r Registers) Add(words []uint64, hash uint64) {
	i := hash >> (64 - r.precision)
	rank := uint64(bits.LeadingZeros64(hash<<r.precision|1<<(r.precision-1))) + 1
	shift := i % perWord * registerBits
	word := &words[i/perWord]
	if old := *word >> shift & registerMask; rank > old {
		*word += (rank - old) << shift
	}
}

// AddAll counts a batch of hashes.
func (r Registers) AddAll(words []uint64, hashes []uint64) {
	for _, h := range hashes {
		r.Add(words, h)
	}
}

// Merge counts in dst what src has counted.
func (r Registers) Merge(dst, src []uint64) {
	for i, s := range src[:r.Words()] {
		d := dst[i]
		for mask := uint64(registerMask); mask != 0 && mask>>60 == 0; mask <<= registerBits {
			if s&mask > d&mask {
				d = d&^mask | s&mask
			}
		}
		dst[i] = d
	}
}

// Estimate returns how many distinct hashes were counted.
func (r Registers) Estimate(words []uint64) int64 {
	m := 1 << r.precision
	inverse, empty := 0.0, 0.0
	for i := range m {
		v := words[i/perWord] >> (i % perWord * registerBits) & registerMask
		inverse += 1 / float64(uint64(1)<<v)
		if v == 0 {
			empty++
		}
	}
	raw := r.alpha / inverse
	if empty > 0 {
		linear := float64(m) * math.Log(float64(m)/empty)
		if r.precision <= maxBias && linear <= biasOf(r.precision).threshold || raw <= 2.5*float64(m) {
			return round(linear)
		}
	}
	if r.precision <= maxBias && raw < 5*float64(m) {
		raw -= biasOf(r.precision).at(raw)
	}
	return round(raw)
}

// round is Java's Math.round.
func round(x float64) int64 { return int64(math.Floor(x + 0.5)) }

// neighbours is over how many known points the bias is averaged.
const neighbours = 6

// at returns the mean bias of the known points nearest to a raw estimate.
func (b *biasData) at(raw float64) float64 {
	distance := func(i int) float64 { return (raw - b.raw[i]) * (raw - b.raw[i]) }
	low := max(sort.SearchFloat64s(b.raw, raw)-neighbours+1, 0)
	high := min(low+neighbours, len(b.raw))
	for high < len(b.raw) && distance(high) < distance(low) {
		low++
		high++
	}
	sum := 0.0
	for _, v := range b.bias[low:high] {
		sum += v
	}
	return sum / float64(high-low)
}
