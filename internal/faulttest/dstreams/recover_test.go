package dstreams

import (
	"context"
	"errors"
	"log/slog"
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

// finished returns a disk on which a program has run to its end.
func finished(t *testing.T, define definition) *simfs.Disk {
	t.Helper()
	d := newDisk(t, 1)
	if err := living(program{define: define}, d, dstreamtest.NewClock(begin)).run(); err != nil {
		t.Fatal(err)
	}
	return d
}

// later opens a program a while after begin.
func later(fs vfs.FS, define definition, opts ...dstream.RecoveryOption) (*dstream.Context, error) {
	l := living(program{define: define}, fs, dstreamtest.NewClock(begin.Add(20*interval)))
	return l.open(opts...)
}

func stop(t *testing.T, c *dstream.Context) {
	t.Helper()
	if err := c.Stop(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestAnotherProgramIsRefused(t *testing.T) {
	d := finished(t, windowed)
	for name, p := range map[string]struct {
		define definition
		want   string
	}{
		"another operation": {plain, "operator 1 is flatMap every 1000 ms over [0] ("},
		"what it was":       {plain, " and was window of 3000 ms every 1000 ms over [0] ("},
		"another length": {func(c *dstream.Context, rows *dstream.DStream[string], out *sink) {
			collect(dstream.ReduceByKey(ones(rows.Window(2*interval)), add), out)
		}, "operator 1 is window of 2000 ms"},
		"one more": {func(c *dstream.Context, rows *dstream.DStream[string], out *sink) {
			windowed(c, rows, out)
			rows.Print(1)
		}, "is new"},
		"one less": {func(c *dstream.Context, rows *dstream.DStream[string], out *sink) {
			rows.Window(3 * interval).ForEachRDD(func(context.Context, *rdd.RDD[string], time.Time) error { return nil })
		}, "operator 2 is foreachRDD"},
	} {
		c, err := later(d, p.define)
		if err == nil || !strings.Contains(err.Error(), p.want) || !strings.Contains(err.Error(), "_test.go:") || !strings.Contains(err.Error(), "/ck") {
			t.Errorf("%s: %v", name, err)
		}
		if c != nil {
			stop(t, c)
		}
	}
	c, err := later(d, windowed)
	if err != nil {
		t.Fatal(err)
	}
	stop(t, c)
}

func TestALockedCheckpointIsRefused(t *testing.T) {
	d := finished(t, plain)
	c, err := later(d, plain)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := later(d, plain); !errors.Is(err, vfs.ErrLocked) || !strings.Contains(err.Error(), "/ck") {
		t.Errorf("the second context: %v", err)
	}
	stop(t, c)
	if c, err = later(d, plain); err != nil {
		t.Fatal(err)
	}
	stop(t, c)
}

func TestADirectoryThatIsNoCheckpointIsRefused(t *testing.T) {
	for _, name := range []string{"/ck/data.txt", "/ck"} {
		d := newDisk(t, 1)
		if name != "/ck" {
			if err := d.MkdirAll("/ck"); err != nil {
				t.Fatal(err)
			}
		}
		if err := vfs.WriteAtomic(d, name, []byte("x"), vfs.NoOverwrite); err != nil {
			t.Fatal(err)
		}
		if _, err := later(d, plain); err == nil || !strings.Contains(err.Error(), "not the checkpoint directory") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Of damaged files the newest whole one counts, and the results are the same.
func TestADamagedNewestFileFallsBack(t *testing.T) {
	want, _ := undisturbed(t, program{define: windowed})
	for _, damage := range []func([]byte) []byte{
		func(b []byte) []byte { return b[:len(b)/2] },
		func(b []byte) []byte { return nil },
		func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		func(b []byte) []byte { return append(b, "x\n"...) },
	} {
		d := newDisk(t, 1)
		clock := dstreamtest.NewClock(begin)
		l := living(program{define: windowed}, d, clock)
		l.until = begin.Add(5 * interval)
		if err := l.run(); err != nil {
			t.Fatal(err)
		}
		rewrite(t, d, newestFile(t, d), damage)
		if err := outlive(t, d, program{define: windowed}, clock, want); err != nil {
			t.Error(err)
		}
	}
}

func TestNoWholeFileIsAnError(t *testing.T) {
	d := finished(t, plain)
	entries, _ := d.List("/ck")
	n := 0
	for _, e := range entries {
		if strings.HasPrefix(e.Name, "checkpoint-") {
			rewrite(t, d, "/ck/"+e.Name, func(b []byte) []byte { return b[:len(b)-20] })
			n++
		}
	}
	if n != batches+1 && n != batches { // the last stop may have seen one more
		t.Errorf("%d files", n)
	}
	if _, err := later(d, plain); err == nil || !strings.Contains(err.Error(), "failed to read a checkpoint from the directory /ck") {
		t.Errorf("got %v", err)
	}
	c, err := later(d, plain, dstream.CreateOnError())
	if err != nil {
		t.Fatal(err)
	}
	stop(t, c)
}

func newestFile(t *testing.T, d vfs.FS) string {
	t.Helper()
	entries, err := d.List("/ck")
	name := ""
	for _, e := range entries {
		if strings.HasPrefix(e.Name, "checkpoint-") {
			name = "/ck/" + e.Name
		}
	}
	if name == "" {
		t.Fatal("no file", err)
	}
	return name
}

func rewrite(t *testing.T, d vfs.FS, name string, change func([]byte) []byte) {
	t.Helper()
	data, err := vfs.ReadFile(d, name)
	if err == nil {
		err = vfs.WriteAtomic(d, name, change(data), vfs.Overwrite)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// At most ten files stay.
func TestOldFilesGo(t *testing.T) {
	d := newDisk(t, 1)
	l := living(program{define: plain}, d, dstreamtest.NewClock(begin))
	l.until = begin.Add(25 * interval)
	if err := l.run(); err != nil {
		t.Fatal(err)
	}
	entries, _ := d.List("/ck")
	if n := len(entries); n != 11 { // and the lock
		t.Errorf("%d entries: %v", n, entries)
	}
}

// A full disk stops batches, not the results so far; the waiter hears of it.
func TestFullDisk(t *testing.T) {
	want, _ := undisturbed(t, program{define: plain})
	for _, op := range []simfs.Op{simfs.OpWrite, simfs.OpCreate, simfs.OpSync} {
		d, clock := newDisk(t, 1), dstreamtest.NewClock(begin)
		faults := simfs.NewFaults(simfs.Rule{Op: op, Path: "/ck/*", N: 8, Always: true, Err: syscall.ENOSPC})
		err := living(program{define: plain}, faults.Wrap(d), clock).run()
		if !errors.Is(err, vfs.ErrNoSpace) || !strings.Contains(err.Error(), "/ck") {
			t.Errorf("%s: %v", op, err)
		}
		d.Kill()
		if err := outlive(t, d, program{define: plain}, clock, want); err != nil {
			t.Errorf("%s: %v", op, err)
		}
	}
}

// A failed output operation leaves the others running; its batch runs again
// after a restart.
func TestAFailedBatchRunsAgain(t *testing.T) {
	d, clock := newDisk(t, 1), dstreamtest.NewClock(begin)
	var broken bool
	var seen []int64
	define := func(c *dstream.Context, rows *dstream.DStream[string], out *sink) {
		rows.ForEachRDD(func(_ context.Context, _ *rdd.RDD[string], at time.Time) error {
			if broken && at.Equal(begin.Add(2*interval)) {
				return errors.New("down")
			}
			return nil
		})
		rows.ForEachRDD(func(_ context.Context, _ *rdd.RDD[string], at time.Time) error {
			seen = append(seen, (at.UnixMilli()-begin.UnixMilli())/1000)
			return nil
		})
	}
	for _, broken = range []bool{true, false} {
		l := living(program{define: define}, d, clock)
		c, err := l.open()
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan dstream.BatchInfo, 10)
		c.AddListener(&dstream.Listener{BatchCompleted: func(b dstream.BatchInfo) { done <- b }})
		if err := c.Start(context.Background()); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			clock.Advance(interval)
			<-done
		}
		if !broken {
			<-done // the failed one
		}
		if err := c.Stop(context.Background(), dstream.Gracefully()); err != nil && !broken {
			t.Fatal(err)
		}
	}
	if got, want := seen, []int64{1, 2, 3, 2, 4, 5, 6}; !equal(got, want) {
		t.Errorf("batches ran as %v, want %v", got, want)
	}
}

func equal(a, b []int64) bool {
	for i := range a {
		if i >= len(b) || a[i] != b[i] {
			return false
		}
	}
	return len(a) == len(b)
}

func TestWhatIsRefusedOfCheckpoints(t *testing.T) {
	for name, x := range map[string]struct {
		define func(*dstream.Context)
		want   string
	}{
		"no name":   {func(c *dstream.Context) { c.Checkpoint("") }, "must have a name"},
		"elsewhere": {func(c *dstream.Context) { c.Checkpoint("/other") }, "checkpoints to /other"},
		"started": {func(c *dstream.Context) {
			if err := c.Start(context.Background()); err != nil {
				t.Error(err)
			}
		}, "has started the context"},
	} {
		d := newDisk(t, 1)
		_, err := dstream.GetOrCreate("/ck", func() (*dstream.Context, error) {
			e := &env.Env{Clock: dstreamtest.NewClock(begin), Seed: 1, FS: d, Log: slog.New(slog.DiscardHandler)}
			c := dstream.NewContext("words", interval, rdd.Inside(e))
			t.Cleanup(func() { stop(t, c) })
			plain(c, c.TextFileStream("/in"), &sink{fs: d})
			x.define(c)
			return c, nil
		})
		if err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
