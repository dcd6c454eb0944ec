package rdd

// CombineByKey turns the values of each key into one of type C: create makes it
// of a first value, value adds a further one, merge joins two of different
// partitions. It is what the other operations by key are made of. The map side
// combines before the shuffle unless WithoutMapSide is given. Functions may
// change their first argument and return it.
func CombineByKey[K comparable, V, C any](r *RDD[Pair[K, V]], create func(V) C, value func(C, V) C, merge func(C, C) C, where ...Where) *RDD[Pair[K, C]] {
	return combineByKey(r, "combineByKey", combiner[V, C]{create, value, merge, mapSide(where)}, where).given(create != nil, value != nil, merge != nil)
}

// AggregateByKey folds the values of each key: zero makes the start, once a key
// and map partition, add adds a value, merge joins two results. Functions may
// change their first argument and return it.
func AggregateByKey[K comparable, V, C any](r *RDD[Pair[K, V]], zero func() C, add func(C, V) C, merge func(C, C) C, where ...Where) *RDD[Pair[K, C]] {
	create := func(v V) C { return add(zero(), v) }
	return combineByKey(r, "aggregateByKey", combiner[V, C]{create, add, merge, mapSide(where)}, where).given(zero != nil, add != nil, merge != nil)
}

// FoldByKey merges the values of each key by f, beginning with zero, which may
// be added many times and so must be neutral.
func FoldByKey[K comparable, V any](r *RDD[Pair[K, V]], zero V, f func(V, V) V, where ...Where) *RDD[Pair[K, V]] {
	create := func(v V) V { return f(zero, v) }
	return combineByKey(r, "foldByKey", combiner[V, V]{create, f, f, mapSide(where)}, where).given(f != nil)
}
