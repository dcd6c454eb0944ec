package rdd

// GroupByKey gathers the values of each key, those of one partition in their
// order. Nothing is combined before the shuffle, and all values of a key are in
// memory at a time: to compute something of them, ReduceByKey or AggregateByKey
// is far cheaper.
func GroupByKey[K comparable, V any](r *RDD[Pair[K, V]], where ...Where) *RDD[Pair[K, []V]] {
	return combineByKey(r, "groupByKey", gatherer[V](), where)
}

// gatherer makes slices of values.
func gatherer[V any]() combiner[V, []V] {
	return combiner[V, []V]{
		create: func(v V) []V { return []V{v} },
		value:  func(all []V, v V) []V { return append(all, v) },
		merge:  func(a, b []V) []V { return append(a, b...) },
	}
}

// GroupBy gathers the elements for which key gives the same.
func GroupBy[T any, K comparable](r *RDD[T], key func(T) K, where ...Where) *RDD[Pair[K, []T]] {
	return combineByKey(KeyBy(r, key), "groupBy", gatherer[T](), where).given(key != nil)
}

// mapped is Map under another operation's name.
func mapped[T, U any](r *RDD[T], op string, f func(T) U) *RDD[U] {
	out := Map(r, f)
	out.n.op = op
	return out
}
