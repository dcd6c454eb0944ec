package dstream_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
	"github.com/spatestream/spate/rdd"
)

// long asks for everything; without it each test takes a sample.
var long = os.Getenv("SPATE_LONG") != ""

// phases are the named places of a batch at which a process may die.
var phases = []string{"AllocateBlocks", "GenerateJobs", "Checkpoint", "Job", "CompleteBatch", "ClearMetadata"}

var errDied = errors.New("the process died here")

const (
	interval  = time.Second
	batches   = 8
	perSecond = 7 // rows
)

var begin = time.UnixMilli(100_000)

// program defines a stream over the rows; its results go to out by write.
type program func(c *dstream.Context, rows *dstream.DStream[string], out *sink)

// windowed counts words over the last three batches.
func windowed(c *dstream.Context, rows *dstream.DStream[string], out *sink) {
	collect(wordCount(rows.Window(3*interval)), out)
}

// plain counts the words of a batch.
func plain(c *dstream.Context, rows *dstream.DStream[string], out *sink) {
	collect(wordCount(rows), out)
}

// stateful counts words since the beginning.
func stateful(c *dstream.Context, rows *dstream.DStream[string], out *sink) {
	ones := dstream.Map(rows, func(w string) count { return rdd.KV(w, 1) })
	collect(dstream.UpdateStateByKey(ones, func(values []int, state rdd.Optional[int]) rdd.Optional[int] {
		n := state.OrElse(0)
		for _, v := range values {
			n += v
		}
		return rdd.Some(n)
	}).Checkpoint(2*interval), out)
}

// sink keeps the result of a batch in a file of its name, written whole.
type sink struct {
	fs   vfs.FS
	root string
	once bool // a batch that is there is not written again
}

func (s *sink) write(t time.Time, text string) error {
	if t.After(begin.Add(batches * interval)) {
		return nil // see drive
	}
	mode := vfs.Overwrite
	if s.once {
		mode = vfs.NoOverwrite
	}
	err := vfs.WriteAtomic(s.fs, fmt.Sprintf("%s/out/%d", s.root, t.UnixMilli()), []byte(text), mode)
	if s.once && errors.Is(err, vfs.ErrExist) {
		return nil
	}
	return err
}

func collect(d *dstream.DStream[count], out *sink) {
	d.ForEachRDD(func(ctx context.Context, r *rdd.RDD[count], t time.Time) error {
		rows, err := r.Collect(ctx)
		if err != nil {
			return err
		}
		var lines []string
		for _, p := range rows {
			lines = append(lines, fmt.Sprintf("%s=%d", p.Key, p.Value))
		}
		slices.Sort(lines)
		return out.write(t, strings.Join(lines, " "))
	})
}

// life is one process: it begins or continues the program.
type life struct {
	define program
	fs     vfs.FS
	root   string // before the names of folders
	fail   env.FailPoint
	clock  *dstreamtest.Clock
	upTo   func(ms int64) int // nil: rows come by the clock
	once   bool
	until  time.Time // the last batch
}

// byTime is the number of rows that have come by a time.
func byTime(ms int64) int { return int((ms - begin.UnixMilli()) * perSecond / 1000) }

func word(i int) string { return "w" + strconv.Itoa(i*i%5) }

func (l life) open(opts ...dstream.RecoveryOption) (*dstream.Context, error) {
	return dstream.GetOrCreate(l.root+"/ck", func() (*dstream.Context, error) {
		e := &env.Env{Clock: l.clock, Seed: 1, FS: l.fs, Log: slog.New(slog.DiscardHandler), Fail: l.fail}
		c := dstream.NewContext("words", interval, rdd.Inside(e), rdd.Workers(2), rdd.Conf("spark.task.maxFailures", "1"), rdd.TempDir(l.root+"/tmp"))
		upTo := l.upTo
		if upTo == nil {
			upTo = byTime
		}
		l.define(c, dstream.RangedStream(c, upTo, word), &sink{l.fs, l.root, l.once})
		return c, nil
	}, opts...)
}

// run lives until the last batch has completed or something fails.
func (l life) run() error {
	c, err := l.open()
	if err != nil {
		return err
	}
	done := make(chan time.Time, 4*batches)
	c.AddListener(&dstream.Listener{BatchCompleted: func(b dstream.BatchInfo) { done <- b.BatchTime }})
	ctx := context.Background()
	if err := c.Start(ctx); err != nil {
		return errors.Join(err, c.Stop(ctx))
	}
	failed := make(chan error, 1)
	go func() { failed <- c.AwaitTermination(ctx) }() // ends with the context
	err = l.drive(done, failed)
	if err == nil {
		err = c.Stop(ctx, dstream.Gracefully())
	}
	return errors.Join(err, c.Stop(ctx))
}

// drive lets batches happen until the last has completed; there may be one more
// then.
func (l life) drive(done chan time.Time, failed chan error) error {
	for last := (time.Time{}); last.Before(l.until); {
		l.clock.Advance(interval)
		for now := l.clock.Now().Truncate(interval); last.Before(now); {
			select {
			case last = <-done:
			case err := <-failed:
				return err
			}
		}
		select {
		case err := <-failed:
			return err
		default:
		}
	}
	return nil
}

// newDisk returns a disk with the folders of a program.
func newDisk(t testing.TB, seed uint64) *simfs.Disk {
	t.Helper()
	var now atomic.Int64
	d := simfs.New(seed, func() time.Time { return begin.Add(time.Duration(now.Add(1)) * time.Second) })
	for _, dir := range []string{"/out", "/tmp"} {
		if err := d.MkdirAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// began tells whether there is a checkpoint, so that the clock must go on.
func began(d vfs.FS) bool {
	entries, _ := d.List("/ck")
	return slices.ContainsFunc(entries, func(e vfs.Entry) bool { return strings.HasPrefix(e.Name, "checkpoint-") })
}

// results is what other programs see.
func results(t testing.TB, d vfs.FS, root ...string) string {
	t.Helper()
	dir := strings.Join(root, "") + "/out/"
	entries, err := d.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, e := range entries {
		if vfs.IsTemp(e.Name) {
			continue
		}
		text, err := vfs.ReadFile(d, dir+e.Name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s: %s\n", e.Name, text)
	}
	return out.String()
}

var programs = []struct {
	name   string
	define program
}{{"plain", plain}, {"window", windowed}, {"state", stateful}}

func undisturbed(t testing.TB, p program) (want string, calls int) {
	t.Helper()
	d, faults := newDisk(t, 1), simfs.NewFaults()
	if err := (life{define: p, fs: faults.Wrap(d), clock: dstreamtest.NewClock(begin), until: begin.Add(batches * interval)}).run(); err != nil {
		t.Fatal(err)
	}
	want = results(t, d)
	if n := strings.Count(want, "\n"); n != batches || !strings.Contains(want, "w4=") {
		t.Fatalf("%d batches:\n%s", n, want)
	}
	return want, faults.Count()
}

// dying makes the process die when it is at a point for the nth time: from
// then on no call reaches the disk.
func dying(faults *simfs.Faults, point string, nth int) env.FailPoint {
	var seen atomic.Int64
	var dead atomic.Bool
	return func(p string) error {
		if p == point && seen.Add(1) == int64(nth) {
			faults.Add(simfs.Rule{Always: true, Err: errDied})
			dead.Store(true)
		}
		if dead.Load() {
			return errDied
		}
		return nil
	}
}

// outlive lives until the program gets through and compares.
func outlive(t *testing.T, d *simfs.Disk, p program, clock *dstreamtest.Clock, want string) error {
	if !began(d) {
		clock = dstreamtest.NewClock(begin)
	}
	if err := (life{define: p, fs: d, clock: clock, until: begin.Add(batches * interval)}).run(); err != nil {
		return err
	}
	if got := results(t, d); got != want {
		return fmt.Errorf("the results are\n%swant\n%s", got, want)
	}
	return nil
}

// The process dies at every named point in several batches, and again in the
// next life; sometimes it is down for a while.
func TestDiesAtEveryPoint(t *testing.T) {
	for _, p := range programs {
		want, _ := undisturbed(t, p.define)
		deaths := 0
		for _, phase := range phases {
			for i, point := range []string{"before " + phase, "after " + phase} {
				for _, nth := range some(batches-2, 2) {
					d, clock := newDisk(t, 1), dstreamtest.NewClock(begin)
					for again := range 2 {
						faults := simfs.NewFaults()
						if !began(d) {
							clock = dstreamtest.NewClock(begin)
						}
						err := life{define: p.define, fs: faults.Wrap(d), clock: clock, until: begin.Add(batches * interval), fail: dying(faults, point, nth)}.run()
						if err != nil && !errors.Is(err, errDied) {
							t.Fatalf("%s, %s for the time %d: %v", p.name, point, nth, err)
						}
						if err != nil {
							deaths++
						}
						d.Kill()
						if room := begin.Add((batches - 3) * interval).Sub(clock.Now()); room > 0 {
							clock.Advance(time.Duration(i+again) * interval / 2)
						}
					}
					if err := outlive(t, d, p.define, clock, want); err != nil {
						t.Fatalf("%s, died %s for the time %d: %v", p.name, point, nth, err)
					}
				}
			}
		}
		if deaths < 2*len(phases) {
			t.Errorf("%s: only %d deaths", p.name, deaths)
		}
	}
}

// some returns the numbers from 1 to n if the run is long, else about k of
// them, always the same.
func some(n, k int) []int {
	all := rand.New(rand.NewPCG(uint64(n), 3)).Perm(n)
	if !long {
		all = all[:min(n, k)]
	}
	slices.Sort(all)
	for i := range all {
		all[i]++
	}
	return all
}

// The power goes at every call, and the disk is left in one of the states that
// it may be left in.
func TestPowerCuts(t *testing.T) {
	for _, p := range programs {
		want, calls := undisturbed(t, p.define)
		cuts := 0
		for _, n := range some(calls, 60) {
			d, clock := newDisk(t, uint64(n)), dstreamtest.NewClock(begin)
			err := life{define: p.define, fs: simfs.NewFaults(simfs.CutAt(n)).Wrap(d), clock: clock, until: begin.Add(batches * interval)}.run()
			if err == nil {
				continue // the cut came after the last call
			}
			cuts++
			if !errors.Is(err, simfs.ErrPowerCut) {
				t.Fatalf("%s, power cut at call %d: %v", p.name, n, err)
			}
			if err := outlive(t, d.Recover(uint64(n)), p.define, clock, want); err != nil {
				t.Fatalf("%s, power cut at call %d of %d: %v", p.name, n, calls, err)
			}
		}
		t.Logf("%s: %d power cuts in %d calls", p.name, cuts, calls)
	}
}

// What a batch got is durable before it runs: a sink that writes each batch
// once has every row once, though each life cuts the rows in other places.
func TestABatchKeepsItsRows(t *testing.T) {
	for _, phase := range phases {
		for _, point := range []string{"before " + phase, "after " + phase} {
			for nth := 1; nth <= 2*batches; nth++ {
				d := newDisk(t, 1)
				clock := dstreamtest.NewClock(begin)
				faults := simfs.NewFaults()
				err := uneven(uint64(nth), life{fs: faults.Wrap(d), clock: clock, fail: dying(faults, point, nth)}).run()
				if err != nil && !errors.Is(err, errDied) {
					t.Fatal(err)
				}
				d.Kill()
				if err := uneven(uint64(nth)+100, life{fs: d, clock: clock}).run(); err != nil {
					t.Fatal(err)
				}
				if got := sum(results(t, d)); got != 60 {
					t.Fatalf("died %s for the time %d: %d rows instead of 60:\n%s", point, nth, got, results(t, d))
				}
			}
		}
	}
}

// uneven cuts 60 rows at random.
func uneven(seed uint64, l life) life {
	rng := rand.New(rand.NewPCG(seed, 5))
	at := 0
	l.define, l.once, l.until = plain, true, begin.Add(batches*interval)
	l.upTo = func(ms int64) int {
		if at = min(at+rng.IntN(9), 60); ms >= l.until.UnixMilli() {
			at = 60
		}
		return at
	}
	return l
}

// sum adds the counts of all results.
func sum(text string) (n int) {
	for _, f := range strings.Fields(text) {
		if _, digits, ok := strings.Cut(f, "="); ok {
			k, _ := strconv.Atoi(digits)
			n += k
		}
	}
	return n
}
