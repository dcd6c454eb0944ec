package dstream

import "github.com/spatestream/spate/rdd"

// ReduceByKey merges the values of each key of a batch by f, which must be
// associative and commutative; where is as in package rdd.
func ReduceByKey[K comparable, V any](d *DStream[rdd.Pair[K, V]], f func(V, V) V, where ...rdd.Where) *DStream[rdd.Pair[K, V]] {
	return lift(d, "reduceByKey", func(_ instant, r *rdd.RDD[rdd.Pair[K, V]]) *rdd.RDD[rdd.Pair[K, V]] {
		return rdd.ReduceByKey(r, f, where...)
	})
}
