package dstream_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/rdd"
)

// heard collects what a receiver tells its listeners.
type heard struct {
	mu     sync.Mutex
	events []string             // guarded by mu
	last   dstream.ReceiverInfo // guarded by mu
	more   chan struct{}
}

func listen(h *dstreamtest.Harness) *heard {
	l := &heard{more: make(chan struct{}, 1000)}
	note := func(event string) func(dstream.ReceiverInfo) {
		return func(r dstream.ReceiverInfo) {
			l.mu.Lock()
			l.events, l.last = append(l.events, event), r
			l.mu.Unlock()
			l.more <- struct{}{}
		}
	}
	h.Context().AddListener(&dstream.Listener{ReceiverStarted: note("started"), ReceiverError: note("error"), ReceiverStopped: note("stopped")})
	return l
}

// wait returns the last event when n have been heard.
func (l *heard) wait(n int) (events string, last dstream.ReceiverInfo) {
	for range n {
		<-l.more
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.events, " "), l.last
}

func TestReliableReceiverHasABlockAPartition(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	kept := make(chan struct{})
	d := dstream.ReceiverStream(h.Context(), dstream.ReceiverFunc[int](func(ctx context.Context, s *dstream.Store[int]) error {
		for _, rows := range [][]int{{1, 2}, {3}} {
			if err := s.StoreMany(ctx, rows); err != nil {
				return err
			}
		}
		close(kept)
		<-ctx.Done()
		return nil
	}))
	var parts []int
	d.ForEachRDD(func(_ context.Context, r *rdd.RDD[int], _ time.Time) error {
		n, err := r.NumPartitions()
		parts = append(parts, n)
		return err
	})
	out := dstreamtest.Output(h, d)
	var infos []dstream.InputInfo
	h.Context().AddListener(&dstream.Listener{BatchSubmitted: func(b dstream.BatchInfo) { infos = append(infos, b.Inputs...) }})
	h.Run(0)
	<-kept
	h.Run(2)
	out.Want([]int{1, 2, 3}, nil)
	if fmt.Sprint(parts) != "[2 0]" {
		t.Error("partitions", parts)
	}
	if infos[0].Records != 3 || infos[0].Name != "Pluggable stream [0]" || infos[1].Records != 0 {
		t.Error(infos)
	}
}

func TestReceiverThatFailsIsStartedAgain(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	var runs int
	d := dstream.ReceiverStream(h.Context(), dstream.ReceiverFunc[string](func(ctx context.Context, s *dstream.Store[string]) error {
		runs++
		switch runs {
		case 1:
			panic("no luck")
		case 2:
			return dstream.RestartAfter(5*time.Second, errors.New("go away"))
		}
		return s.Store("at last")
	}))
	out := dstreamtest.Output(h, d)
	l := listen(h)
	h.Run(0)
	events, last := l.wait(3)
	if events != "started error stopped" || !strings.Contains(last.LastError, "no luck") || !strings.Contains(last.LastError, "receiver_test.go") || last.LastErrorMessage != "the receiver is started again after 2000 ms" {
		t.Fatal(events, last)
	}
	h.Clock().Advance(2 * time.Second)
	if _, last := l.wait(3); last.LastError != "go away" || last.Active || last.Name != "ReceiverFunc-0" {
		t.Fatal(last)
	}
	h.Clock().Advance(5 * time.Second)
	if events, _ := l.wait(2); !strings.HasSuffix(events, "stopped started stopped") {
		t.Fatal(events)
	}
	h.Run(8)
	var rows []string
	for _, b := range out.All() {
		rows = append(rows, b.Rows...)
	}
	if !slices.Equal(rows, []string{"at last"}) {
		t.Error(rows)
	}
}

func TestSeveralReceiversInOneStream(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	var ready sync.WaitGroup
	var all []*dstream.DStream[int]
	for i := range 3 {
		ready.Add(1)
		all = append(all, dstream.ReceiverStream(h.Context(), dstream.ReceiverFunc[int](func(_ context.Context, s *dstream.Store[int]) error {
			defer ready.Done()
			return s.StoreAll([]int{i, i + 10})
		})))
	}
	out := dstreamtest.Output(h, dstream.Union(all[0], all[1:]...))
	h.Run(0)
	ready.Wait()
	h.Run(1)
	out.Want([]int{0, 1, 2, 10, 11, 12})
}

func TestRateLimitOfAReceiver(t *testing.T) {
	h := dstreamtest.New(t, time.Second, rdd.Conf("spark.streaming.receiver.maxRate", "10"))
	d := dstream.ReceiverStream(h.Context(), dstream.ReceiverFunc[int](func(_ context.Context, s *dstream.Store[int]) error {
		for i := 0; ; i++ {
			if err := s.Store(i); err != nil {
				return err
			}
		}
	}))
	out := dstreamtest.Output(h, d)
	for n, seconds := 0, 1; n < 35; seconds++ {
		h.Run(1)
		n = 0
		for _, b := range out.All() {
			n += len(b.Rows)
		}
		// One passes at once, ten a second, and what was saved in a second.
		if n > 11+10*seconds {
			t.Fatalf("%d rows in %d s at 10 a second", n, seconds)
		}
	}
}

func TestStoredRowsSurviveAGracefulStop(t *testing.T) {
	h := dstreamtest.New(t, time.Second, rdd.Conf("spark.streaming.gracefulStopTimeout", "1000h"), rdd.Conf("spate.streaming.receiverStopTimeout", "1000h"))
	stored := make(chan struct{})
	d := dstream.ReceiverStream(h.Context(), dstream.ReceiverFunc[int](func(ctx context.Context, s *dstream.Store[int]) error {
		defer close(stored)
		return s.StoreAll([]int{1, 2, 3})
	}))
	out := dstreamtest.Output(h, d)
	h.Run(0)
	<-stored
	stopped := make(chan error)
	go func() { stopped <- h.Context().Stop(context.Background(), dstream.Gracefully()) }()
	for {
		select {
		case err := <-stopped:
			if err != nil {
				t.Error(err)
			}
			var rows []int
			for _, b := range out.All() {
				rows = append(rows, b.Rows...)
			}
			if !slices.Equal(rows, []int{1, 2, 3}) {
				t.Error(rows)
			}
			return
		default:
			runtime.Gosched()
			h.Clock().Advance(10 * time.Millisecond)
		}
	}
}
