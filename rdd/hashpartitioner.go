package rdd

import "github.com/spatestream/spate/internal/javahash"

// hashPartitioner places keys as Spark's HashPartitioner does: by Java's
// hashCode modulo the number of partitions.
type hashPartitioner[K comparable] struct {
	n    int
	hash func(K) int32
}

// HashPartitioner places keys of type K in n partitions by their hash, which is
// that of the corresponding Java or Scala type: strings, numbers, booleans, and
// structs as tuples. Two of the same n are equal.
func HashPartitioner[K comparable](n int) KeyPartitioner[K] {
	return hashPartitioner[K]{n, javahash.Of[K]()}
}

func (p hashPartitioner[K]) NumPartitions() int { return p.n }

// Partition implements KeyPartitioner.
func (p hashPartitioner[K]) Partition(key K) int {
	i := int(p.hash(key)) % p.n
	if i < 0 {
		i += p.n
	}
	return i
}

// Equal implements Partitioner.
func (p hashPartitioner[K]) Equal(other Partitioner) bool {
	_, ok := other.(interface{ hashes() })
	return ok && other.NumPartitions() == p.n
}

// hashes tells hash partitioners of any key type from others.
func (hashPartitioner[K]) hashes() {}
