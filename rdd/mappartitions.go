package rdd

import "iter"

// MapPartitions applies f to every partition as a whole, empty ones too.
func MapPartitions[T, U any](r *RDD[T], f func(iter.Seq[T]) iter.Seq[U]) *RDD[U] {
	return TryMapPartitions(r, func(_ *Task, in iter.Seq[T]) (iter.Seq[U], error) { return f(in), nil }).given(f != nil)
}

// MapPartitionsWithIndex is MapPartitions with the number of the partition.
func MapPartitionsWithIndex[T, U any](r *RDD[T], f func(part int, in iter.Seq[T]) iter.Seq[U]) *RDD[U] {
	out := TryMapPartitions(r, func(t *Task, in iter.Seq[T]) (iter.Seq[U], error) { return f(t.Partition(), in), nil })
	out.n.op = "mapPartitionsWithIndex"
	return out.given(f != nil)
}

// TryMapPartitions is MapPartitions with a function that gets the task and may
// fail, which fails the task. The sequence it gets may be ranged over once;
// what stopped it early is the task's error.
func TryMapPartitions[T, U any](r *RDD[T], f func(*Task, iter.Seq[T]) (iter.Seq[U], error)) *RDD[U] {
	var made *RDD[U]
	made = derive(r, "mapPartitions", func(t *Task, part int, emit func([]U) error) error {
		var failed error
		results, err := f(t, r.seq(t, part, &failed))
		if err != nil {
			return t.userError(err, made.n)
		}
		out := newChunker(emit)
		for x := range results {
			if t.over.Load() {
				return t.live()
			}
			row := t.row // what follows looks at rows of its own
			if err := out.add(x); err != nil {
				return err
			}
			t.row = row
		}
		if failed != nil {
			return failed
		}
		return out.flush()
	})
	return made.given(f != nil)
}

// KeepingPartitioner says of an RDD made by functions over whole partitions
// that keys are where they were, so that what follows need not move them.
func KeepingPartitioner[K, V, W any](r *RDD[Pair[K, V]], made *RDD[Pair[K, W]]) *RDD[Pair[K, W]] {
	made.n.partitioner = r.node().partitioner
	return made
}

// Glom makes one slice of each partition.
func Glom[T any](r *RDD[T]) *RDD[[]T] {
	return derive(r, "glom", func(t *Task, part int, emit func([][]T) error) error {
		var all []T
		err := r.each(t, part, func(in []T) error {
			all = append(all, in...)
			return nil
		})
		if err != nil {
			return err
		}
		return emit([][]T{all})
	})
}
