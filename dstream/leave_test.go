package dstream_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/rdd"
)

// gate holds who passes it until it is opened.
type gate struct{ reached, opened chan struct{} }

func newGate() *gate { return &gate{make(chan struct{}, 1), make(chan struct{})} }

func (g *gate) pass() {
	select {
	case g.reached <- struct{}{}:
	default: // a second try
	}
	<-g.opened
}

// held advances the harness by a batch and waits until somebody stands at the
// gate; the test ends if the batch is over without.
func (g *gate) held(t *testing.T, h *dstreamtest.Harness) {
	over := make(chan string, 4)
	l := &dstream.Listener{
		BatchCompleted: func(dstream.BatchInfo) { over <- "has completed" },
		BatchNotMade:   func(_ time.Time, err error) { over <- "could not be made: " + err.Error() },
	}
	h.Context().AddListener(l)
	defer h.Context().RemoveListener(l)
	h.Clock().Advance(time.Second)
	select {
	case <-g.reached:
	case why := <-over:
		t.Fatal("nothing was held: the batch ", why)
	}
}

// held is a program whose first batch stands at a gate; what it returns is closed
// when the batch has come through.
type held func(in *dstream.DStream[int], g *gate) (through chan struct{})

func inOutput(wait func(ctx context.Context, r *rdd.RDD[int], g *gate) error) held {
	return func(in *dstream.DStream[int], g *gate) chan struct{} {
		through := make(chan struct{})
		in.ForEachRDD(func(ctx context.Context, r *rdd.RDD[int], _ time.Time) error {
			defer close(through)
			return wait(ctx, r, g)
		})
		return through
	}
}

func inTransform(in *dstream.DStream[int], g *gate) chan struct{} {
	through := make(chan struct{})
	made := dstream.Transform(in, func(r *rdd.RDD[int]) *rdd.RDD[int] {
		defer close(through)
		g.pass()
		return r
	})
	made.ForEachRDD(func(context.Context, *rdd.RDD[int], time.Time) error {
		return errors.New("a batch that was left behind runs")
	})
	return through
}

// What ignores its ctx is left behind, in an output operation, in a task and in
// a function of Transform, and Stop names it; also when Stop had waited for it
// until its own ctx ended. Nothing of it counts when it does end.
func TestWhatDoesNotEndIsLeftBehind(t *testing.T) {
	ended, end := context.WithCancel(context.Background())
	end()
	output := "the output operation foreachRDD of batch 11000 ms has not ended in time (3000 ms) and is left behind"
	for where, x := range map[string]struct {
		define held
		says   string
	}{
		"program": {inOutput(func(_ context.Context, _ *rdd.RDD[int], g *gate) error { g.pass(); return nil }), output},
		"task": {inOutput(func(ctx context.Context, r *rdd.RDD[int], g *gate) error {
			return r.ForEach(ctx, func(int) { g.pass() })
		}), output},
		"transform": {inTransform, "the function of transform has not returned in time (3000 ms) and is left behind"},
	} {
		for name, how := range map[string]struct {
			ctx  context.Context
			opts []dstream.StopOption
			want error // besides
		}{
			"at once":    {context.Background(), nil, nil},
			"gracefully": {ended, []dstream.StopOption{dstream.Gracefully()}, context.Canceled},
		} {
			t.Run(where+" "+name, func(t *testing.T) {
				h := dstreamtest.New(t, time.Second, rdd.Workers(1), rdd.Conf("spate.streaming.outputStopTimeout", "3s"))
				g := newGate()
				open := sync.OnceFunc(func() { close(g.opened) })
				defer open()
				through := x.define(dstreamtest.Input(h, []int{1}), g)
				h.Run(0)
				g.held(t, h)
				var completed atomic.Int32
				h.Context().AddListener(&dstream.Listener{
					BatchCompleted:           func(dstream.BatchInfo) { completed.Add(1) },
					BatchNotMade:             func(time.Time, error) { completed.Add(1) },
					OutputOperationCompleted: func(dstream.OutputOperationInfo) { completed.Add(1) },
				})
				err := stopped(h, how.ctx, how.opts...)
				if err == nil || !strings.Contains(err.Error(), x.says) || !strings.Contains(err.Error(), "leave_test.go:") || how.want != nil && !errors.Is(err, how.want) {
					t.Errorf("Stop said %v", err)
				}
				if s := h.Context().State(); s != dstream.Stopped {
					t.Error(s)
				}
				open()
				<-through
				if completed.Load() > 0 {
					t.Error("what was left behind has completed")
				}
				if err := h.Context().AwaitTermination(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// stopped stops the context while its clock goes on.
func stopped(h *dstreamtest.Harness, ctx context.Context, opts ...dstream.StopOption) error {
	done := make(chan error, 1)
	go func() { done <- h.Context().Stop(ctx, opts...) }()
	for {
		select {
		case err := <-done:
			return err
		default:
			runtime.Gosched()
			h.Clock().Advance(time.Second)
		}
	}
}

// The rows of a batch whose function of Transform was left behind come again in
// the run that goes on, once.
func TestABatchThatWasLeftBehindRunsAgain(t *testing.T) {
	dir, log := t.TempDir(), dstreamtest.NewLog[int]("rows", 1)
	log.Append(0, 1, 2)
	g, calls := newGate(), 0
	first := dstreamtest.New(t, time.Second)
	first.Context().Checkpoint(dir)
	defer close(g.opened)
	dstreamtest.Output(first, dstream.Transform(dstream.DirectStream(first.Context(), log).DStream, func(r *rdd.RDD[int]) *rdd.RDD[int] {
		if calls++; calls == 2 {
			g.pass()
		}
		return r
	}))
	first.Run(1)
	log.Append(0, 3)
	g.held(t, first)
	if err := stopped(first, t.Context()); err == nil || !strings.Contains(err.Error(), "is left behind") {
		t.Fatal(err)
	}
	second := dstreamtest.New(t, time.Second)
	second.Clock().Advance(2 * time.Second)
	var out *dstreamtest.Batches[int]
	if _, err := dstream.GetOrCreate(dir, func() (*dstream.Context, error) {
		rows := dstream.DirectStream(second.Context(), log)
		out = dstreamtest.Output(second, dstream.Transform(rows.DStream, func(r *rdd.RDD[int]) *rdd.RDD[int] { return r }))
		return second.Context(), nil
	}); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{}, 4)
	second.Context().AddListener(&dstream.Listener{
		BatchCompleted: func(dstream.BatchInfo) { done <- struct{}{} },
		BatchNotMade:   func(time.Time, error) { done <- struct{}{} },
	})
	second.Run(0)
	<-done // the batch of 12000 ms
	second.Run(1)
	out.Want([]int{3}, nil)
}

// A function of Transform may ask the context, and stop it, which other
// goroutines can meanwhile.
func TestAFunctionOfTransformMayUseTheContext(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	c := h.Context()
	var said error
	dstream.Transform(dstreamtest.Input(h, []int{1}), func(r *rdd.RDD[int]) *rdd.RDD[int] {
		if c.State() != dstream.Active || c.Statistics().TotalCompleted != 0 {
			t.Error(c.State(), c.Statistics())
		}
		elsewhere := make(chan dstream.State)
		go func() { elsewhere <- c.State() }()
		<-elsewhere
		said = c.Stop(context.Background())
		return r
	}).ForEachRDD(func(context.Context, *rdd.RDD[int], time.Time) error { return nil })
	h.Run(0)
	h.Clock().Advance(time.Second)
	if err := c.AwaitTermination(t.Context()); err != nil || said != nil {
		t.Error(err, said)
	}
}
