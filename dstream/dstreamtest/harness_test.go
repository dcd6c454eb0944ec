package dstreamtest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/rdd"
)

// recorder is a test that may fail without failing this one.
type recorder struct {
	testing.TB
	said string
}

func (r *recorder) Helper()                        {}
func (r *recorder) Fatalf(format string, a ...any) { r.said = fmt.Sprintf(format, a...) }

func TestABatchThatCannotBeMadeEndsTheTest(t *testing.T) {
	r := &recorder{TB: t}
	h := New(r, time.Second)
	broken := func(*rdd.RDD[int]) *rdd.RDD[int] { panic("no batch") }
	Output(h, dstream.Transform(Input(h, []int{1}), broken))
	h.Run(1)
	if want := "there is no batch: batch 11000 ms: user code panicked: no batch"; len(r.said) < len(want) || r.said[:len(want)] != want {
		t.Errorf("said %q", r.said)
	}
}

// A program that stops itself in the middle of a batch, whose other operations
// then do not run, does not keep the test, also after a batch that has failed.
func TestAProgramThatStopsItself(t *testing.T) {
	h := New(t, time.Second)
	in := Input(h, []int{1}, []int{2})
	broken := errors.New("the first batch")
	first := true
	in.ForEachRDD(func(ctx context.Context, _ *rdd.RDD[int], _ time.Time) error {
		if first {
			first = false
			return broken
		}
		err := h.Context().Stop(context.Background())
		<-ctx.Done() // so the batch does not go on
		return err
	})
	out := Output(h, in)
	h.Run(2)
	<-h.Context().Done()
	if err := h.Context().AwaitTermination(t.Context()); !errors.Is(err, broken) || len(out.All()) > 1 {
		t.Error(err, out.All())
	}
}
