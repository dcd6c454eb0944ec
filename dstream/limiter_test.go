package dstream

import (
	"context"
	"math"
	"testing"
	"time"
)

// stopwatch is a clock whose sleepers wake at once, later.
type stopwatch struct{ now time.Time }

func (s *stopwatch) Now() time.Time { return s.now }

func (s *stopwatch) Sleep(_ context.Context, d time.Duration) error {
	s.now = s.now.Add(d)
	return nil
}

func TestLimiter(t *testing.T) {
	clock := &stopwatch{now: time.UnixMilli(0)}
	l := &limiter{clock: clock, max: 100, next: clock.now}
	passes := func(n int, at time.Duration) {
		t.Helper()
		if err := l.take(context.Background(), n); err != nil {
			t.Fatal(err)
		}
		if got := clock.now.Sub(time.UnixMilli(0)); got != at {
			t.Errorf("%d rows passed at %v, want %v", n, got, at)
		}
	}
	passes(1_000_000, 0) // no limit yet
	l.set(10)
	passes(5, 0) // who comes first does not wait for itself
	passes(1, 500*time.Millisecond)
	passes(1, 600*time.Millisecond)
	clock.now = clock.now.Add(time.Minute)
	passes(10, 60_600*time.Millisecond) // a second was saved
	passes(1, 60_600*time.Millisecond)
	passes(1, 60_700*time.Millisecond)
	l.set(-1)
	l.set(math.NaN())
	if l.limit() != 10 {
		t.Error("rates that are not positive are ignored")
	}
	if l.set(1000); l.limit() != 100 {
		t.Error("no rate is above the highest")
	}
	if n := l.portion(200 * time.Millisecond); n != 20 {
		t.Error(n)
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if l.take(ended, 1) == nil {
		t.Error("who should end does not pass")
	}
}
