package rdd

import (
	"context"
	"math"

	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/sparkerr"
)

// Take returns the first n elements in the order of the partitions. It looks
// at one partition, and at more of them while too little was found
// (spark.rdd.limit.initialNumPartitions, spark.rdd.limit.scaleUpFactor).
func (r *RDD[T]) Take(ctx context.Context, n int) ([]T, error) {
	total, err := r.node().partitionsIn(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.node().ctx.usable(); err != nil {
		return nil, err
	}
	var got []T
	for scanned := 0; len(got) < n && scanned < total; {
		parts := span(scanned, min(total, scanned+r.width(scanned, len(got), n)))
		left := n - len(got)
		rows, err := each(ctx, r.node(), "take", parts, func(t *Task, part int) ([]T, error) { return takePart(r, t, part, left) })
		if err != nil {
			return nil, err
		}
		for _, p := range rows {
			got = append(got, p[:min(len(p), n-len(got))]...)
		}
		scanned += len(parts)
	}
	return got, nil
}

// width is how many partitions Take looks at next.
func (r *RDD[T]) width(scanned, got, n int) int {
	c := r.node().ctx.conf
	grow := c.number("spark.rdd.limit.scaleUpFactor")
	switch {
	case scanned == 0:
		return c.number("spark.rdd.limit.initialNumPartitions")
	case got == 0:
		return scanned * grow
	}
	guess := int(math.Ceil(1.5 * float64(n-got) * float64(scanned) / float64(got)))
	return min(max(guess, 1), scanned*grow)
}

// takePart returns the first n elements of a partition.
func takePart[T any](r *RDD[T], t *Task, part, n int) (out []T, err error) {
	err = r.each(t, part, func(in []T) error {
		out = append(out, in[:min(len(in), n-len(out))]...)
		if len(out) == n {
			return errEnough
		}
		return nil
	})
	if err == errEnough {
		err = nil
	}
	return out, err
}

// span lists the numbers from lo to before hi.
func span(lo, hi int) []int {
	out := make([]int, 0, hi-lo)
	for i := lo; i < hi; i++ {
		out = append(out, i)
	}
	return out
}

// First returns the first element. An empty RDD is an error.
func (r *RDD[T]) First(ctx context.Context) (T, error) {
	got, err := r.Take(ctx, 1)
	if err == nil && len(got) == 0 {
		err = sparkerr.New("", "the RDD is empty: it has no first element").At(exec.CallSite())
	}
	if err != nil {
		var zero T
		return zero, err
	}
	return got[0], nil
}

// IsEmpty reports whether there is no element. It looks no further than the
// first.
func (r *RDD[T]) IsEmpty(ctx context.Context) (bool, error) {
	got, err := r.Take(ctx, 1)
	return len(got) == 0, err
}
