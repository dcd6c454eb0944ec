package rdd

import (
	"cmp"

	"github.com/spatestream/spate/internal/keyorder"
)

// FilterByRange keeps the pairs whose keys lie in [lo, hi]. Of an RDD that a
// range partitioner has placed, such as a sorted one, it computes only the
// partitions that can hold some.
func FilterByRange[K cmp.Ordered, V any](r *RDD[Pair[K, V]], lo, hi K) *RDD[Pair[K, V]] {
	if p, ok := r.node().partitioner.(*rangePartitioner[K]); ok {
		r = pruned(r, func() (int, int, error) {
			_, err := p.partitions()
			a, b := p.Partition(lo), p.Partition(hi)
			return min(a, b), max(a, b) + 1, err
		})
	}
	compare := keyorder.Of[K](false).Compare
	out := r.Filter(func(x Pair[K, V]) bool { return compare(x.Key, lo) >= 0 && compare(x.Key, hi) <= 0 })
	out.n.op = "filterByRange"
	return out
}

// pruned has the partitions of r from lo below hi, which are asked for when
// first needed.
func pruned[T any](r *RDD[T], between func() (lo, hi int, err error)) *RDD[T] {
	type span struct{ lo, hi int }
	bounds := once(func() (span, error) {
		lo, hi, err := between()
		return span{lo, hi}, err
	})
	out := derive(r, "filterByRange", func(t *Task, part int, emit func([]T) error) error {
		s, err := bounds()
		if err != nil {
			return err
		}
		return r.each(t, s.lo+part, emit)
	})
	out.n.kind = "PartitionPruningRDD"
	out.n.count = func() (int, error) {
		s, err := bounds()
		return s.hi - s.lo, err
	}
	return out
}
