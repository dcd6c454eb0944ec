package rdd

import (
	"github.com/spatestream/spate/internal/javarandom"
	"github.com/spatestream/spate/internal/shuffle"
)

// Coalesce joins neighbouring partitions so that at most n are left, without a
// shuffle: fewer tasks compute the same. To have more, or to spread the work
// before it, use Repartition.
func (r *RDD[T]) Coalesce(n int) *RDD[T] {
	if err := positive(n); err != nil {
		return bad[T](r.node(), "coalesce", err)
	}
	return joined(r, "coalesce", n)
}

// joined puts neighbouring partitions together until there are at most n, which
// is positive.
func joined[T any](r *RDD[T], op string, n int) *RDD[T] {
	of := once(r.node().partitions)
	into := func() (int, int, error) {
		have, err := of()
		return have, min(n, have), err
	}
	out := derive(r, op, func(t *Task, part int, emit func([]T) error) error {
		have, want, err := into()
		if err != nil {
			return err
		}
		lo, hi := slice(have, want, part)
		for p := lo; p < hi; p++ {
			if err := r.each(t, p, emit); err != nil {
				return err
			}
		}
		return nil
	})
	out.n.kind = "CoalescedRDD"
	out.n.count = func() (int, error) {
		_, want, err := into()
		return want, err
	}
	return out
}

// Repartition spreads the elements evenly over n partitions by a shuffle: those
// of a partition in turn, beginning at a place that depends on its number, as
// Spark does.
func Repartition[T any](r *RDD[T], n int) *RDD[T] {
	if err := positive(n); err != nil {
		return bad[T](r.node(), "repartition", err)
	}
	s := newShuffle[T](r.node())
	dep := wide(r.node(), s, func(t *Task, part int, w *shuffle.Writer[T]) error {
		at := javarandom.NewXORShift(int64(part)).Intn(int32(n))
		to := make([]int32, maxChunk)
		return r.each(t, part, func(in []T) error {
			for i := range in {
				if at++; at >= int32(n) {
					at = 0
				}
				to[i] = at
			}
			return w.Write(to[:len(in)], in)
		})
	}, HashPartitioner[int](n))
	dep.shuffle.byPlace = true
	out := &RDD[T]{n: newNode(r.node().ctx, "MapPartitionsRDD", "repartition", dep), compute: readOf[T](s)}
	out.n.count = fixed(n)
	return out
}
