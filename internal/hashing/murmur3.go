package hashing

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// The constants and mixing steps are those of Austin Appleby's MurmurHash3
// (x86, 32 bit).
const (
	c1 = 0xcc9e2d51
	c2 = 0x1b873593
)

func mixK(k uint32) uint32 { return bits.RotateLeft32(k*c1, 15) * c2 }

func mixH(h, k uint32) uint32 { return bits.RotateLeft32(h^k, 13)*5 + 0xe6546b64 }

func final(h, length uint32) uint32 {
	h ^= length
	h = (h ^ h>>16) * 0x85ebca6b
	h = (h ^ h>>13) * 0xc2b2ae35
	return h ^ h>>16
}

// Int32 returns the Murmur3 hash of a 32-bit integer.
func Int32(v int32, seed uint32) uint32 {
	return final(mixH(seed, mixK(uint32(v))), 4)
}

// Int64 returns the Murmur3 hash of a 64-bit integer, low half first.
func Int64(v int64, seed uint32) uint32 {
	h := mixH(seed, mixK(uint32(v)))
	return final(mixH(h, mixK(uint32(uint64(v)>>32))), 8)
}

// Float32 returns the Murmur3 hash of a float; -0.0 hashes as 0.0 and every
// NaN as the canonical one.
func Float32(v float32, seed uint32) uint32 { return Int32(Bits32(v), seed) }

// Float64 returns the Murmur3 hash of a double; -0.0 hashes as 0.0 and every
// NaN as the canonical one.
func Float64(v float64, seed uint32) uint32 { return Int64(Bits64(v), seed) }

// Bits32 returns the bits of v that are hashed and grouped: Java's
// floatToIntBits, with -0.0 taken for 0.0.
func Bits32(v float32) int32 {
	switch {
	case v == 0:
		return 0
	case v != v:
		return 0x7fc00000
	}
	return int32(math.Float32bits(v))
}

// Bits64 is Bits32 for doubles.
func Bits64(v float64) int64 {
	switch {
	case v == 0:
		return 0
	case v != v:
		return 0x7ff8000000000000
	}
	return int64(math.Float64bits(v))
}

// Bytes returns Spark's Murmur3 hash of b. It differs from the published
// function in the last 1 to 3 bytes: Spark mixes each of them, sign extended,
// as a whole word. (Murmur3 gives the published function.)
func Bytes(b []byte, seed uint32) uint32 {
	h, n := seed, uint32(len(b))
	for len(b) >= 8 {
		w := binary.LittleEndian.Uint64(b)
		h = mixH(h, mixK(uint32(w)))
		h = mixH(h, mixK(uint32(w>>32)))
		b = b[8:]
	}
	if len(b) >= 4 {
		h = mixH(h, mixK(binary.LittleEndian.Uint32(b)))
		b = b[4:]
	}
	for _, c := range b {
		h = mixH(h, mixK(uint32(int32(int8(c)))))
	}
	return final(h, n)
}

// Murmur3 returns the published MurmurHash3 (x86, 32 bit) of b, which Spark's
// Bloom filter, count-min sketch and Scala collections use.
func Murmur3(b []byte, seed uint32) uint32 {
	h, n := seed, uint32(len(b))
	for len(b) >= 4 {
		h = mixH(h, mixK(binary.LittleEndian.Uint32(b)))
		b = b[4:]
	}
	var k uint32
	for i := len(b) - 1; i >= 0; i-- {
		k = k<<8 | uint32(b[i])
	}
	if len(b) > 0 {
		h ^= mixK(k)
	}
	return final(h, n)
}

// AppendBigEndian appends the shortest big-endian two's complement form of the
// 128-bit integer hi:lo, which is how decimals of more than 18 digits are
// hashed (and stored in Parquet). At least one byte is appended.
func AppendBigEndian(dst []byte, lo uint64, hi int64) []byte {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:], uint64(hi))
	binary.BigEndian.PutUint64(b[8:], lo)
	sign := byte(hi >> 63)
	i := 0
	for i < 15 && b[i] == sign && (b[i+1]^sign) < 0x80 {
		i++
	}
	return append(dst, b[i:]...)
}
