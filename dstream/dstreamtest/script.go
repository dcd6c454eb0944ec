package dstreamtest

import (
	"context"
	"reflect"
	"sync"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/rdd"
)

// Input makes a stream whose batches are the given ones, in two partitions,
// and empty afterwards.
func Input[T any](h *Harness, batches ...[]T) *dstream.DStream[T] {
	sc := h.ctx.RDDContext()
	q := dstream.NewQueue[T]()
	for _, b := range batches {
		q.Push(rdd.Parallelize(sc, b, 2))
	}
	return dstream.QueueStream(h.ctx, q, false, nil)
}

// Batches is what a stream had in each batch, in their order. It is safe for
// concurrent use.
type Batches[T any] struct {
	h  *Harness
	mu sync.Mutex
	at []Batch[T] // guarded by mu
}

// Batch is what a stream had in one batch, in the order of the partitions.
type Batch[T any] struct {
	Time time.Time
	Rows []T
}

// Output collects what a stream has in each batch.
func Output[T any](h *Harness, d *dstream.DStream[T]) *Batches[T] {
	out := &Batches[T]{h: h}
	d.ForEachRDD(func(ctx context.Context, r *rdd.RDD[T], t time.Time) error {
		rows, err := r.Collect(ctx)
		out.mu.Lock()
		defer out.mu.Unlock()
		out.at = append(out.at, Batch[T]{t, rows})
		return err
	})
	return out
}

// All returns the batches so far.
func (b *Batches[T]) All() []Batch[T] {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]Batch[T](nil), b.at...)
}

// Want fails the test unless the batches are these, rows in any order.
func (b *Batches[T]) Want(batches ...[]T) {
	b.h.t.Helper()
	got := b.All()
	if len(got) != len(batches) {
		b.h.t.Errorf("%d batches, want %d: %v", len(got), len(batches), got)
		return
	}
	for i, want := range batches {
		if !sameRows(got[i].Rows, want) {
			b.h.t.Errorf("batch %d (%v): got %v, want %v", i+1, got[i].Time.UnixMilli(), got[i].Rows, want)
		}
	}
}

// sameRows compares as sets with repetition.
func sameRows[T any](got, want []T) bool {
	if len(got) != len(want) {
		return false
	}
	left := append([]T(nil), got...)
	for _, x := range want {
		i := 0
		for i < len(left) && !reflect.DeepEqual(left[i], x) {
			i++
		}
		if i == len(left) {
			return false
		}
		left = append(left[:i], left[i+1:]...)
	}
	return true
}
