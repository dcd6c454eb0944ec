package rdd

import (
	"context"
	"sync/atomic"
	"testing"
)

func TestPersistedPartitionsAreComputedOnce(t *testing.T) {
	c := NewContext("persist", Workers(2))
	defer c.Stop()
	var calls atomic.Int64
	r := Map(Parallelize(c, numbers(10), 3), func(x int) int { calls.Add(1); return x }).Cache()
	for range 3 {
		if n, err := r.Count(context.Background()); n != 10 || err != nil {
			t.Fatal(n, err)
		}
	}
	if calls.Load() != 10 {
		t.Errorf("%d calls, want 10", calls.Load())
	}
	r.Unpersist()
	if _, err := r.Count(context.Background()); err != nil || calls.Load() != 20 {
		t.Errorf("%d calls after Unpersist, want 20 (%v)", calls.Load(), err)
	}
	if _, err := r.Cache().Persist(DiskOnly).Count(context.Background()); err == nil {
		t.Error("the level of a persisted RDD was changed")
	}
}
