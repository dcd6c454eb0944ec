package rdd

// MapValues applies f to the value of every pair. It keeps the partitioner.
func MapValues[K, V, W any](r *RDD[Pair[K, V]], f func(V) W) *RDD[Pair[K, W]] {
	out := mapped(r, "mapValues", func(x Pair[K, V]) Pair[K, W] { return KV(x.Key, f(x.Value)) })
	out.n.partitioner = r.node().partitioner
	return out.given(f != nil)
}

// FlatMapValues pairs every key with each of the results of f for its value. It
// keeps the partitioner.
func FlatMapValues[K, V, W any](r *RDD[Pair[K, V]], f func(V) []W) *RDD[Pair[K, W]] {
	return keepingKeys(r, "flatMapValues", func(dst []Pair[K, W], x Pair[K, V]) []Pair[K, W] {
		for _, w := range f(x.Value) {
			dst = append(dst, KV(x.Key, w))
		}
		return dst
	}).given(f != nil)
}

// keepingKeys is AppendMap of pairs that keep their keys, and so their places.
func keepingKeys[K, V, W any](r *RDD[Pair[K, V]], op string, f func([]Pair[K, W], Pair[K, V]) []Pair[K, W]) *RDD[Pair[K, W]] {
	out := AppendMap(r, f)
	out.n.op, out.n.partitioner = op, r.node().partitioner
	return out
}

// Keys returns the key of every pair.
func Keys[K, V any](r *RDD[Pair[K, V]]) *RDD[K] {
	return mapped(r, "keys", func(x Pair[K, V]) K { return x.Key })
}

// Values returns the value of every pair.
func Values[K, V any](r *RDD[Pair[K, V]]) *RDD[V] {
	return mapped(r, "values", func(x Pair[K, V]) V { return x.Value })
}
