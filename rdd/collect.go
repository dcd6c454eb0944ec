package rdd

import (
	"context"
	"slices"
)

// Collect returns every element, in the order of the partitions.
func (r *RDD[T]) Collect(ctx context.Context) ([]T, error) {
	parts, err := collectParts(ctx, r, "collect", nil)
	return slices.Concat(parts...), err // no parts of a job that failed
}

// collectParts returns the elements of the partitions (nil: all), each in a
// slice of its own.
func collectParts[T any](ctx context.Context, r *RDD[T], action string, parts []int) ([][]T, error) {
	return each(ctx, r.node(), action, parts, func(t *Task, part int) (rows []T, err error) {
		err = r.each(t, part, func(in []T) error {
			rows = append(rows, in...)
			return nil
		})
		return rows, err
	})
}

// each runs f for the partitions of n (nil: all) and returns the results in their
// order, none of them if there is an error.
func each[U any](ctx context.Context, n *node, action string, parts []int, f func(t *Task, part int) (U, error)) ([]U, error) {
	if parts == nil {
		var err error
		if parts, err = all(ctx, n); err != nil {
			return nil, err
		}
	}
	at := make(map[int]int, len(parts))
	for i, p := range parts {
		at[p] = i
	}
	out := make([]U, len(parts))
	err := run(ctx, n, action, parts, func(t *Task, part int) error {
		x, err := f(t, part)
		t.onCommit(func() { out[at[part]] = x })
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Count returns the number of elements.
func (r *RDD[T]) Count(ctx context.Context) (int64, error) {
	counts, err := each(ctx, r.node(), "count", nil, func(t *Task, part int) (int64, error) { return countPart(r, t, part) })
	var sum int64
	for _, n := range counts {
		sum += n
	}
	return sum, err
}

func countPart[T any](r *RDD[T], t *Task, part int) (n int64, err error) {
	err = r.each(t, part, func(in []T) error {
		n += int64(len(in))
		return nil
	})
	return n, err
}
