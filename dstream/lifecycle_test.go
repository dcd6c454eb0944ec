package dstream_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/rdd"
)

func TestStates(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	in := dstreamtest.Input(h, []int{1})
	in.Fprint(io.Discard, 1)
	c, ctx := h.Context(), context.Background()
	if c.State() != dstream.Initialized {
		t.Error(c.State())
	}
	h.Run(1)
	if err := c.Start(ctx); err != nil || c.State() != dstream.Active {
		t.Errorf("a second start: %v, %v", err, c.State())
	}
	other := dstream.NewContextOn(c.RDDContext(), time.Second)
	dstream.QueueStream(other, dstream.NewQueue[int](), false, nil).Fprint(io.Discard, 1)
	if err := other.Start(ctx); err == nil || !strings.Contains(err.Error(), "active on this rdd.Context already") {
		t.Errorf("a second context: %v", err)
	}
	if other.State() != dstream.Stopped {
		t.Error("a context that could not start is stopped")
	}
	if err := c.Stop(ctx, dstream.KeepRDDContext()); err != nil || c.State() != dstream.Stopped {
		t.Errorf("%v, %v", err, c.State())
	}
	if err := c.Stop(ctx); err != nil {
		t.Errorf("a second stop: %v", err)
	}
	if err := c.Start(ctx); err == nil || !strings.Contains(err.Error(), "has been stopped") {
		t.Errorf("a start after the stop: %v", err)
	}
	if err := c.AwaitTermination(ctx); err != nil {
		t.Error(err)
	}
}

func TestDefinitionsAfterStartAreErrors(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	in := dstreamtest.Input(h, []int{1})
	in.Fprint(io.Discard, 1)
	h.Run(1)
	h.Context().Checkpoint("/elsewhere")
	if err := h.Context().Err(); err == nil || !strings.Contains(err.Error(), "before the context starts") || !strings.Contains(err.Error(), "lifecycle_test.go") {
		t.Errorf("%v", err)
	}
}

// What is defined too late does not run.
func TestStreamsDefinedAfterStartHaveNoEffect(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	in := dstreamtest.Input(h, []int{1}, []int{2})
	in.Fprint(io.Discard, 1)
	h.Run(1)
	ran := false
	in.ForEachRDD(func(context.Context, *rdd.RDD[int], time.Time) error { ran = true; return nil })
	h.Run(1)
	if err := h.Context().Err(); ran || err == nil || !strings.Contains(err.Error(), "before it starts") {
		t.Error(ran, err)
	}
}

func TestAPanicInTransformEndsTheProgram(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	dstream.Transform(dstreamtest.Input(h, []int{1}), func(*rdd.RDD[int]) *rdd.RDD[int] { panic("tr") }).Fprint(io.Discard, 1)
	if err := h.Context().Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	h.Clock().Advance(time.Second)
	err := h.Context().AwaitTermination(context.Background())
	if err == nil || !strings.Contains(err.Error(), "user code panicked: tr") || !strings.Contains(err.Error(), "lifecycle_test.go") {
		t.Error(err)
	}
}

func TestAnIntervalThatIsNone(t *testing.T) {
	for _, d := range []time.Duration{0, -time.Second} {
		c := dstream.NewContext("none", d)
		c.TextFileStream(t.TempDir()).Fprint(io.Discard, 1)
		if err := c.Start(context.Background()); err == nil || !strings.Contains(err.Error(), "batch interval") {
			t.Error(err)
		}
		if err := c.AwaitTermination(context.Background()); err == nil || !strings.Contains(err.Error(), "batch interval") {
			t.Errorf("awaiting a context that did not start: %v", err)
		}
		c.RDDContext().Stop()
	}
}

func TestAListenerCannotStop(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	dstreamtest.Input(h, []int{1}).Fprint(io.Discard, 1)
	got := make(chan error, 1)
	h.Context().AddListener(&dstream.Listener{BatchSubmitted: func(dstream.BatchInfo) { got <- h.Context().Stop(context.Background()) }})
	h.Run(1)
	if err := <-got; err == nil || !strings.Contains(err.Error(), "listener") {
		t.Error(err)
	}
}

func TestAnOutputOperationCanStop(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	dstreamtest.Input(h, []int{1}).ForEachRDD(func(ctx context.Context, _ *rdd.RDD[int], _ time.Time) error {
		return h.Context().Stop(ctx)
	})
	h.Run(1)
	if err := h.Context().AwaitTermination(context.Background()); err != nil {
		t.Error(err)
	}
	if h.Context().State() != dstream.Stopped {
		t.Error(h.Context().State())
	}
}

func TestConcurrentJobs(t *testing.T) {
	h := dstreamtest.New(t, time.Second, rdd.Conf("spark.streaming.concurrentJobs", "2"))
	in := dstreamtest.Input(h, []int{1})
	first, second := make(chan int), make(chan int)
	meet := func(mine, others chan int) func(context.Context, *rdd.RDD[int], time.Time) error {
		return func(context.Context, *rdd.RDD[int], time.Time) error {
			close(mine)
			<-others
			return nil
		}
	}
	in.ForEachRDD(meet(first, second))
	in.ForEachRDD(meet(second, first))
	h.Run(1) // hangs unless both run at a time

	h = dstreamtest.New(t, time.Second, rdd.Conf("spark.streaming.concurrentJobs", "0"))
	dstreamtest.Input[int](h).Fprint(io.Discard, 1)
	if err := h.Context().Start(context.Background()); err == nil || !strings.Contains(err.Error(), "spark.streaming.concurrentJobs") {
		t.Error(err)
	}
}

// Batches that come while one runs wait, and the statistics show them.
func TestLateBatchesQueue(t *testing.T) {
	h := dstreamtest.New(t, time.Second, rdd.Conf("spark.streaming.ui.retainedBatches", "2"))
	started, proceed := make(chan int, 9), make(chan int)
	submitted := make(chan int, 9)
	h.Context().AddListener(&dstream.Listener{BatchSubmitted: func(dstream.BatchInfo) { submitted <- 1 }})
	dstreamtest.Input(h, []int{1}).ForEachRDD(func(context.Context, *rdd.RDD[int], time.Time) error {
		started <- 1
		<-proceed
		return nil
	})
	h.Run(0)
	h.Clock().Advance(3 * time.Second)
	for range 3 {
		<-submitted
	}
	<-started
	if s := h.Context().Statistics(); len(s.Running) != 1 || len(s.Waiting) != 2 || s.TotalCompleted != 0 {
		t.Errorf("%+v", s)
	}
	h.Clock().Advance(500 * time.Millisecond)
	close(proceed)
	if err := h.Context().Stop(context.Background(), dstream.Gracefully()); err != nil {
		t.Fatal(err)
	}
	s := h.Context().Statistics()
	if len(s.Completed) != 2 || s.TotalCompleted != 3 || len(s.Running)+len(s.Waiting) != 0 {
		t.Errorf("%+v", s)
	}
	if s.Completed[0].BatchTime.Sub(s.Completed[1].BatchTime) != time.Second {
		t.Error("the newest comes first")
	}
	if s.AvgSchedulingDelay != 500*time.Millisecond || s.AvgProcessingTime != 0 {
		t.Errorf("delays %v %v", s.AvgSchedulingDelay, s.AvgProcessingTime)
	}
}
