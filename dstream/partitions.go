package dstream

import (
	"iter"

	"github.com/spatestream/spate/rdd"
)

// MapPartitions applies f to every partition of a batch as a whole, empty ones
// too: for what is costly to set up for an element.
func MapPartitions[T, U any](d *DStream[T], f func(iter.Seq[T]) iter.Seq[U]) *DStream[U] {
	return lift(d, "mapPartitions", func(_ instant, r *rdd.RDD[T]) *rdd.RDD[U] { return rdd.MapPartitions(r, f) }).given(f != nil)
}

// Glom makes one slice of each partition of a batch.
func Glom[T any](d *DStream[T]) *DStream[[]T] {
	return lift(d, "glom", func(_ instant, r *rdd.RDD[T]) *rdd.RDD[[]T] { return rdd.Glom(r) })
}

// Repartition spreads the elements of each batch over n partitions, by a
// shuffle: what few receivers received is processed by all workers.
func (d *DStream[T]) Repartition(n int) *DStream[T] {
	return lift(d, "repartition", func(_ instant, r *rdd.RDD[T]) *rdd.RDD[T] { return rdd.Repartition(r, n) })
}
