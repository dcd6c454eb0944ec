package dstream_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/rdd"
)

// An output operation that ignores its ctx is left behind, in the program and in
// a task, and Stop names it; also when Stop had waited for it until its own ctx
// ended. Nothing of it counts when it does end.
func TestAnOutputOperationThatDoesNotEndIsLeftBehind(t *testing.T) {
	ended, end := context.WithCancel(context.Background())
	end()
	for name, how := range map[string]struct {
		ctx  context.Context
		opts []dstream.StopOption
		want error
	}{
		"at once":    {context.Background(), nil, nil},
		"gracefully": {ended, []dstream.StopOption{dstream.Gracefully()}, context.Canceled},
	} {
		for where, wait := range map[string]func(ctx context.Context, r *rdd.RDD[int], f func()) error{
			"program": func(_ context.Context, _ *rdd.RDD[int], f func()) error { f(); return nil },
			"task":    func(ctx context.Context, r *rdd.RDD[int], f func()) error { return r.ForEach(ctx, func(int) { f() }) },
		} {
			t.Run(name+" in the "+where, func(t *testing.T) {
				h := dstreamtest.New(t, time.Second, rdd.Workers(1), rdd.Conf("spate.streaming.outputStopTimeout", "3s"))
				begun, free, completed := make(chan int), make(chan int), 0
				h.Context().AddListener(&dstream.Listener{
					BatchCompleted:           func(dstream.BatchInfo) { completed++ },
					OutputOperationCompleted: func(dstream.OutputOperationInfo) { completed++ },
				})
				done := make(chan int)
				dstreamtest.Input(h, []int{1}).ForEachRDD(func(ctx context.Context, r *rdd.RDD[int], _ time.Time) error {
					defer close(done)
					return wait(ctx, r, func() { close(begun); <-free })
				})
				h.Run(0)
				h.Clock().Advance(time.Second)
				<-begun
				err := stopped(h, how.ctx, how.opts...)
				if err == nil || !strings.Contains(err.Error(), "foreachRDD of batch 11000 ms has not ended in time (3000 ms) and is left behind") ||
					!strings.Contains(err.Error(), "leave_test.go:") || how.want != nil && !errors.Is(err, how.want) {
					t.Errorf("Stop said %v", err)
				}
				if s := h.Context().State(); s != dstream.Stopped {
					t.Error(s)
				}
				close(free)
				<-done
				if completed > 0 {
					t.Error("what was left behind has completed")
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
