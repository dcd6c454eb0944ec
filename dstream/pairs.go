package dstream

import "github.com/spatestream/spate/rdd"

// placing adds to where what streams do by default: hash, with as many
// partitions as the default parallelism.
func placing(c *Context, where []rdd.Where) []rdd.Where {
	return append([]rdd.Where{rdd.Into(c.sc.DefaultParallelism())}, where...)
}

// ReduceByKey merges the values of each key of a batch by f, which must be
// associative and commutative; where is as in package rdd, by default hash with
// spark.default.parallelism.
func ReduceByKey[K comparable, V any](d *DStream[rdd.Pair[K, V]], f func(V, V) V, where ...rdd.Where) *DStream[rdd.Pair[K, V]] {
	where = placing(d.n.ctx, where)
	return lift(d, "reduceByKey", func(_ instant, r *rdd.RDD[rdd.Pair[K, V]]) *rdd.RDD[rdd.Pair[K, V]] {
		return rdd.ReduceByKey(r, f, where...)
	}).given(f != nil)
}

// GroupByKey gathers the values of each key of a batch.
func GroupByKey[K comparable, V any](d *DStream[rdd.Pair[K, V]], where ...rdd.Where) *DStream[rdd.Pair[K, []V]] {
	where = placing(d.n.ctx, where)
	return lift(d, "groupByKey", func(_ instant, r *rdd.RDD[rdd.Pair[K, V]]) *rdd.RDD[rdd.Pair[K, []V]] {
		return rdd.GroupByKey(r, where...)
	})
}

// CombineByKey turns the values of each key of a batch into one of type C; see
// rdd.CombineByKey.
func CombineByKey[K comparable, V, C any](d *DStream[rdd.Pair[K, V]], create func(V) C, value func(C, V) C, merge func(C, C) C, where ...rdd.Where) *DStream[rdd.Pair[K, C]] {
	where = placing(d.n.ctx, where)
	return lift(d, "combineByKey", func(_ instant, r *rdd.RDD[rdd.Pair[K, V]]) *rdd.RDD[rdd.Pair[K, C]] {
		return rdd.CombineByKey(r, create, value, merge, where...)
	}).given(create != nil, value != nil, merge != nil)
}

// MapValues applies f to the value of every pair.
func MapValues[K, V, W any](d *DStream[rdd.Pair[K, V]], f func(V) W) *DStream[rdd.Pair[K, W]] {
	return lift(d, "mapValues", func(_ instant, r *rdd.RDD[rdd.Pair[K, V]]) *rdd.RDD[rdd.Pair[K, W]] {
		return rdd.MapValues(r, f)
	}).given(f != nil)
}

// FlatMapValues pairs every key with each of the results of f for its value.
func FlatMapValues[K, V, W any](d *DStream[rdd.Pair[K, V]], f func(V) []W) *DStream[rdd.Pair[K, W]] {
	return lift(d, "flatMapValues", func(_ instant, r *rdd.RDD[rdd.Pair[K, V]]) *rdd.RDD[rdd.Pair[K, W]] {
		return rdd.FlatMapValues(r, f)
	}).given(f != nil)
}

// PartitionBy moves every pair of a batch to where the partitioner places its
// key.
func PartitionBy[K comparable, V any](d *DStream[rdd.Pair[K, V]], by rdd.Partitioner) *DStream[rdd.Pair[K, V]] {
	return lift(d, "partitionBy", func(_ instant, r *rdd.RDD[rdd.Pair[K, V]]) *rdd.RDD[rdd.Pair[K, V]] {
		return rdd.PartitionBy(r, by)
	})
}
