package rdd

import (
	"context"
	"iter"
)

// ToLocalIterator returns every element in the order of the partitions, of
// which it holds one at a time; each is a job of its own, run when the loop
// comes to it. A pair with an error ends it.
func (r *RDD[T]) ToLocalIterator(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		parts, err := all(ctx, r.node())
		if err != nil {
			yield(zero, err)
			return
		}
		for _, p := range parts {
			rows, err := collectParts(ctx, r, "toLocalIterator", []int{p})
			if err != nil {
				yield(zero, err)
				return
			}
			for _, x := range rows[0] {
				if !yield(x, nil) {
					return
				}
			}
		}
	}
}
