package dstreams

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
	"github.com/spatestream/spate/rdd"
)

// What may be bad or misused, and where it is tried:
//
//	missing files are named                        rdd TestTextFilesThereAndBack
//	unreadable files are named                     rdd TestUnreadableFilesAreNamed
//	binary garbage in text                         rdd TestBinaryGarbageInText
//	                                               dstream TestSocketTextStream
//	a receiver panics                              dstream TestReceiverThatFailsIsStartedAgain
//	a receiver never connects                      dstream TestSocketThatNeverConnects
//	a receiver does not end                        TestAReceiverThatDoesNotEnd
//	a receiver is faster than the program          TestBlocksHoldTheReceiverUp
//	a user's function panics for one row           rdd TestErrorOfATaskThatFailedForGood
//	                                               TestAPanicNamesRowAndLine
//	a checkpoint directory that is none            TestADirectoryThatIsNoCheckpointIsRefused
//	                is another program's           TestAnotherProgramIsRefused
//	                is locked by a live process    TestALockedCheckpointIsRefused, TestALiveProcessHasTheLock
//	the disk is full during a shuffle              rdd TestDiskFull, TestFullDiskInABatch
//	                a write-ahead log              TestAFullDiskIsTheReceiversError
//	                a checkpoint                   TestFullDisk, rdd TestCheckpointOnAFullDisk
//	                persisting                     rdd TestPersistOnAFullDisk

// Stop does not wait for ever: it says which receiver goes on.
func TestAReceiverThatDoesNotEnd(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	proceed, late := make(chan struct{}), make(chan error)
	dstream.ReceiverStream(h.Context(), dstream.ReceiverFunc[string](func(_ context.Context, s *dstream.Store[string]) error {
		<-proceed
		late <- errors.Join(s.StoreMany(context.Background(), []string{"x"}), s.Store("y"))
		return nil
	})).Fprint(io.Discard, 1)
	h.Run(1)
	stopped := make(chan error)
	go func() { stopped <- h.Context().Stop(context.Background()) }()
	for waiting := true; waiting; {
		select {
		case err := <-stopped:
			if waiting = false; err == nil || !strings.Contains(err.Error(), "ReceiverFunc-0 has not ended in time (10000 ms)") || !strings.Contains(err.Error(), "misuse_test.go") {
				t.Error(err)
			}
		default:
			h.Clock().Advance(time.Second)
		}
	}
	close(proceed)
	if err := <-late; err == nil || !strings.Contains(err.Error(), "the receiver has been stopped") {
		t.Errorf("stored after the end: %v", err)
	}
	if h.Context().State() != dstream.Stopped {
		t.Error(h.Context().State())
	}
}

// Rows that no batch has processed take so much memory and no more.
func TestBlocksHoldTheReceiverUp(t *testing.T) {
	h := dstreamtest.New(t, time.Second, rdd.Conf("spate.streaming.receiver.maxHeld", "1k"))
	block := []string{strings.Repeat("x", 100)} // 116 bytes, of which the ninth goes beyond
	stored := make(chan int, 1000)
	d := dstream.ReceiverStream(h.Context(), dstream.ReceiverFunc[string](func(ctx context.Context, s *dstream.Store[string]) error {
		for i := 1; ; i++ {
			if err := s.StoreMany(ctx, block); err != nil {
				return err
			}
			stored <- i
		}
	}))
	proceed := make(chan struct{})
	d.ForEachRDD(func(context.Context, *rdd.RDD[string], time.Time) error {
		<-proceed
		return nil
	})
	h.Run(0)
	for range 9 {
		<-stored
	}
	h.Clock().Advance(3 * time.Second) // batches take what there is, and do not end
	select {
	case n := <-stored:
		t.Errorf("%d blocks are held", n)
	default:
	}
	close(proceed)
	if n := <-stored; n != 10 {
		t.Error(n)
	}
}

func TestAPanicNamesRowAndLine(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	in := dstreamtest.Input(h, []string{"a", "b", "bad", "c"}, []string{"d"})
	var tries atomic.Int64
	out := dstreamtest.Output(h, in.Filter(func(x string) bool {
		if x == "bad" {
			tries.Add(1)
			panic("no luck")
		}
		return true
	}))
	h.Run(2)
	err := h.Context().AwaitTermination(context.Background())
	for _, part := range []string{"failed 4 times", "row 0 of partition 1", "misuse_test.go:", "no luck"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%v does not say %q", err, part)
		}
	}
	if tries.Load() != 4 {
		t.Errorf("%d tries", tries.Load())
	}
	if all := out.All(); len(all) != 2 || fmt.Sprint(all[1].Rows) != "[d]" {
		t.Errorf("the next batch is %v", all)
	}
}

// A batch whose shuffle the disk does not take fails; what others wrote is
// there, and after a restart its results are, too.
func TestFullDiskInABatch(t *testing.T) {
	crowded := program{define: func(c *dstream.Context, rows *dstream.DStream[string], out *sink) {
		long := dstream.FlatMap(rows, func(w string) []string {
			var many []string
			for i := range 6000 {
				many = append(many, fmt.Sprint(w, "-", i, strings.Repeat("x", 50)))
			}
			return many
		})
		counts := dstream.Map(dstream.GroupByKey(ones(long)), func(x rdd.Pair[string, []int]) count { return rdd.KV(x.Key[:2], len(x.Value)) })
		collect(dstream.ReduceByKey(counts, add), out)
	}}
	crowded.options = []rdd.Option{rdd.Conf("spate.memory.budget", "1m")}
	want, _ := undisturbed(t, crowded)
	d, clock, faults := newDisk(t, 1), dstreamtest.NewClock(begin), simfs.NewFaults()
	l := living(crowded, faults.Wrap(d), clock)
	l.until = begin.Add(3 * interval)
	if err := l.run(); err != nil {
		t.Fatal(err)
	}
	faults.Add(simfs.Rule{Op: simfs.OpWrite, Path: "/tmp/*", Always: true, Err: syscall.ENOSPC})
	l.until = end
	if err := l.run(); !errors.Is(err, vfs.ErrNoSpace) || !strings.Contains(err.Error(), "/tmp/") {
		t.Errorf("want the full disk: %v", err)
	}
	if got := results(t, d); !strings.HasPrefix(want, got) || strings.Count(got, "\n") < 3 {
		t.Errorf("the results so far are\n%s", got)
	}
	if err := outlive(t, d, crowded, clock, want); err != nil {
		t.Error(err)
	}
}
