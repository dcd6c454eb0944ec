package dstreams

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
	"github.com/spatestream/spate/rdd"
)

// received is a program on a disk whose receiver stores rows, one block each,
// and then waits.
type received struct {
	fs    vfs.FS
	clock *dstreamtest.Clock
	rows  []string
	batch func(rows []string) error // what a batch does
}

// start runs it, until a stored row was refused or all are kept.
func (x received) start(t *testing.T) (c *dstream.Context, kept error) {
	t.Helper()
	e := &env.Env{Clock: x.clock, Seed: 1, FS: x.fs, Log: slog.New(slog.DiscardHandler)}
	done := make(chan error, 1)
	c, err := dstream.GetOrCreate("/ck", func() (*dstream.Context, error) {
		c := dstream.NewContext("wal", time.Second, rdd.Inside(e), rdd.Conf("spark.streaming.receiver.writeAheadLog.enable", "true"), rdd.Conf("spark.task.maxFailures", "1"))
		d := dstream.ReceiverStream(c, dstream.ReceiverFunc[string](func(ctx context.Context, s *dstream.Store[string]) error {
			var err error
			for _, row := range x.rows {
				err = errors.Join(err, s.StoreMany(ctx, []string{row}))
			}
			done <- err
			<-ctx.Done()
			return nil
		}))
		d.ForEachRDD(func(ctx context.Context, r *rdd.RDD[string], _ time.Time) error {
			rows, err := r.Collect(ctx)
			if err != nil || len(rows) == 0 {
				return err
			}
			return x.batch(rows)
		})
		return c, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	return c, <-done
}

// completed is the rows of the next batch that has some.
func completed(clock *dstreamtest.Clock, batches chan []string) []string {
	clock.Advance(time.Second)
	return <-batches
}

func TestLoggedBlocksComeBack(t *testing.T) {
	d := newDisk(t, 1)
	clock := dstreamtest.NewClock(dstreamtest.Start)
	batches := make(chan []string, 10)
	stuck := make(chan struct{})
	block := func(rows []string) error { // the first life ends before its first batch does
		batches <- rows
		<-stuck
		return errors.New("killed")
	}
	c, err := received{d, clock, []string{"a", "b"}, block}.start(t)
	if err != nil {
		t.Fatal(err)
	}
	if rows := completed(clock, batches); !slices.Equal(rows, []string{"a", "b"}) {
		t.Fatal(rows)
	}
	dead := d.Recover(7)
	close(stuck)
	stop(t, c)

	// The second life runs the batch again from the log, and takes in more.
	deliver := func(rows []string) error { batches <- rows; return nil }
	c, err = received{dead, clock, []string{"c"}, deliver}.start(t)
	if err != nil {
		t.Fatal(err)
	}
	if rows := <-batches; !slices.Equal(rows, []string{"a", "b"}) {
		t.Fatal(rows)
	}
	if rows := completed(clock, batches); !slices.Equal(rows, []string{"c"}) {
		t.Fatal(rows)
	}
	stop(t, c)
}

func TestUnallocatedBlocksComeBack(t *testing.T) {
	d := newDisk(t, 1)
	clock := dstreamtest.NewClock(dstreamtest.Start)
	batches := make(chan []string, 10)
	deliver := func(rows []string) error { batches <- rows; return nil }
	c, err := received{d, clock, []string{"a"}, deliver}.start(t)
	if err != nil {
		t.Fatal(err)
	}
	dead := d.Recover(7) // no batch has been cut
	stop(t, c)
	c, err = received{dead, clock, []string{"b"}, deliver}.start(t)
	if err != nil {
		t.Fatal(err)
	}
	if rows := completed(clock, batches); !slices.Equal(rows, []string{"a", "b"}) {
		t.Error(rows)
	}
	stop(t, c)
}

func TestAFullDiskIsTheReceiversError(t *testing.T) {
	d := newDisk(t, 1)
	clock := dstreamtest.NewClock(dstreamtest.Start)
	full := simfs.NewFaults(simfs.Rule{Path: "/ck/receivedData/0/*", Op: simfs.OpWrite, Always: true, Err: syscall.ENOSPC},
		simfs.Rule{Path: "/ck/receivedData/0/*", Op: simfs.OpCreate, Always: true, Err: syscall.ENOSPC})
	c, err := received{full.Wrap(d), clock, []string{"a"}, func([]string) error { return nil }}.start(t)
	if err == nil || !strings.Contains(fmt.Sprint(err), "receivedData") {
		t.Error(err)
	}
	stop(t, c)
}

func TestALogNeedsACheckpointDirectory(t *testing.T) {
	h := dstreamtest.New(t, time.Second, rdd.Conf("spark.streaming.receiver.writeAheadLog.enable", "true"))
	dstream.ReceiverStream(h.Context(), dstream.ReceiverFunc[int](func(context.Context, *dstream.Store[int]) error { return nil })).Print(1)
	if err := h.Context().Start(context.Background()); err == nil || !strings.Contains(err.Error(), "checkpoint directory") || !strings.Contains(err.Error(), "blocklog_test.go") {
		t.Error(err)
	}
}
