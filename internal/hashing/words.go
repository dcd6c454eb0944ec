package hashing

import "math/bits"

// Words returns a hash of two words for tables of one process: cheap, of good
// low bits, and none of Spark's. It is the folded product of Wang Yi's wyhash.
func Words(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^0xa0761d6478bd642f, b^0xe7037ed1a0b428db)
	return hi ^ lo
}
