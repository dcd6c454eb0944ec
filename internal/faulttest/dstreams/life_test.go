package dstreams

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
	"github.com/spatestream/spate/rdd"
)

func TestMain(m *testing.M) {
	if root := os.Getenv("SPATE_TEST_LIFE"); root != "" {
		os.Exit(killable(root)) // this process is one that TestKilledProcesses kills
	}
	goleak.VerifyTestMain(m)
}

// long asks for everything; without it each test takes a sample.
var long = os.Getenv("SPATE_LONG") != ""

const (
	interval  = time.Second
	batches   = 8
	perSecond = 7 // rows
)

var begin = time.UnixMilli(100_000)

// sink keeps the result of a batch in a file of its name, written whole.
type sink struct {
	fs   vfs.FS
	root string
	once bool // a batch that is there is not written again
}

func (s *sink) write(t time.Time, text string) error {
	if t.After(end) {
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

// life is one process: it begins or continues the program.
type life struct {
	program
	fs    vfs.FS
	root  string // before the names of folders
	ck    string // the checkpoint directory in root; "": /ck
	fail  env.FailPoint
	clock *dstreamtest.Clock
	upTo  func() int // how many rows a log has; nil: by the clock
	once  bool
	until time.Time // the last batch

	all chan error // what the input says, nil for nothing
}

// living is a life of a program on a disk up to the last batch.
func living(p program, fs vfs.FS, clock *dstreamtest.Clock) life {
	return life{program: p, fs: fs, clock: clock, until: end}
}

func (l *life) open(opts ...dstream.RecoveryOption) (*dstream.Context, error) {
	return dstream.GetOrCreate(l.root+cmp.Or(l.ck, "/ck"), func() (*dstream.Context, error) {
		e := &env.Env{Clock: l.clock, Seed: 1, FS: l.fs, Log: slog.New(slog.DiscardHandler), Fail: l.fail}
		options := append([]rdd.Option{rdd.Inside(e), rdd.Workers(2), rdd.TempDir(l.root + "/tmp"),
			rdd.Conf("spark.task.maxFailures", "1"), rdd.Conf("spark.streaming.receiver.writeAheadLog.enable", "true")}, l.options...)
		c := dstream.NewContext("words", interval, options...)
		from := l.input
		if from == nil {
			from = fromFiles
		}
		var stream *dstream.DStream[string]
		stream, l.all = from(l, c)
		l.define(c, stream, &sink{l.fs, l.root, l.once})
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
		if err := l.wait(failed); err != nil {
			return err
		}
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

// wait returns when all rows have been handed over, if the next batch is the
// last.
func (l life) wait(failed chan error) error {
	if l.all == nil || l.clock.Now().Add(interval).Before(l.until) {
		return nil
	}
	select {
	case err := <-l.all:
		l.all <- err
		return err
	case err := <-failed:
		return err
	}
}

// newDisk returns a disk with the folders of a program and its files.
func newDisk(t testing.TB, seed uint64) *simfs.Disk {
	t.Helper()
	now := begin
	d := simfs.New(seed, func() time.Time { return now })
	for _, dir := range folders {
		if err := d.MkdirAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	for batch := range batches + 1 {
		name, text, changed := file(batch)
		now = changed
		if err := vfs.WriteAtomic(d, name, []byte(text), vfs.NoOverwrite); err != nil {
			t.Fatal(err)
		}
	}
	now = begin
	return d
}

var folders = []string{"/out", "/tmp", "/ack", "/in"}

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

// undisturbed is what a program gives, and how many calls it makes.
func undisturbed(t testing.TB, p program) (want string, calls int) {
	t.Helper()
	d, faults := newDisk(t, 1), simfs.NewFaults()
	if err := living(p, faults.Wrap(d), dstreamtest.NewClock(begin)).run(); err != nil {
		t.Fatal(err)
	}
	want = results(t, d)
	if n := strings.Count(want, "\n"); n != batches || !strings.Contains(want, "=") {
		t.Fatalf("%d batches:\n%s", n, want)
	}
	return want, faults.Count()
}

// outlive lives until the program gets through and compares.
func outlive(t *testing.T, d *simfs.Disk, p program, clock *dstreamtest.Clock, want string) error {
	if !began(d) {
		clock = dstreamtest.NewClock(begin)
	}
	if err := living(p, d, clock).run(); err != nil {
		return err
	}
	tidy(t, d)
	return p.compare(results(t, d), want)
}

// tidy fails the test if earlier lives have left what nobody needs: empty folders
// of data checkpoints.
func tidy(t *testing.T, d vfs.FS) {
	t.Helper()
	lives, _ := d.List("/ck/rdds")
	for _, life := range lives {
		rdds, err := d.List("/ck/rdds/" + life.Name)
		if err != nil || len(rdds) == 0 {
			t.Errorf("%s holds %v, %v", life.Name, rdds, err)
		}
	}
}

// compare is an error if results are not what they must be.
func (p program) compare(got, want string) error {
	if p.lacks == nil && got != want || p.lacks != nil && p.lacks(got, want) {
		return fmt.Errorf("the results are\n%swant\n%s", got, want)
	}
	return nil
}
