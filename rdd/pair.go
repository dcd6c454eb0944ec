package rdd

// Pair is a key and its value: the element of RDDs that can be grouped and
// joined.
type Pair[K, V any] struct {
	Key   K
	Value V
}

// KV makes a pair.
func KV[K, V any](key K, value V) Pair[K, V] { return Pair[K, V]{key, value} }
