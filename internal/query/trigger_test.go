package query

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/internal/checkpoint"
)

func check(t *testing.T, w *world, want string) {
	t.Helper()
	var lines []string
	for line := range strings.SplitSeq(strings.TrimSpace(want), "\n") {
		lines = append(lines, strings.TrimSpace(line))
	}
	if !slices.Equal(w.story, lines) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(w.story, "\n"), strings.Join(lines, "\n"))
	}
}

// Ticks are multiples of the interval since 1970 (the query starts 3 s after
// one). The first comes at once; an epoch that takes longer is followed by the
// next at once, and ticks it missed are not made up for.
func TestProcessingTime(t *testing.T) {
	w := newWorld()
	w.cfg.Trigger, w.cfg.MaxEpochs, w.steps = Trigger{Interval: 10 * time.Second}, 4, 9
	takes := []time.Duration{time.Second, 25 * time.Second, time.Second, 0}
	w.read = func(step int) error { w.clock.work(takes[step]); return nil }
	if err := w.run(t); err != nil {
		t.Fatal(err)
	}
	check(t, w, `
		0: ask
		1000: commit 0: 0
		1000: forget 1
		7000: ask
		32000: commit 1: 1
		32000: forget 2
		32000: ask
		33000: commit 2: 2
		33000: forget 3
		37000: ask
		37000: commit 3: 3
		37000: forget 4`)
}

// Without an interval epochs follow each other; a query that finds nothing asks
// again after 10 ms, and after 10 s it says that it is idle.
func TestWithoutInterval(t *testing.T) {
	w := newWorld()
	w.steps = 2
	w.latest = func(call int) error {
		if call == 1500 {
			w.q.endWait()
		}
		return nil
	}
	if err := w.run(t); err != nil {
		t.Fatal(err)
	}
	got := w.story[:8]
	w.story = got
	check(t, w, `
		0: ask
		0: commit 0: 0
		0: forget 1
		0: ask
		0: commit 1: 1
		0: forget 2
		0: ask
		10: ask`)
	if w.idles != 1 || len(w.report) != 2 {
		t.Errorf("%d idle events and %d reports in 15 s without data", w.idles, len(w.report))
	}
}

func TestBoundedTriggers(t *testing.T) {
	for _, c := range []struct {
		name    string
		kind    TriggerKind
		bounded bool
		want    string
	}{
		{"once takes all there is", Once, true, "0: ask\n0: commit 0: 0 1 2\n0: forget 3"},
		{"available-now goes by the limits of the source, to where it ended at the start", AvailableNow, true,
			"0: ask\n0: commit 0: 0\n0: forget 1\n0: ask\n0: commit 1: 1\n0: forget 2\n0: ask\n0: commit 2: 2\n0: forget 3\n0: ask"},
		{"available-now of a source that knows no end is one epoch", AvailableNow, false, "0: ask\n0: commit 0: 0 1 2\n0: forget 3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			w.cfg.Trigger, w.bounded, w.steps = Trigger{Kind: c.kind}, c.bounded, 3
			w.read = func(int) error { w.steps = 5; return nil } // more comes meanwhile
			if err := w.run(t); err != nil {
				t.Fatal(err)
			}
			check(t, w, c.want)
		})
	}
}

// A watermark that has moved makes an epoch without data, if an operator asks
// for it and the configuration lets it.
func TestNoDataEpochs(t *testing.T) {
	for _, on := range []bool{true, false} {
		w := newWorld()
		w.cfg.Trigger, w.bounded, w.steps, w.cfg.NoData = Trigger{Kind: AvailableNow}, true, 2, on
		w.cfg.Delays = []int64{500}
		w.seen, w.wants = map[int]int64{0: 1000, 1: 9000}, 8000
		if err := w.run(t); err != nil {
			t.Fatal(err)
		}
		want := "0: ask\n0: commit 0: 0\n0: forget 1\n0: ask\n0: commit 1: 1\n0: forget 2\n0: ask"
		if on {
			want += "\n0: commit 2: \n0: forget 2\n0: ask"
		}
		check(t, w, want)
		if last := w.report[len(w.report)-1]; on && last.EventTime["watermark"] != "1970-01-01T00:00:08.500Z" {
			t.Errorf("the epoch without data ran at %v", last.EventTime)
		}
	}
}

// Stop lets the epoch under way end; the end of the context drops it.
func TestStopAndCancel(t *testing.T) {
	for _, c := range []struct {
		name, want string
		stop       bool
	}{{"stop", "0: ask\n0: commit 0: 0\n0: forget 1", true}, {"cancel", "0: ask", false}} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			w := newWorld()
			w.steps = 5
			w.read = func(int) error {
				if c.stop {
					w.q.endWait()
				} else {
					cancel()
				}
				return ctx.Err()
			}
			err := w.start(t, ctx).AwaitTermination(t.Context())
			if c.stop && err != nil || !c.stop && !errors.Is(err, context.Canceled) {
				t.Errorf("the query ended with %v", err)
			}
			check(t, w, c.want)
			if w.q.IsActive() || !strings.Contains(w.q.Status().Message, map[bool]string{true: "Stopped", false: "Terminated"}[c.stop]) {
				t.Errorf("status %+v", w.q.Status())
			}
		})
	}
}

// A stop cuts the wait for the next tick short.
func TestStopWhileWaiting(t *testing.T) {
	w := newWorld()
	w.cfg.Trigger, w.steps = Trigger{Interval: time.Hour}, 5
	w.commit = func(int, int) error { w.q.endWait(); return nil }
	if err := w.run(t); err != nil || len(w.clock.slept) != 0 || len(w.kept) != 1 {
		t.Errorf("%v, slept %v, %d epochs", err, w.clock.slept, len(w.kept))
	}
}

// In a checkpoint of segments the commit rides with the next epoch, and so does
// what waits for it, unless the query comes to rest first.
func TestCommitsRide(t *testing.T) {
	w := newWorld()
	w.form, w.steps, w.cfg.MaxEpochs = checkpoint.Segments, 9, 4
	w.latest = func(call int) error {
		if call == 3 {
			w.steps = 2 // for a while nothing is new
		} else {
			w.steps = 9
		}
		return nil
	}
	if err := w.run(t); err != nil {
		t.Fatal(err)
	}
	check(t, w, `
		0: ask
		0: commit 0: 0
		0: ask
		0: commit 1: 1
		0: forget 1
		0: ask
		0: forget 2
		10: ask
		10: commit 2: 2
		10: ask
		10: commit 3: 3
		10: forget 3
		10: forget 4`)
}

// A report has Spark's phases, and each the time that it took.
func TestProgressDurations(t *testing.T) {
	w := newWorld()
	w.steps, w.cfg.MaxEpochs = 1, 1
	ms := func(n int) { w.clock.work(time.Duration(n) * time.Millisecond) }
	w.latest = func(int) error { ms(3); return nil }
	w.write = func(int, int) error { ms(5); return nil }
	w.read = func(int) error { ms(40); return nil }
	w.commit = func(int, int) error { ms(7); return nil }
	if err := w.run(t); err != nil {
		t.Fatal(err)
	}
	want := map[string]int64{"latestOffset": 3, "walCommit": 0, "getBatch": 0, "queryPlanning": 5, "addBatch": 47, "commitOffsets": 0, "triggerExecution": 55}
	p := w.report[0]
	if !maps.Equal(p.DurationMs, want) {
		t.Errorf("got  %v\nwant %v", p.DurationMs, want)
	}
	if p.BatchID != 0 || p.BatchDuration != 55 || p.NumInputRows != 1 || p.Timestamp != "1970-01-01T00:16:43.000Z" || p.ProcessedRowsPerSecond < 18 || p.ProcessedRowsPerSecond > 18.2 {
		t.Errorf("%+v", p)
	}
}
