package rdd

// Partitioner places keys. Two RDDs whose partitioners are equal have the same
// keys in the same partitions, so joining them moves nothing.
type Partitioner interface {
	NumPartitions() int
	// Equal reports whether other places every key as this one does.
	Equal(other Partitioner) bool
}

// KeyPartitioner places keys of type K. Partition is called by many goroutines
// and returns a number from 0 below NumPartitions.
type KeyPartitioner[K any] interface {
	Partitioner
	Partition(key K) int
}

// equalPartitioners also holds for two nils.
func equalPartitioners(a, b Partitioner) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return a.Equal(b)
}

// partitionsOf asks a partitioner for the number of partitions.
func partitionsOf(p Partitioner) func() (int, error) {
	if late, ok := p.(interface{ partitions() (int, error) }); ok {
		return late.partitions
	}
	return fixed(p.NumPartitions())
}
