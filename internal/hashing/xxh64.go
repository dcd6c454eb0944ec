package hashing

import (
	"encoding/binary"
	"math/bits"
)

// The constants and rounds are those of Yann Collet's XXH64.
const (
	p1 uint64 = 0x9E3779B185EBCA87
	p2 uint64 = 0xC2B2AE3D27D4EB4F
	p3 uint64 = 0x165667B19E3779F9
	p4 uint64 = 0x85EBCA77C2B2AE63
	p5 uint64 = 0x27D4EB2F165667C5
)

func avalanche(h uint64) uint64 {
	h = (h ^ h>>33) * p2
	h = (h ^ h>>29) * p3
	return h ^ h>>32
}

func xround(acc, w uint64) uint64 { return bits.RotateLeft64(acc+w*p2, 31) * p1 }

func xword(h, w uint64) uint64 {
	return bits.RotateLeft64(h^xround(0, w), 27)*p1 + p4
}

func xhalf(h uint64, w uint32) uint64 {
	return bits.RotateLeft64(h^uint64(w)*p1, 23)*p2 + p3
}

// XXInt32 returns the XXH64 hash of a 32-bit integer's four bytes.
func XXInt32(v int32, seed uint64) uint64 {
	return avalanche(xhalf(seed+p5+4, uint32(v)))
}

// XXInt64 returns the XXH64 hash of a 64-bit integer's eight bytes.
func XXInt64(v int64, seed uint64) uint64 {
	return avalanche(xword(seed+p5+8, uint64(v)))
}

// XXFloat32 returns the XXH64 hash of a float, normalised as Float32 does.
func XXFloat32(v float32, seed uint64) uint64 { return XXInt32(Bits32(v), seed) }

// XXFloat64 returns the XXH64 hash of a double, normalised as Float64 does.
func XXFloat64(v float64, seed uint64) uint64 { return XXInt64(Bits64(v), seed) }

// XXBytes returns the XXH64 hash of b.
func XXBytes(b []byte, seed uint64) uint64 {
	h := seed + p5
	n := uint64(len(b))
	if len(b) >= 32 {
		h, b = xstripes(b, seed)
	}
	h += n
	for len(b) >= 8 {
		h = xword(h, binary.LittleEndian.Uint64(b))
		b = b[8:]
	}
	if len(b) >= 4 {
		h = xhalf(h, binary.LittleEndian.Uint32(b))
		b = b[4:]
	}
	for _, c := range b {
		h = bits.RotateLeft64(h^uint64(c)*p5, 11) * p1
	}
	return avalanche(h)
}

// xstripes folds the whole 32-byte stripes of b and returns what is left.
func xstripes(b []byte, seed uint64) (uint64, []byte) {
	v1, v2, v3, v4 := seed+p1+p2, seed+p2, seed, seed-p1
	for len(b) >= 32 {
		v1 = xround(v1, binary.LittleEndian.Uint64(b))
		v2 = xround(v2, binary.LittleEndian.Uint64(b[8:]))
		v3 = xround(v3, binary.LittleEndian.Uint64(b[16:]))
		v4 = xround(v4, binary.LittleEndian.Uint64(b[24:]))
		b = b[32:]
	}
	h := bits.RotateLeft64(v1, 1) + bits.RotateLeft64(v2, 7) +
		bits.RotateLeft64(v3, 12) + bits.RotateLeft64(v4, 18)
	for _, v := range [4]uint64{v1, v2, v3, v4} {
		h = (h^xround(0, v))*p1 + p4
	}
	return h, b
}
