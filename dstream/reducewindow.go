package dstream

import (
	"time"

	"github.com/spatestream/spate/rdd"
)

// ReduceByWindow merges the elements of the batches in (t - length, t] into one
// by f, which must be associative and commutative; windows without elements
// give none. Each batch is merged once, when it comes. A slide of 0 is the
// stream's.
func (d *DStream[T]) ReduceByWindow(f func(T, T) T, length, slide time.Duration) *DStream[T] {
	return d.Reduce(f).Window(length, orSlide(slide, d.n)).Reduce(f)
}

// ReduceByWindowInverse is DStream.ReduceByWindow that computes a window from the one
// before, as ReduceByKeyAndWindowInverse does: inverse takes back what f merged.
// It needs a checkpoint directory. A window whose elements have all left has
// one: what inverse made of the last.
func ReduceByWindowInverse[T any](d *DStream[T], f, inverse func(T, T) T, length, slide time.Duration) *DStream[T] {
	keyed := Map(d, func(x T) rdd.Pair[int32, T] { return rdd.KV(int32(1), x) })
	sums := ReduceByKeyAndWindowInverse(keyed, f, inverse, length, slide, nil, rdd.Into(1))
	return Map(sums, func(x rdd.Pair[int32, T]) T { return x.Value })
}

// CountByWindow counts the elements of the batches in (t - length, t], from one
// window to the next: it needs a checkpoint directory. Until a first element
// comes there is none; when all have left there is 0.
func (d *DStream[T]) CountByWindow(length, slide time.Duration) *DStream[int64] {
	counts := lift(d, "map", func(_ instant, r *rdd.RDD[T]) *rdd.RDD[int64] {
		return counted(r).Filter(func(n int64) bool { return n > 0 })
	})
	return ReduceByWindowInverse(counts, plus, minus, length, slide)
}

// CountByValueAndWindow counts how often each element is in the batches in (t -
// length, t], from one window to the next: it needs a checkpoint directory.
func CountByValueAndWindow[T comparable](d *DStream[T], length, slide time.Duration, where ...rdd.Where) *DStream[rdd.Pair[T, int64]] {
	keep := func(x rdd.Pair[T, int64]) bool { return x.Value != 0 }
	return ReduceByKeyAndWindowInverse(Map(d, one[T]), plus, minus, length, slide, keep, where...)
}

// ReduceByKeyAndWindow merges the values that each key has in the batches in (t
// - length, t] by f, which must be associative and commutative. Each batch is
// merged once, when it comes; where a window is many batches long,
// ReduceByKeyAndWindowInverse is cheaper. A slide of 0 is the stream's.
func ReduceByKeyAndWindow[K comparable, V any](d *DStream[rdd.Pair[K, V]], f func(V, V) V, length, slide time.Duration, where ...rdd.Where) *DStream[rdd.Pair[K, V]] {
	return ReduceByKey(ReduceByKey(d, f, where...).Window(length, orSlide(slide, d.n)), f, where...)
}

// GroupByKeyAndWindow gathers the values that each key has in the batches in (t
// - length, t], older batches first. A slide of 0 is the stream's.
func GroupByKeyAndWindow[K comparable, V any](d *DStream[rdd.Pair[K, V]], length, slide time.Duration, where ...rdd.Where) *DStream[rdd.Pair[K, []V]] {
	windows := GroupByKey(d, where...).Window(length, orSlide(slide, d.n))
	create := func(v []V) []V { return append([]V(nil), v...) } // that of the batch stays as it is
	add := func(all, v []V) []V { return append(all, v...) }
	return CombineByKey(windows, create, add, add, append(where, rdd.WithoutMapSide())...)
}

// orSlide is the slide that was given, 0 for that of the stream.
func orSlide(slide time.Duration, n *node) time.Duration {
	if slide == 0 {
		return n.slide
	}
	return slide
}
