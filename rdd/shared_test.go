package rdd

import (
	"context"
	"errors"
	"slices"
	"testing"
)

func TestAccumulatorsCountOnce(t *testing.T) {
	c := NewContext("accumulators", Workers(4))
	defer c.Stop()
	seen, odd := LongAccumulator(c, "seen"), CollectionAccumulator[int](c, "")
	var shown map[string]any
	c.AddListener(&Listener{JobEnded: func(j JobInfo) { shown = j.Accumulators }})
	err := Parallelize(c, numbers(100), 8).TryForEach(context.Background(), func(t *Task, x int) error {
		seen.Add(t, int64(x))
		if x%10 == 1 {
			odd.Add(t, x)
		}
		if x%25 == 24 && t.Attempt() < 2 {
			return errors.New("not yet")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := seen.Value(); got != (Tally[int64]{4950, 100}) || got.Avg() != 49.5 {
		t.Errorf("got %v", got)
	}
	got := odd.Value()
	slices.Sort(got)
	if want := []int{1, 11, 21, 31, 41, 51, 61, 71, 81, 91}; !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	if shown["seen"] != (Tally[int64]{4950, 100}) {
		t.Errorf("listeners see %v", shown)
	}
	seen.Reset()
	seen.Add(nil, 7)
	if seen.Value().Sum != 7 {
		t.Errorf("the driver's own: %v", seen.Value())
	}
}

func TestDestroyedBroadcast(t *testing.T) {
	c := NewContext("broadcast", Conf("spark.task.maxFailures", "1"))
	defer c.Stop()
	words := NewBroadcast(c, map[string]int{"a": 1})
	look := Map(Parallelize(c, []string{"a", "b"}), func(w string) int { return words.Value()[w] })
	if got, err := look.Collect(context.Background()); err != nil || !slices.Equal(got, []int{1, 0}) {
		t.Error(got, err)
	}
	words.Destroy()
	if _, err := look.Collect(context.Background()); err == nil {
		t.Error("a destroyed broadcast was read")
	}
}
