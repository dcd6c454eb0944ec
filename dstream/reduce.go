package dstream

import (
	"iter"

	"github.com/spatestream/spate/rdd"
)

// Reduce merges the elements of each batch by f, which must be associative and
// commutative, into one; an empty batch gives none.
func (d *DStream[T]) Reduce(f func(T, T) T) *DStream[T] {
	return lift(d, "reduce", func(_ instant, r *rdd.RDD[T]) *rdd.RDD[T] { return reduced(r, f) }).given(f != nil)
}

// reduced merges the elements of an RDD into at most one: each partition on its
// own, their results after a shuffle.
func reduced[T any](r *rdd.RDD[T], f func(T, T) T) *rdd.RDD[T] {
	parts := rdd.MapPartitions(r, func(in iter.Seq[T]) iter.Seq[rdd.Pair[int32, T]] {
		return func(yield func(rdd.Pair[int32, T]) bool) {
			var sum T
			some := false
			for x := range in {
				if some {
					x = f(sum, x)
				}
				sum, some = x, true
			}
			if some {
				yield(rdd.KV(int32(0), sum))
			}
		}
	})
	return rdd.Values(rdd.ReduceByKey(parts, f, rdd.Into(1)))
}

// Count makes one element of each batch, the number of its elements: 0 for an
// empty one.
func (d *DStream[T]) Count() *DStream[int64] {
	zero := rdd.Parallelize(d.n.ctx.sc, []int64{0}, 1)
	return lift(d, "count", func(_ instant, r *rdd.RDD[T]) *rdd.RDD[int64] {
		return reduced(counted(r).Union(zero), plus)
	})
}

// counted is the number of elements of each partition.
func counted[T any](r *rdd.RDD[T]) *rdd.RDD[int64] {
	return rdd.MapPartitions(r, func(in iter.Seq[T]) iter.Seq[int64] {
		return func(yield func(int64) bool) {
			var n int64
			for range in {
				n++
			}
			yield(n)
		}
	})
}

func plus(a, b int64) int64  { return a + b }
func minus(a, b int64) int64 { return a - b }

// CountByValue counts how often each element is in a batch; where is as in
// package rdd.
func CountByValue[T comparable](d *DStream[T], where ...rdd.Where) *DStream[rdd.Pair[T, int64]] {
	where = placing(d.n.ctx, where)
	return lift(d, "countByValue", func(_ instant, r *rdd.RDD[T]) *rdd.RDD[rdd.Pair[T, int64]] {
		return rdd.ReduceByKey(rdd.Map(r, one[T]), plus, where...)
	})
}

func one[T any](x T) rdd.Pair[T, int64] { return rdd.KV(x, int64(1)) }
