package rdd

import (
	"cmp"
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
	if err := needs("top", compare != nil); err != nil {
		return nil, err
	}
	return r.TakeOrderedFunc(ctx, n, func(a, b T) int { return compare(b, a) })
}

// TakeOrderedFunc is TakeOrdered by compare. A task holds n elements at a time.
func (r *RDD[T]) TakeOrderedFunc(ctx context.Context, n int, compare func(a, b T) int) ([]T, error) {
	if err := needs("takeOrdered", compare != nil); err != nil {
		return nil, err
	}
	if n <= 0 {
		return nil, r.node().ctx.usable()
	}
	parts, err := each(ctx, r.node(), "takeOrdered", nil, func(t *Task, part int) ([]T, error) {
		h := &smallest[T]{compare: compare}
		err := r.rows(t, part, func(in []T, at int64) error {
			for i, x := range in {
				if !t.next(at + int64(i)) {
					return t.live()
				}
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
		h.rows = append(h.rows, x)
		h.up(len(h.rows) - 1)
	case h.compare(x, h.rows[0]) < 0:
		h.rows[0] = x
		h.down()
	}
}

// up and down restore the order of the heap after a row was put at i, or at the
// top.
func (h *smallest[T]) up(i int) {
	for i > 0 {
		p := (i - 1) / 2
		if h.compare(h.rows[i], h.rows[p]) <= 0 {
			return
		}
		h.rows[i], h.rows[p] = h.rows[p], h.rows[i]
		i = p
	}
}

func (h *smallest[T]) down() {
	for i := 0; ; {
		c := 2*i + 1
		if c >= len(h.rows) {
			return
		}
		if c+1 < len(h.rows) && h.compare(h.rows[c+1], h.rows[c]) > 0 {
			c++
		}
		if h.compare(h.rows[c], h.rows[i]) <= 0 {
			return
		}
		h.rows[i], h.rows[c] = h.rows[c], h.rows[i]
		i = c
	}
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
	if err := needs("max", compare != nil); err != nil {
		var none T
		return none, err
	}
	return r.reduce(ctx, "max", func(a, b T) T {
		if compare(b, a) > 0 {
			return b
		}
		return a
	})
}

// MinFunc is Min by compare.
func (r *RDD[T]) MinFunc(ctx context.Context, compare func(a, b T) int) (T, error) {
	if err := needs("min", compare != nil); err != nil {
		var none T
		return none, err
	}
	return r.reduce(ctx, "min", func(a, b T) T {
		if compare(b, a) < 0 {
			return b
		}
		return a
	})
}
