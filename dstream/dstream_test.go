package dstream_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/rdd"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type count = rdd.Pair[string, int]

func wordCount(lines *dstream.DStream[string]) *dstream.DStream[count] {
	words := dstream.FlatMap(lines, strings.Fields)
	ones := dstream.Map(words, func(w string) count { return rdd.KV(w, 1) })
	return dstream.ReduceByKey(ones, func(a, b int) int { return a + b })
}

func TestWordCountByBatch(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	counts := dstreamtest.Output(h, wordCount(dstreamtest.Input(h, []string{"a b", "a"}, nil, []string{"b"})))
	h.Run(4)
	counts.Want([]count{rdd.KV("a", 2), rdd.KV("b", 1)}, nil, []count{rdd.KV("b", 1)}, nil)
	for i, b := range counts.All() {
		if want := dstreamtest.Start.Add(time.Duration(i+1) * time.Second); !b.Time.Equal(want) {
			t.Errorf("batch %d is at %v, want %v", i, b.Time, want)
		}
	}
}

func TestPrint(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	var out bytes.Buffer
	dstreamtest.Input(h, []string{"x", "y", "z"}, nil).Fprint(&out, 2)
	h.Run(2)
	rule := strings.Repeat("-", 43)
	want := rule + "\nTime: 11000 ms\n" + rule + "\nx\ny\n...\n\n" + rule + "\nTime: 12000 ms\n" + rule + "\n\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

func TestFailedBatchReachesTheWaiter(t *testing.T) {
	h := dstreamtest.New(t, time.Second, rdd.Conf("spark.task.maxFailures", "1"))
	boom := errors.New("boom")
	dstreamtest.Input(h, []string{"x"}).ForEachRDD(func(context.Context, *rdd.RDD[string], time.Time) error { return boom })
	h.Run(1)
	if err := h.Context().AwaitTermination(context.Background()); !errors.Is(err, boom) {
		t.Errorf("%v", err)
	}
	if h.Context().State() != dstream.Active {
		t.Error("the context must go on until it is stopped")
	}
}

func TestRefusedPrograms(t *testing.T) {
	for name, program := range map[string]struct {
		define func(*dstreamtest.Harness)
		want   string
	}{
		"map with nil": {func(h *dstreamtest.Harness) {
			dstream.Map(dstreamtest.Input[int](h), (func(int) int)(nil)).Print(1)
		}, "map was given nil in place of a function"},
		"filter with nil":  {func(h *dstreamtest.Harness) { dstreamtest.Input[int](h).Filter(nil).Print(1) }, "filter was given nil"},
		"reduce with nil":  {func(h *dstreamtest.Harness) { dstreamtest.Input[int](h).Reduce(nil).Print(1) }, "reduce was given nil"},
		"foreach with nil": {func(h *dstreamtest.Harness) { dstreamtest.Input[int](h).ForEachRDD(nil) }, "dstream_test.go"},
		"transform with nil": {func(h *dstreamtest.Harness) {
			dstream.Transform(dstreamtest.Input[int](h), (func(*rdd.RDD[int]) *rdd.RDD[int])(nil)).Print(1)
		}, "transform was given nil"},
		"no output": {func(h *dstreamtest.Harness) { dstreamtest.Input[int](h) }, "no output operation"},
		"remember twice": {func(h *dstreamtest.Harness) {
			dstreamtest.Input[int](h).Print(1)
			h.Context().Remember(time.Minute)
			h.Context().Remember(time.Minute)
		}, "Remember was called already"},
	} {
		h := dstreamtest.New(t, time.Second)
		program.define(h)
		err := h.Context().Start(context.Background())
		if err == nil || !strings.Contains(err.Error(), program.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStopGracefullyFinishesWhatWasReceived(t *testing.T) {
	// The test's clock outruns the goroutines, so the patience must be long.
	h := dstreamtest.New(t, time.Second, rdd.Conf("spark.streaming.gracefulStopTimeout", "1000h"), rdd.Conf("spate.streaming.receiverStopTimeout", "1000h"))
	out := dstreamtest.Output(h, dstreamtest.Input(h, []int{1}, []int{2}, []int{3}))
	h.Run(1)
	stopped := make(chan error)
	go func() { stopped <- h.Context().Stop(context.Background(), dstream.Gracefully()) }()
	for {
		select {
		case err := <-stopped:
			if err != nil {
				t.Fatal(err)
			}
			if n := len(out.All()); n < 3 {
				t.Errorf("%d batches ran, want all 3", n)
			}
			return
		default:
			runtime.Gosched()
			h.Clock().Advance(10 * time.Millisecond)
		}
	}
}

func TestRefusedSettings(t *testing.T) {
	for key, value := range map[string]string{
		"spark.streaming.receiver.writeAheadLog.enable": "maybe",
		"spark.streaming.blockInterval":                 "banana",
		"spark.streaming.receiver.maxRate":              "-5",
		"spark.streaming.blockQueueSize":                "1.5",
		"spate.streaming.receiver.maxHeld":              "much",
	} {
		h := dstreamtest.New(t, time.Second, rdd.Conf(key, value))
		dstreamtest.Input[int](h).Fprint(io.Discard, 1)
		if err := h.Context().Start(context.Background()); err == nil || !strings.Contains(err.Error(), key+" is "+value+": it must be") {
			t.Errorf("%s: %v", key, err)
		}
	}
}
