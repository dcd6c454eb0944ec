package rdd

import (
	"cmp"
	"container/heap"
	"context"
	"slices"
)

// TakeOrdered returns the n smallest elements in ascending order.
func TakeOrdered[T cmp.Ordered](ctx context.Context, r *RDD[T], n int) ([]T, error) {
	return r.TakeOrderedFunc(ctx, n, cmp.Compare)
}

// Top returns the n largest elements in descending order.
func Top[T cmp.Ordered](ctx context.Context, r *RDD[T], n int) ([]T, error) {
	return r.TopFunc(ctx, n, cmp.Compare)
}

// TopFunc is Top by compare, negative if its first argument is the smaller.
func (r *RDD[T]) TopFunc(ctx context.Context, n int, compare func(a, b T) int) ([]T, error) {
	return r.TakeOrderedFunc(ctx, n, func(a, b T) int { return compare(b, a) })
}

// TakeOrderedFunc is TakeOrdered by compare. A task holds n elements at a time.
func (r *RDD[T]) TakeOrderedFunc(ctx context.Context, n int, compare func(a, b T) int) ([]T, error) {
	if n <= 0 {
		return nil, r.n.ctx.usable()
	}
	parts, err := each(ctx, r, "takeOrdered", nil, func(t *Task, part int) ([]T, error) {
		h := &smallest[T]{compare: compare}
		err := r.rows(t, part, func(in []T, at int64) error {
			for i, x := range in {
				t.row = at + int64(i)
				h.offer(x, n)
			}
			return nil
		})
		return h.rows, err
	})
	if err != nil {
		return nil, err
	}
	all := slices.Concat(parts...)
	slices.SortStableFunc(all, compare)
	return all[:min(n, len(all))], nil
}

// smallest keeps the n smallest elements offered, the largest of them first.
type smallest[T any] struct {
	rows    []T
	compare func(a, b T) int
}

func (h *smallest[T]) offer(x T, n int) {
	switch {
	case len(h.rows) < n:
		heap.Push(h, x)
	case h.compare(x, h.rows[0]) < 0:
		h.rows[0] = x
		heap.Fix(h, 0)
	}
}

// Len, Less, Swap, Push and Pop implement heap.Interface.
func (h *smallest[T]) Len() int           { return len(h.rows) }
func (h *smallest[T]) Less(i, j int) bool { return h.compare(h.rows[i], h.rows[j]) > 0 }
func (h *smallest[T]) Swap(i, j int)      { h.rows[i], h.rows[j] = h.rows[j], h.rows[i] }
func (h *smallest[T]) Push(x any)         { h.rows = append(h.rows, x.(T)) }
func (h *smallest[T]) Pop() any {
	x := h.rows[len(h.rows)-1]
	h.rows = h.rows[:len(h.rows)-1]
	return x
}

// Max returns the largest element. An empty RDD is an error.
func Max[T cmp.Ordered](ctx context.Context, r *RDD[T]) (T, error) {
	return r.MaxFunc(ctx, cmp.Compare)
}

// Min returns the smallest element. An empty RDD is an error.
func Min[T cmp.Ordered](ctx context.Context, r *RDD[T]) (T, error) {
	return r.MinFunc(ctx, cmp.Compare)
}

// MaxFunc is Max by compare.
func (r *RDD[T]) MaxFunc(ctx context.Context, compare func(a, b T) int) (T, error) {
	return r.reduce(ctx, "max", func(a, b T) T {
		if compare(b, a) > 0 {
			return b
		}
		return a
	})
}

// MinFunc is Min by compare.
func (r *RDD[T]) MinFunc(ctx context.Context, compare func(a, b T) int) (T, error) {
	return r.reduce(ctx, "min", func(a, b T) T {
		if compare(b, a) < 0 {
			return b
		}
		return a
	})
}
