package rdd

import (
	"context"
	"iter"

	"github.com/spatestream/spate/sparkerr"
)

// Zip pairs the elements of two RDDs by position. They must have as many
// partitions, and as many elements in each.
func Zip[T, U any](r *RDD[T], other *RDD[U]) *RDD[Pair[T, U]] {
	return zipPartitions(r, other, "zip", func(left iter.Seq[T], right iter.Seq[U], add func(Pair[T, U]) error) error {
		next, stop := iter.Pull(right)
		defer stop()
		for x := range left {
			y, ok := next()
			if !ok {
				return errUnequal
			}
			if err := add(KV(x, y)); err != nil {
				return err
			}
		}
		if _, more := next(); more {
			return errUnequal
		}
		return nil
	})
}

var errUnequal = sparkerr.New("", "Zip needs RDDs with the same number of elements in each partition")

// ZipPartitions hands partitions of the same number to f, which may range over
// each once. Both RDDs must have as many partitions.
func ZipPartitions[T, U, V any](r *RDD[T], other *RDD[U], f func(iter.Seq[T], iter.Seq[U]) iter.Seq[V]) *RDD[V] {
	return zipPartitions(r, other, "zipPartitions", func(left iter.Seq[T], right iter.Seq[U], add func(V) error) error {
		for x := range f(left, right) {
			if err := add(x); err != nil {
				return err
			}
		}
		return nil
	}).given(f != nil)
}

func zipPartitions[T, U, V any](r *RDD[T], other *RDD[U], op string, f func(left iter.Seq[T], right iter.Seq[U], add func(V) error) error) *RDD[V] {
	out := &RDD[V]{n: newNode(r.node().ctx, "ZippedPartitionsRDD2", op, narrow(r.node()), narrow(other.node()))}
	out.n.count = func() (int, error) { return samePartitions(r.node(), other.node()) }
	out.compute = func(t *Task, part int, emit func([]V) error) error {
		var left, right error
		results := newChunker(emit)
		err := f(r.seq(t, part, &left), other.seq(t, part, &right), results.add)
		for _, e := range []error{left, right, err} {
			if e != nil {
				return e
			}
		}
		return results.flush()
	}
	return out
}

func samePartitions(a, b *node) (int, error) {
	n, err := a.partitions()
	if err != nil {
		return 0, err
	}
	m, err := b.partitions()
	if err == nil && n != m {
		err = sparkerr.New("", "RDDs with "+itoa(n)+" and "+itoa(m)+" partitions cannot be zipped: repartition one of them").At(a.site())
	}
	return n, err
}

// ZipWithIndex pairs every element with its position, by partition and within
// it. With more than one partition it runs a job to count all but the last,
// when the result is first used.
func ZipWithIndex[T any](r *RDD[T]) *RDD[Pair[T, int64]] {
	starts := newErrand(r.node().ctx, func(ctx context.Context) ([]int64, error) { return indexStarts(ctx, r) })
	out := zipWith(r, "zipWithIndex", func(part int) (start, step int64, err error) {
		s, err := starts.now()
		if err != nil {
			return 0, 0, err
		}
		return s[part], 1, nil
	})
	out.n.kind = "ZippedWithIndexRDD"
	out.n.first = starts.ready
	out.n.count = func() (int, error) { // before any task, which cannot wait for a job
		if _, err := starts.now(); err != nil {
			return 0, err
		}
		return r.node().partitions()
	}
	return out
}

// indexStarts counts the elements before each partition.
func indexStarts[T any](ctx context.Context, r *RDD[T]) ([]int64, error) {
	parts, err := all(ctx, r.node())
	if err != nil || len(parts) < 2 {
		return []int64{0}, err
	}
	counts, err := each(ctx, r.node(), "zipWithIndex", parts[:len(parts)-1], func(t *Task, part int) (int64, error) {
		return countPart(r, t, part)
	})
	starts := make([]int64, len(parts))
	for i, n := range counts {
		starts[i+1] = starts[i] + n
	}
	return starts, err
}

// ZipWithUniqueID pairs every element with a number of its own: of n
// partitions, element i of partition k gets i*n+k. It runs no job.
func ZipWithUniqueID[T any](r *RDD[T]) *RDD[Pair[T, int64]] {
	return zipWith(r, "zipWithUniqueId", func(part int) (start, step int64, err error) {
		n, err := r.node().partitions()
		return int64(part), int64(n), err
	})
}

func zipWith[T any](r *RDD[T], op string, numbers func(part int) (start, step int64, err error)) *RDD[Pair[T, int64]] {
	return derive(r, op, func(t *Task, part int, emit func([]Pair[T, int64]) error) error {
		start, step, err := numbers(part)
		if err != nil {
			return err
		}
		out := make([]Pair[T, int64], maxChunk)
		return r.rows(t, part, func(in []T, at int64) error {
			for i, x := range in {
				out[i] = KV(x, start+(at+int64(i))*step)
			}
			return emit(out[:len(in)])
		})
	})
}
