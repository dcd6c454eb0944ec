package rdd

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/spatestream/spate/sparkerr"
)

// An action within a function of a task would wait for the worker that the task
// holds: it is refused by name, wherever the function is called, and by however
// many workers.
func TestActionsWithinTasksAreRefused(t *testing.T) {
	for _, workers := range []int{1, 2, 4} {
		t.Run(fmt.Sprint(workers), func(t *testing.T) {
			c, away := NewContext("in", Workers(workers)), NewContext("away", Workers(workers))
			defer c.Stop()
			defer away.Stop()
			for _, of := range []*Context{c, away} {
				checkRefused(t, c, Parallelize(of, numbers(3), 2))
			}
		})
	}
}

// checkRefused counts other within the functions of RDDs of c.
func checkRefused(t *testing.T, c *Context, other *RDD[int]) {
	t.Helper()
	ctx := t.Context()
	r := Parallelize(c, numbers(8), 4)
	count := func(x int) int { // what a program does with an error that it cannot return
		if _, err := other.Count(ctx); err != nil {
			panic(err)
		}
		return x
	}
	mapped := Map(r, count)
	pairs := Map(r, func(x int) Pair[int, int] { return KV(x%3, x) })
	through := func(in iter.Seq[int]) iter.Seq[int] { return in }
	pulled := MapPartitions(mapped, func(in iter.Seq[int]) iter.Seq[int] {
		return func(yield func(int) bool) {
			next, stop := iter.Pull(in)
			defer stop()
			for x, ok := next(); ok && yield(x); x, ok = next() {
			}
		}
	})
	for name, err := range map[string]error{
		"Map":              erring(mapped.Count(ctx)),
		"TryMap":           erring(TryMap(r, func(_ *Task, x int) (int, error) { return x, erring(other.Count(ctx)) }).Count(ctx)),
		"Filter":           erring(r.Filter(func(x int) bool { return count(x) >= 0 }).Count(ctx)),
		"FlatMap":          erring(FlatMap(r, func(x int) []int { return []int{count(x)} }).Count(ctx)),
		"MapPartitions":    erring(MapPartitions(mapped, through).Count(ctx)),
		"iter.Pull":        erring(pulled.Count(ctx)),
		"ForEach":          r.ForEach(ctx, func(x int) { count(x) }),
		"ForEachPartition": r.TryForEachPartition(ctx, func(*Task, iter.Seq[int]) error { return erring(other.Count(ctx)) }),
		"ReduceByKey":      erring(ReduceByKey(pairs, func(a, b int) int { return count(a) }).Count(ctx)),
		"after a shuffle":  erring(MapValues(ReduceByKey(pairs, add), count).Count(ctx)),
		"Reduce":           erring(r.Reduce(ctx, func(a, b int) int { return count(a) })),
		"Zip":              erring(Zip(r, mapped).Count(ctx)),
		"Pipe":             erring(Pipe(mapped, "cat").Count(ctx)),
		"kept":             erring(Map(r, count).Cache().Count(ctx)),
		"sorted":           r.TryForEach(ctx, func(*Task, int) error { return erring(SortBy(other, itself, Ascending, Into(2)).Count(ctx)) }),
		"Take":             r.TryForEach(ctx, func(*Task, int) error { return erring(other.Take(ctx, 1)) }),
		"NumPartitions":    r.TryForEach(ctx, func(*Task, int) error { return erring(ZipWithIndex(other).NumPartitions()) }),
		"Async":            r.TryForEach(ctx, func(*Task, int) error { return erring(Async(ctx, other.Count).Get(ctx)) }),
		"ToLocalIterator":  r.TryForEach(ctx, func(*Task, int) error { return firstError(other.ToLocalIterator(ctx)) }),
		"Save":             r.TryForEach(ctx, func(*Task, int) error { return other.SaveAsTextFile(ctx, t.TempDir()+"/out") }),
	} {
		if sparkerr.ClassOf(err) != "CANNOT_INVOKE_IN_TRANSFORMATIONS" || !strings.Contains(err.Error(), "stray_test.go:") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func itself(x int) int { return x }

func firstError[T any](seq iter.Seq2[T, error]) error {
	for _, err := range seq {
		return err
	}
	return nil
}

// Under the context of its task an action runs on the task's worker.
func TestActionsUnderTheContextOfATask(t *testing.T) {
	for _, workers := range []int{1, 2} {
		c := NewContext("under", Workers(workers))
		other := SortBy(Parallelize(c, numbers(3), 2), itself, Descending, Into(2))
		sums, err := TryMap(Parallelize(c, numbers(8), 4), func(t *Task, x int) (int, error) {
			first, err := other.First(t.Context())
			return first + x, err
		}).Collect(t.Context())
		if err != nil || fmt.Sprint(sums) != "[2 3 4 5 6 7 8 9]" {
			t.Error(sums, err)
		}
		c.Stop()
	}
}

// What a program hears on the driver is no task, however the job was run.
func TestActionsOnTheDriverAreNotRefused(t *testing.T) {
	c := NewContext("driver", Workers(1))
	defer c.Stop()
	r := Parallelize(c, numbers(4), 2)
	var heard []error
	c.AddListener(&Listener{JobEnded: func(j JobInfo) {
		if j.ID == 0 {
			heard = append(heard, erring(r.Count(context.Background())))
		}
	}})
	if _, err := r.Count(t.Context()); err != nil || len(heard) != 1 || heard[0] != nil {
		t.Error(err, heard)
	}
	for x, err := range r.ToLocalIterator(t.Context()) {
		if n, e := r.Count(t.Context()); err != nil || e != nil || n != 4 {
			t.Error(x, err, n, e)
		}
	}
}
