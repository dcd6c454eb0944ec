package topology

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestVersionsInOrder(t *testing.T) {
	in := []Version{{0, 0}, {0, 1}, {0, 9}, {1, 0}, {1, 1}, {2, 0}}
	if !slices.IsSortedFunc(in, Version.Compare) || in[2].Compare(in[2]) != 0 || in[3].Compare(in[2]) != 1 {
		t.Error(in)
	}
}

// A batch pass takes what was late, and every window of event time gives one result,
// the exact one, with the version of the pass.
func TestABatchPassLeavesNothingOut(t *testing.T) {
	results := func(w Windows, options ...Option) (got []string, late int64) {
		j := NewJob("passes", options...)
		var h heap[string]
		in := AddSource(j, "readings", script(10, 11, 90, 12, 200, 91, 13, 300), EventTime(reading.time, 5*time.Second))
		byKey := Fields(in, func(r reading) int { return 0 })
		To(AggregateWindows(byKey, "count", w, Aggregate[reading, int, string]{
			Add:   func(n int, _ reading) int { return n + 1 },
			Merge: func(a, b int) int { return a + b },
			Result: func(_ *Context, w Window, n int) (string, error) {
				return fmt.Sprint(w.Start.Unix(), ": ", n, " ", w.Version()), nil
			},
		}), "keep", h.sink)
		run(t, j)
		return h.got, j.Counts()["count"].Late
	}
	minutes := Fixed(time.Minute).EarlyCount(1)
	if got, late := results(minutes); late != 3 || !slices.Contains(got, "0: 2 {0 1}") {
		t.Error("the stream gives", got, late)
	}
	exact := "0: 4 {2 0}, 60: 2 {2 0}, 180: 1 {2 0}, 300: 1 {2 0}"
	for _, w := range []Windows{minutes, Fixed(time.Minute).KeyWatermark(0), Fixed(time.Minute).Lateness(time.Minute)} {
		if got, late := results(w, BatchPass(2)); late != 0 || strings.Join(got, ", ") != exact {
			t.Errorf("the batch gives %v, %d late", got, late)
		}
	}
	if err := NewJob("none", BatchPass(0)).Validate(); err == nil || !strings.Contains(err.Error(), "passes count from 1") {
		t.Error(err)
	}
}
