package rdd

import (
	"context"
	"runtime"
	"strings"
	"testing"

	"github.com/spatestream/spate/sparkerr"
)

// A function of the program that ends its goroutine, as FailNow of a test does,
// fails what it was called for, wherever that ran, and holds no worker.
func TestAFunctionThatEndsItsGoroutineFails(t *testing.T) {
	ctx := t.Context()
	for _, workers := range []int{1, 2} {
		c := NewContext("exited", Workers(workers), Conf("spark.task.maxFailures", "2"))
		defer c.Stop()
		leave := func(x int) int {
			if x == 7 {
				runtime.Goexit()
			}
			return x
		}
		merged := NewAccumulator(c, "", three, add, func(a, b int) int { return leave(7) })
		one, four := Parallelize(c, numbers(8), 1), Parallelize(c, numbers(8), 4)
		for name, c := range map[string]struct {
			err error
			row string
		}{
			"one task":     {erring(Map(one, leave).Count(ctx)), "(row 7 of partition 0,"},
			"of several":   {erring(Map(four, leave).Count(ctx)), "(row 1 of partition 3,"},
			"map side":     {erring(ReduceByKey(Map(four, func(x int) Pair[int, int] { return KV(leave(x), x) }), add).Count(ctx)), "(row 1 of partition 3,"},
			"nested":       {four.TryForEach(ctx, func(t *Task, _ int) error { return erring(Map(one, leave).Count(t.Context())) }), "(row 7 of partition 0,"},
			"completion":   {four.TryForEach(ctx, func(t *Task, _ int) error { t.OnComplete(func(error) { leave(7) }); return nil }), ""},
			"accumulator":  {four.TryForEach(ctx, func(t *Task, x int) error { merged.Add(t, x); return nil }), ""},
			"async action": {erring(Async(ctx, func(context.Context) (int, error) { return leave(7), nil }).Get(ctx)), ""},
		} {
			if c.err == nil || !strings.Contains(c.err.Error(), "a function ended its goroutine") || !strings.Contains(c.err.Error(), c.row) ||
				!strings.Contains(c.err.Error(), "exited_test.go:") || sparkerr.As(c.err).Kind != sparkerr.UserCode {
				t.Errorf("%s with %d workers: %v", name, workers, c.err)
			}
		}
		if n, err := four.Count(ctx); n != 8 || err != nil {
			t.Error(n, err)
		}
	}
}

// Sums are merged once, or the job fails: a task of which some were does not run
// again when the merge of another one fails.
func TestAMergeThatFailsFailsTheJob(t *testing.T) {
	c := NewContext("merging", Workers(1), Conf("spark.task.maxFailures", "4"))
	defer c.Stop()
	merges := 0
	broken := func(a, b int) int {
		if merges++; merges == 1 {
			panic("the first merge")
		}
		return a + b
	}
	zero := func() int { return 0 }
	first, second := NewAccumulator(c, "", zero, add, add), NewAccumulator(c, "", zero, add, broken)
	err := Parallelize(c, numbers(8), 1).TryForEach(t.Context(), func(t *Task, _ int) error { first.Add(t, 1); second.Add(t, 1); return nil })
	if err == nil || !strings.Contains(err.Error(), "the first merge") || first.Value() > 8 || merges != 1 {
		t.Error(err, first.Value(), merges)
	}
}

// A listener cannot end the goroutine of the job either.
func TestAListenerThatEndsItsGoroutineIsPassedOver(t *testing.T) {
	c := NewContext("exited", Workers(2))
	defer c.Stop()
	heard := 0
	c.AddListener(&Listener{JobStarted: func(JobInfo) { runtime.Goexit() }})
	c.AddListener(&Listener{JobStarted: func(JobInfo) { heard++ }})
	if n, err := Parallelize(c, numbers(8), 4).Count(t.Context()); n != 8 || err != nil || heard != 1 {
		t.Error(n, err, heard)
	}
}

// An action of a listener would wait for the worker of the task that tells it.
func TestAnActionOfAListenerIsRefused(t *testing.T) {
	c := NewContext("heard", Workers(1))
	defer c.Stop()
	r := Parallelize(c, numbers(8), 1)
	var err error
	c.AddListener(&Listener{TaskStarted: func(TaskInfo) { _, err = r.Count(context.Background()) }})
	if n, failed := r.Count(t.Context()); n != 8 || failed != nil || sparkerr.ClassOf(err) != notInTask {
		t.Error(n, failed, err)
	}
}

// A key of an interface type that == does not compare is the program's mistake.
func TestAKeyThatCannotBeComparedIsNamed(t *testing.T) {
	c := NewContext("keys", Workers(1), Conf("spark.task.maxFailures", "1"))
	defer c.Stop()
	ctx := t.Context()
	pairs := Map(Parallelize(c, numbers(8), 2), func(x int) Pair[any, int] { return KV[any](numbers(x), x) })
	for name, err := range map[string]error{
		"reduce": erring(ReduceByKey(pairs, add).Count(ctx)),
		"group":  erring(GroupByKey(pairs).Count(ctx)),
		"join":   erring(Join(pairs, pairs).Count(ctx)),
		"count":  erring(CountByKey(ctx, pairs)),
		"lookup": erring(Lookup[any](ctx, pairs, numbers(3))),
	} {
		e := sparkerr.As(err)
		if e == nil || e.Kind != sparkerr.UserCode || !strings.Contains(err.Error(), "a key is a []int, which == does not compare") || !strings.Contains(err.Error(), "exited_test.go:") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
