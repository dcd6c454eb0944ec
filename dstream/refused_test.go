package dstream_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/rdd"
)

// What Start can see to be wrong it refuses.
func TestStartRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		define func(c *dstream.Context) *dstream.DStream[int]
		conf   rdd.Option
		says   []string
	}{
		"nil in a queue": {define: func(c *dstream.Context) *dstream.DStream[int] {
			return dstream.QueueStream(c, dstream.NewQueue[int](nil), false, nil)
		}, says: []string{"the queue of queueStream has nil in place of an RDD", "refused_test.go:"}},
		"nil for a queue": {define: func(c *dstream.Context) *dstream.DStream[int] {
			return dstream.QueueStream[int](c, nil, false, nil)
		}, says: []string{"queueStream needs a queue", "refused_test.go:"}},
		"unknown key": {conf: rdd.Conf("spate.streaming.receiver.maxHold", "1g"), says: []string{"did you mean spate.streaming.receiver.maxHeld?"}},
		"rate estimator": {conf: rdd.Conf("spark.streaming.backpressure.rateEstimator", "pud"),
			says: []string{"spark.streaming.backpressure.rateEstimator is pud: it must be pid"}},
	} {
		t.Run(name, func(t *testing.T) {
			opts := []rdd.Option{rdd.Workers(1)}
			if c.conf != nil {
				opts = append(opts, c.conf)
			}
			ssc := dstream.NewContext("refused", time.Second, opts...)
			defer ssc.Stop(context.Background())
			if c.define == nil {
				c.define = empty
			}
			c.define(ssc).Print(1)
			err := ssc.Start(t.Context())
			for _, says := range c.says {
				if err == nil || !strings.Contains(err.Error(), says) {
					t.Errorf("%q is not in: %v", says, err)
				}
			}
		})
	}
}

func empty(c *dstream.Context) *dstream.DStream[int] {
	return dstream.QueueStream(c, dstream.NewQueue[int](), false, nil)
}

// A function of the program that ends its goroutine fails its batch, and the run
// goes on; a listener that does is passed over.
func TestAFunctionThatEndsItsGoroutineFailsItsBatch(t *testing.T) {
	same := func(r *rdd.RDD[int]) *rdd.RDD[int] { return r }
	for name, define := range map[string]func(in *dstream.DStream[int]){
		"output": func(in *dstream.DStream[int]) {
			in.ForEachRDD(func(context.Context, *rdd.RDD[int], time.Time) error { runtime.Goexit(); return nil })
		},
		"transform": func(in *dstream.DStream[int]) {
			dstream.Transform(in, func(r *rdd.RDD[int]) *rdd.RDD[int] { runtime.Goexit(); return r }).Count().Fprint(&bytes.Buffer{}, 1)
		},
		"listener": func(in *dstream.DStream[int]) {
			in.Context().AddListener(&dstream.Listener{BatchSubmitted: func(dstream.BatchInfo) { runtime.Goexit() }})
			in.ForEachRDD(func(context.Context, *rdd.RDD[int], time.Time) error { return context.DeadlineExceeded })
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := dstreamtest.New(t, time.Second)
			define(dstream.Transform(dstreamtest.Input(h, []int{1}, []int{2}), same))
			h.Run(0)
			h.Clock().Advance(time.Second)
			err := h.Context().AwaitTermination(t.Context())
			if err == nil || name != "listener" && !strings.Contains(err.Error(), "a function ended its goroutine") || !strings.Contains(err.Error(), "refused_test.go:") {
				t.Error(err)
			}
		})
	}
}

// An output that cannot be written names the line of the program, and none of the engine.
func TestAnOutputThatFailsNamesItsLine(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	dstreamtest.Input(h, []int{1}).SaveAsTextFiles(filepath.Join(file, "out"), "")
	h.Run(0)
	h.Clock().Advance(time.Second)
	err := h.Context().AwaitTermination(t.Context())
	if err == nil || !strings.Contains(err.Error(), "refused_test.go:") || strings.Count(err.Error(), ".go:") != 1 {
		t.Error(err)
	}
}

// A folder that is missing is warned of once, and again when it has been there.
func TestAMissingFolderIsWarnedOfOnce(t *testing.T) {
	var log bytes.Buffer
	h := dstreamtest.New(t, time.Second)
	h.Context().RDDContext().Inside((*env.Env)(nil)).(*env.Env).Log = slog.New(slog.NewTextHandler(&log, nil)) // nothing runs yet
	dir := filepath.Join(t.TempDir(), "folder")
	h.Context().TextFileStream(dir).Count().Fprint(&bytes.Buffer{}, 1)
	told := func(n int) {
		t.Helper()
		h.Run(2)
		if got := strings.Count(log.String(), "cannot be listed"); got != n {
			t.Errorf("%d warnings:\n%s", got, &log)
		}
	}
	told(1)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	told(1)
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	told(2)
}
