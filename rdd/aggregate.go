package rdd

import (
	"context"
	"math"

	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/sparkerr"
)

var errEmpty = sparkerr.New("", "the RDD is empty: there is nothing to reduce; use Fold, or look with IsEmpty first")

// partial is what a partition gives to a reduction: nothing if it is empty.
type partial[T any] struct {
	value T
	ok    bool
}

// Reduce merges all elements by f, which must be associative and commutative:
// within each partition, then in the order of the partitions. An empty RDD is
// an error.
func (r *RDD[T]) Reduce(ctx context.Context, f func(T, T) T) (T, error) {
	if err := needs("reduce", f != nil); err != nil {
		var none T
		return none, err
	}
	return r.reduce(ctx, "reduce", f)
}

func (r *RDD[T]) reduce(ctx context.Context, action string, f func(T, T) T) (T, error) {
	parts, err := each(ctx, r.node(), action, nil, func(t *Task, part int) (partial[T], error) { return reducePart(r, t, part, f) })
	if err != nil {
		var zero T
		return zero, err
	}
	return reducePartials(parts, f)
}

func reducePart[T any](r *RDD[T], t *Task, part int, f func(T, T) T) (p partial[T], err error) {
	err = r.rows(t, part, func(in []T, at int64) error {
		for i, x := range in {
			if !t.next(at + int64(i)) {
				return t.live()
			}
			p = p.with(x, f)
		}
		return nil
	})
	return p, err
}

func (p partial[T]) with(x T, f func(T, T) T) partial[T] {
	if p.ok {
		x = f(p.value, x)
	}
	return partial[T]{x, true}
}

func reducePartials[T any](parts []partial[T], f func(T, T) T) (T, error) {
	var sum partial[T]
	for _, p := range parts {
		if p.ok {
			sum = sum.with(p.value, f)
		}
	}
	if !sum.ok {
		return sum.value, errEmpty.At(exec.CallSite())
	}
	return sum.value, nil
}

// Fold is Aggregate with one function for both steps: zero must be neutral, for
// it takes part once a partition and once more.
func (r *RDD[T]) Fold(ctx context.Context, zero T, f func(T, T) T) (T, error) {
	if err := needs("fold", f != nil); err != nil {
		var none T
		return none, err
	}
	return Aggregate(ctx, r, func() T { return zero }, f, f)
}

// Aggregate merges the elements of each partition into a new zero by add, and
// the results, in the order of the partitions, into another zero by merge. Of
// an empty RDD it returns zero.
func Aggregate[T, U any](ctx context.Context, r *RDD[T], zero func() U, add func(U, T) U, merge func(U, U) U) (U, error) {
	if err := needs("aggregate", zero != nil, add != nil, merge != nil); err != nil {
		var none U
		return none, err
	}
	parts, err := each(ctx, r.node(), "aggregate", nil, func(t *Task, part int) (U, error) { return aggregatePart(r, t, part, zero(), add) })
	if err != nil {
		var none U
		return none, err
	}
	sum := zero()
	for _, p := range parts {
		sum = merge(sum, p)
	}
	return sum, nil
}

func aggregatePart[T, U any](r *RDD[T], t *Task, part int, sum U, add func(U, T) U) (U, error) {
	err := r.rows(t, part, func(in []T, at int64) error {
		for i, x := range in {
			if !t.next(at + int64(i)) {
				return t.live()
			}
			sum = add(sum, x)
		}
		return nil
	})
	return sum, err
}

// TreeReduce is Reduce whose partial results are merged in rounds of tasks, of
// which the optional depth (default 2) says how many.
func TreeReduce[T any](ctx context.Context, r *RDD[T], f func(T, T) T, depth ...int) (T, error) {
	if err := needs("treeReduce", f != nil); err != nil {
		var none T
		return none, err
	}
	partials := derive(r, "treeReduce", func(t *Task, part int, emit func([]partial[T]) error) error {
		p, err := reducePart(r, t, part, f)
		if err != nil {
			return err
		}
		return emit([]partial[T]{p})
	})
	sum, err := treeMerge(ctx, partials, func(a, b partial[T]) partial[T] {
		if !b.ok {
			return a
		}
		return a.with(b.value, f)
	}, depth)
	if err == nil && !sum.ok {
		err = errEmpty.At(exec.CallSite())
	}
	return sum.value, err
}

// TreeAggregate is Aggregate whose partial results are merged in rounds of
// tasks, of which the optional depth (default 2) says how many.
func TreeAggregate[T, U any](ctx context.Context, r *RDD[T], zero func() U, add func(U, T) U, merge func(U, U) U, depth ...int) (U, error) {
	if err := needs("treeAggregate", zero != nil, add != nil, merge != nil); err != nil {
		var none U
		return none, err
	}
	parts, err := r.node().partitionsIn(ctx)
	if err != nil {
		var none U
		return none, err
	}
	if parts == 0 {
		return zero(), nil
	}
	partials := derive(r, "treeAggregate", func(t *Task, part int, emit func([]U) error) error {
		sum, err := aggregatePart(r, t, part, zero(), add)
		if err != nil {
			return err
		}
		return emit([]U{sum})
	})
	return treeMerge(ctx, partials, merge, depth)
}

// treeMerge merges one value a partition by ever fewer tasks.
func treeMerge[U any](ctx context.Context, r *RDD[U], merge func(U, U) U, depth []int) (U, error) {
	var zero U
	levels := 2
	if len(depth) > 0 {
		levels = depth[0]
	}
	if levels < 1 {
		return zero, sparkerr.New("", "the depth must be at least 1, not "+itoa(levels)).At(exec.CallSite())
	}
	parts, err := r.node().partitionsIn(ctx)
	if err != nil {
		return zero, err
	}
	scale := max(int(math.Ceil(math.Pow(float64(parts), 1/float64(levels)))), 2)
	for parts > scale+(parts+scale-1)/scale {
		parts /= scale
		r = mergeInto(r, parts, merge)
	}
	return r.reduce(ctx, "treeAggregate", merge)
}

// mergeInto merges the partitions i, i+n, i+2n ... into one for each i below n.
func mergeInto[U any](r *RDD[U], n int, merge func(U, U) U) *RDD[U] {
	keyed := zipWith(r, "treeAggregate", func(part int) (start, step int64, err error) { return int64(part % n), 0, nil })
	swapped := Map(keyed, func(p Pair[U, int64]) Pair[int64, U] { return KV(p.Value, p.Key) })
	return Map(ReduceByKey(swapped, merge, Into(n)), func(p Pair[int64, U]) U { return p.Value })
}
