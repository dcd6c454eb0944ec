package dstream

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/rdd"
)

// stillClock shows one time and sleeps until ctx ends.
type stillClock struct{}

func (stillClock) Now() time.Time { return time.UnixMilli(10_000) }
func (stillClock) Sleep(ctx context.Context, _ time.Duration) error {
	<-ctx.Done()
	return ctx.Err()
}

// A batch of NetworkWordCount in which nothing came: made, queued, run and
// completed, without a checkpoint directory.
func BenchmarkEmptyBatch(b *testing.B) {
	e := &env.Env{Clock: stillClock{}, Seed: 1, FS: vfs.OS(1), Log: slog.New(slog.DiscardHandler)}
	c := NewContext("NetworkWordCount", time.Second, rdd.Inside(e))
	lines := newDStream(c, "socketTextStream", c.batch, func(instant) (*rdd.RDD[string], error) { return rdd.Empty[string](c.sc), nil })
	words := FlatMap(lines, strings.Fields)
	pairs := Map(words, func(w string) rdd.Pair[string, int] { return rdd.KV(w, 1) })
	ReduceByKey(pairs, func(a, b int) int { return a + b }).Fprint(io.Discard, 10)
	done := make(chan struct{})
	c.AddListener(&Listener{BatchCompleted: func(BatchInfo) { done <- struct{}{} }})
	if err := c.Start(context.Background()); err != nil {
		b.Fatal(err)
	}
	defer c.Stop(context.Background())
	b.ReportAllocs()
	t := instantOf(e.Clock.Now())
	for b.Loop() {
		t = t.plus(time.Second)
		c.tick(t)
		<-done
	}
	if s := c.Statistics(); s.TotalCompleted == 0 || len(s.Completed[0].OutputOperations) != 1 || s.Completed[0].OutputOperations[0].Failure != "" {
		b.Error(s)
	}
}
