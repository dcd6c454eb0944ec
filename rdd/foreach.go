package rdd

import (
	"context"
	"iter"
)

// ForEach calls f for every element, for its effect; partitions side by side.
// A task that fails runs again, and f sees its elements again.
func (r *RDD[T]) ForEach(ctx context.Context, f func(T)) error {
	if err := needs("foreach", f != nil); err != nil {
		return err
	}
	return r.TryForEach(ctx, func(_ *Task, x T) error {
		f(x)
		return nil
	})
}

// TryForEach is ForEach with a function that gets the task and may fail, which
// fails the task.
func (r *RDD[T]) TryForEach(ctx context.Context, f func(*Task, T) error) error {
	if err := needs("foreach", f != nil); err != nil {
		return err
	}
	return r.forParts(ctx, "foreach", func(t *Task, part int) error {
		return r.rows(t, part, func(in []T, at int64) error {
			for i, x := range in {
				if !t.next(at + int64(i)) {
					return t.live()
				}
				if err := f(t, x); err != nil {
					return t.userError(err, nil)
				}
			}
			return nil
		})
	})
}

// ForEachPartition calls f for every partition: the place for what is opened
// once a partition, such as a connection.
func (r *RDD[T]) ForEachPartition(ctx context.Context, f func(iter.Seq[T])) error {
	if err := needs("foreachPartition", f != nil); err != nil {
		return err
	}
	return r.TryForEachPartition(ctx, func(_ *Task, in iter.Seq[T]) error {
		f(in)
		return nil
	})
}

// TryForEachPartition is ForEachPartition with a function that gets the task
// and may fail, which fails the task. The sequence may be ranged over once.
func (r *RDD[T]) TryForEachPartition(ctx context.Context, f func(*Task, iter.Seq[T]) error) error {
	if err := needs("foreachPartition", f != nil); err != nil {
		return err
	}
	return r.forParts(ctx, "foreachPartition", func(t *Task, part int) error {
		var failed error
		if err := f(t, r.seq(t, part, &failed)); err != nil {
			return t.userError(err, nil)
		}
		return failed
	})
}

func (r *RDD[T]) forParts(ctx context.Context, action string, do func(t *Task, part int) error) error {
	parts, err := all(ctx, r.node())
	if err != nil {
		return err
	}
	return run(ctx, r.node(), action, parts, do)
}
