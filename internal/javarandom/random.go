// Package javarandom has the generators of random numbers that Spark's results
// depend on, number for number: java.util.Random and Spark's XORShiftRandom. A
// generator belongs to one goroutine.
package javarandom

import (
	"encoding/binary"
	"math"

	"github.com/spatestream/spate/internal/hashing"
)

// XORShift is Spark's XORShiftRandom: a 64-bit xorshift (Marsaglia, Xorshift
// RNGs, 2003) whose seed was hashed.
type XORShift struct {
	state uint64
	next  float64 // a second normal number, if ready
	ready bool
}

// NewXORShift returns the generator of a seed.
func NewXORShift(seed int64) *XORShift { return &XORShift{state: hashedSeed(uint64(seed))} }

// hashedSeed mixes a seed, the low half of the result first.
func hashedSeed(seed uint64) uint64 {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], seed)
	low := hashing.Murmur3(b[:], 0x3c074a61)
	high := hashing.Murmur3(b[:], low)
	return uint64(high)<<32 | uint64(low)
}

// Bits returns the next n bits, n up to 32.
func (x *XORShift) Bits(n uint) uint64 {
	s := x.state
	s ^= s << 21
	s ^= s >> 35
	s ^= s << 4
	x.state = s
	return s & (1<<n - 1)
}

// Float64 returns a number from 0 to below 1: nextDouble.
func (x *XORShift) Float64() float64 {
	hi := x.Bits(26)
	return float64(hi<<27|x.Bits(27)) * 0x1p-53
}

// Int64 returns the 64 bits of nextLong.
func (x *XORShift) Int64() int64 {
	hi := int64(int32(x.Bits(32)))
	return hi<<32 + int64(int32(x.Bits(32)))
}

// Intn returns a number from 0 to below n: nextInt(n), n > 0.
func (x *XORShift) Intn(n int32) int32 { return bounded(n, x.Bits) }

// Gaussian returns a number of the normal distribution by the polar method
// (Knuth, The Art of Computer Programming, vol. 2, 3.4.1), as java.util.Random
// has it.
func (x *XORShift) Gaussian() float64 {
	if x.ready {
		x.ready = false
		return x.next
	}
	for {
		a, b := 2*x.Float64()-1, 2*x.Float64()-1
		s := a*a + b*b
		if s >= 1 || s == 0 {
			continue
		}
		m := math.Sqrt(-2 * math.Log(s) / s)
		x.next, x.ready = b*m, true
		return a * m
	}
}

// Random is java.util.Random: a linear congruential generator of 48 bits.
type Random struct{ state uint64 }

// NewRandom returns the generator of a seed.
func NewRandom(seed int64) *Random { return &Random{(uint64(seed) ^ 0x5DEECE66D) & (1<<48 - 1)} }

func (r *Random) bits(n uint) uint64 {
	r.state = (r.state*0x5DEECE66D + 0xB) & (1<<48 - 1)
	return r.state >> (48 - n)
}

// Int64 returns the 64 bits of nextLong.
func (r *Random) Int64() int64 {
	hi := int64(int32(r.bits(32)))
	return hi<<32 + int64(int32(r.bits(32)))
}

// Int32 returns the 32 bits of nextInt.
func (r *Random) Int32() int32 { return int32(r.bits(32)) }

// Intn returns a number from 0 to below n: nextInt(n), n > 0.
func (r *Random) Intn(n int32) int32 { return bounded(n, r.bits) }

// Float64 returns a number from 0 to below 1: nextDouble.
func (r *Random) Float64() float64 {
	hi := r.bits(26)
	return float64(hi<<27+r.bits(27)) * 0x1p-53
}

// bounded is java.util.Random.nextInt(bound).
func bounded(n int32, bits func(uint) uint64) int32 {
	v := int32(bits(31))
	m := n - 1
	if n&m == 0 {
		return int32((int64(n) * int64(v)) >> 31)
	}
	u := v
	for v = u % n; u-v+m < 0; v = u % n {
		u = int32(bits(31))
	}
	return v
}
