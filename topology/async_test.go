package topology

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Calls are made side by side, as many as may be: each waits for seven others.
func TestAsyncCallsSideBySide(t *testing.T) {
	const n, together = 800, 8
	var mu sync.Mutex
	var waiting []chan int
	j := NewJob("side by side")
	asked := AsyncFunc(AddSource(j, "numbers", countTo(n)), "ask", func(ctx context.Context, v int) (int, error) {
		me := make(chan int, 1)
		mu.Lock()
		waiting = append(waiting, me)
		if len(waiting) == together {
			for _, w := range waiting {
				w <- 1
			}
			waiting = nil
		}
		mu.Unlock()
		select {
		case <-me:
			return v, nil
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}, InFlight(together), Unordered())
	var h heap[int]
	To(asked, "keep", h.sink)
	run(t, j)
	slices.Sort(h.got)
	if len(h.got) != n || h.got[0] != 0 || h.got[n-1] != n-1 {
		t.Error(len(h.got))
	}
	if c := j.Counts()["ask"]; c.Received != n || c.Asking != 0 {
		t.Errorf("%+v", c)
	}
}

// A job that ends, by its context or an error, ends its calls, and closes the
// callers behind them.
func TestAsyncEndsItsCalls(t *testing.T) {
	for _, cancelled := range []bool{true, false} {
		ctx, cancel := context.WithCancel(t.Context())
		var under atomic.Int32
		c := &closingCaller{under: &under}
		c.call = func(ctx context.Context, v int) (int, error) {
			if under.Add(1) == 4 {
				if cancelled {
					cancel()
				} else {
					under.Add(-1)
					return 0, errors.New("the last straw")
				}
			}
			<-ctx.Done()
			under.Add(-1)
			return 0, ctx.Err()
		}
		j := NewJob("ends")
		Discard(Async(AddSource(j, "numbers", countTo(100)), "ask", func() *closingCaller { return c }, InFlight(4), Unordered()))
		err := j.Run(ctx)
		cancel()
		if !c.closed || cancelled != errors.Is(err, context.Canceled) || !cancelled && !strings.Contains(err.Error(), "ask, instance 0: the last straw") {
			t.Error(err, c.closed)
		}
	}
}

type closingCaller struct {
	call   asker[int, int]
	under  *atomic.Int32
	closed bool
}

func (c *closingCaller) Call(ctx context.Context, v int) (int, error) { return c.call(ctx, v) }
func (c *closingCaller) Close() error                                 { c.closed = c.under.Load() == 0; return nil }

// Panics are errors of their events, and not tried again; so is a call that ends
// its goroutine.
func TestAsyncCallsThatPanic(t *testing.T) {
	j := NewJob("panics", OnError(ToDeadLetters))
	var calls atomic.Int32
	asked := AsyncFunc(AddSource(j, "numbers", countTo(30)), "ask", func(_ context.Context, v int) (int, error) {
		calls.Add(1)
		switch v % 10 {
		case 3:
			panic(fmt.Sprint("no ", v))
		case 4:
			runtime.Goexit()
		}
		return v, nil
	}, Retry(3, 0, 0))
	var good heap[int]
	var dead heap[DeadLetter[int]]
	To(asked, "keep", good.sink)
	To(DeadLetters[int](j, "ask"), "bury", dead.sink)
	run(t, j)
	if len(good.got) != 24 || !slices.IsSorted(good.got) || len(dead.got) != 6 || calls.Load() != 27+3*3 {
		t.Error(good.got, dead.got, calls.Load())
	}
	for _, d := range dead.got {
		if want := map[int]string{3: "panicked: no ", 4: "ended its goroutine"}[d.Event%10]; !strings.Contains(d.Err.Error(), want) {
			t.Error(d.Err)
		}
	}
}

func TestAsyncMistakes(t *testing.T) {
	j := NewJob("mistakes", ExactlyOnce("nowhere"))
	in := AddSource(j, "numbers", func() *replayed { return &replayed{} })
	double := func(_ context.Context, v int) (int, error) { return 2 * v, nil }
	Discard(AsyncFunc(in, "none", double, InFlight(0), CallTimeout(-time.Second), Retry(-1, time.Second, 0)))
	Discard(AsyncFunc(in, "keyless", double, KeyOrder()))
	Discard(AsyncFunc(in, "channels", double, Emits(NewChannel[int]("odd"))))
	Discard(Apply(in, "applied", mapped(func(_ *Context, v int) (chan int, error) { return nil, nil }), Unordered()))
	Discard(AsyncFunc(MapFunc(in, "channel", func(int) chan int { return nil }), "kept", func(context.Context, chan int) (int, error) { return 0, nil }))
	err := j.Validate()
	for _, part := range []string{
		`operator "none": InFlight(0): at least one call`,
		`operator "none": CallTimeout(-1s)`,
		`operator "none": Retry of -1 attempts`,
		`operator "none": Retry after 1s, at most 0s`,
		`operator "keyless" is in KeyOrder, and its stream has no keys`,
		`operator "channels" of Async has one output`,
		`Unordered is a setting of Async, which operator "applied" is not`,
		`operator "kept" asks about events that cannot be kept`,
	} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("not %q in %v", part, err)
		}
	}
}

func BenchmarkAsync(b *testing.B) {
	for name, settings := range map[string][]Setting{"ordered": nil, "unordered": {Unordered()}} {
		b.Run(name, func(b *testing.B) {
			j := NewJob("async")
			asked := AsyncFunc(AddSource(j, "numbers", countTo(b.N)), "ask", func(_ context.Context, v int) (int, error) { return v, nil }, settings...)
			To(asked, "keep", func() *nothing { return &nothing{} })
			b.ReportAllocs()
			b.ResetTimer()
			if err := j.Run(b.Context()); err != nil {
				b.Fatal(err)
			}
		})
	}
}
