package rdd

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"testing"
	"testing/synctest"
)

// A cancelled job calls the functions of the program no more, however slow they
// are: rows that are at hand already are left alone, and so are sources without
// end.
func TestCancellationEndsWithinARow(t *testing.T) {
	for name, action := range map[string]func(ctx context.Context, r *RDD[int], f func(int) int) error{
		"Map": func(ctx context.Context, r *RDD[int], f func(int) int) error { return erring(Map(r, f).Count(ctx)) },
		"TryMap": func(ctx context.Context, r *RDD[int], f func(int) int) error {
			return erring(TryMap(r, func(_ *Task, x int) (int, error) { return f(x), nil }).Count(ctx))
		},
		"Filter": func(ctx context.Context, r *RDD[int], f func(int) int) error {
			return erring(r.Filter(func(x int) bool { return f(x) >= 0 }).Count(ctx))
		},
		"FlatMap": func(ctx context.Context, r *RDD[int], f func(int) int) error {
			return erring(FlatMap(r, func(x int) []int { return []int{f(x)} }).Count(ctx))
		},
		"AppendMap": func(ctx context.Context, r *RDD[int], f func(int) int) error {
			return erring(AppendMap(r, func(dst []int, x int) []int { return append(dst, f(x)) }).Count(ctx))
		},
		"MapPartitions": func(ctx context.Context, r *RDD[int], f func(int) int) error {
			return erring(MapPartitions(r, func(in iter.Seq[int]) iter.Seq[int] {
				return func(yield func(int) bool) {
					for x := range in {
						f(x)
					}
				}
			}).Count(ctx))
		},
		"a generator": func(ctx context.Context, r *RDD[int], f func(int) int) error {
			return erring(MapPartitions(r, func(iter.Seq[int]) iter.Seq[int] {
				return func(yield func(int) bool) {
					for x := 0; yield(f(x)); x++ {
					}
				}
			}).Count(ctx))
		},
		"ForEach": func(ctx context.Context, r *RDD[int], f func(int) int) error {
			return r.ForEach(ctx, func(x int) { f(x) })
		},
		"Reduce": func(ctx context.Context, r *RDD[int], f func(int) int) error {
			return erring(r.Reduce(ctx, func(_, x int) int { return f(x) }))
		},
		"Aggregate": func(ctx context.Context, r *RDD[int], f func(int) int) error {
			return erring(Aggregate(ctx, r, three, func(_, x int) int { return f(x) }, add))
		},
		"ReduceByKey": func(ctx context.Context, r *RDD[int], f func(int) int) error {
			pairs := Map(r, func(x int) Pair[int, int] { return KV(0, x) })
			return erring(ReduceByKey(pairs, func(_, x int) int { return f(x) }).Count(ctx))
		},
		"kept": func(ctx context.Context, r *RDD[int], f func(int) int) error {
			return erring(Map(r, f).Cache().Count(ctx))
		},
		"TakeOrdered": func(ctx context.Context, r *RDD[int], f func(int) int) error {
			return erring(r.TakeOrderedFunc(ctx, 1, func(a, b int) int { return cmp.Compare(f(a), b) }))
		},
	} {
		t.Run(name, func(t *testing.T) { synctest.Test(t, func(t *testing.T) { checkCancel(t, action) }) })
	}
}

// checkCancel has an action call a function that cancels it at its sixth call.
func checkCancel(t *testing.T, action func(context.Context, *RDD[int], func(int) int) error) {
	c := NewContext("cancelled", Workers(1))
	defer c.Stop()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	endless := Map(Range(c, 0, 1<<50, 1, 1), func(x int64) int { return int(x) })
	calls := 0
	err := action(ctx, endless, func(x int) int {
		if calls++; calls == 6 {
			cancel()
			synctest.Wait() // all that hear of it have
		}
		return x
	})
	if !errors.Is(err, context.Canceled) || calls != 6 {
		t.Errorf("%d calls, then %v", calls, err)
	}
}

// Where no function of the program is called a job ends between chunks of rows.
func TestCancellationEndsWhatCallsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewContext("cancelled", Workers(1))
		defer c.Stop()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		chunks := 0
		endless := derive(Parallelize(c, numbers(1), 1), "endless", func(_ *Task, _ int, emit func([]int) error) (err error) {
			for rows := numbers(10); err == nil; err = emit(rows) {
				if chunks++; chunks == 3 {
					cancel()
					synctest.Wait()
				}
			}
			return err
		})
		if n, err := endless.Sample(false, 0.5, 1).Count(ctx); !errors.Is(err, context.Canceled) || chunks != 3 {
			t.Error(n, err, chunks)
		}
	})
}
