package rdd

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
)

// small is a context whose tasks have 1/workers of three quarters of a budget.
func small(t *testing.T, budget string, opts ...Option) (*Context, string) {
	dir := t.TempDir()
	c := NewContext("small", append([]Option{Workers(2), Conf("spate.memory.budget", budget), TempDir(dir)}, opts...)...)
	t.Cleanup(c.Stop)
	return c, dir
}

// wide rows: 60000 of about 100 bytes and 20000 keys, over 6 MiB.
func wideRows(n, keys int) []Pair[string, string] {
	r := rand.New(rand.NewPCG(1, 2))
	out := make([]Pair[string, string], n)
	for i := range out {
		out[i] = KV(fmt.Sprint("key number ", r.IntN(keys)), fmt.Sprint(i, strings.Repeat("x", 40+r.IntN(40))))
	}
	return out
}

func spilled(t *testing.T, dir string) int64 {
	t.Helper()
	var size int64
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil {
			size += info.Size()
		}
	}
	return size
}

// Data four times the budget: everything comes out as without one.
func TestLargerThanMemory(t *testing.T) {
	rows := wideRows(60000, 20000)
	big := NewContext("big", Workers(2))
	defer big.Stop()
	c, dir := small(t, "1500k")
	ctx := context.Background()
	var onDisk int64
	collect := func(c *Context) (grouped, reduced, sorted, joined []string) {
		in := Parallelize(c, rows, 4)
		longest := func(a, b string) string {
			if len(b) > len(a) || len(b) == len(a) && b > a {
				return b
			}
			return a
		}
		show := func(r *RDD[Pair[string, int]]) []string {
			got, err := r.Collect(ctx)
			if err != nil {
				t.Fatal(err)
			}
			onDisk = max(onDisk, spilled(t, dir))
			runtime.KeepAlive(r) // its shuffle's files go when nobody can read them any more
			out := make([]string, len(got))
			for i, x := range got {
				out[i] = x.String()
			}
			return out
		}
		sum := func(all []string) int { return len(strings.Join(all, ",")) + len(all)*1000 }
		length := func(s string) int { return len(s) }
		grouped = show(MapValues(GroupByKey(in, Into(3)), sum))
		reduced = show(MapValues(ReduceByKey(in, longest, Into(3)), length))
		sorted = show(MapValues(SortByKey(in, Ascending, Into(3)), length))
		joined = show(MapValues(Join(in, ReduceByKey(in, longest)), func(j Joined[string, string]) int { return len(j.Left) + len(j.Right) }))
		return
	}
	g, r, s, j := collect(big)
	g2, r2, s2, j2 := collect(c)
	if onDisk == 0 {
		t.Error("nothing has been spilled: the test is too small")
	}
	for _, x := range [][]string{g, g2, r, r2, j, j2} {
		slices.Sort(x)
	}
	if !slices.Equal(g, g2) || !slices.Equal(r, r2) || !slices.Equal(s, s2) || !slices.Equal(j, j2) || len(g) == 0 {
		t.Error("results differ when data is larger than memory")
	}
	c.Stop()
	if n := spilled(t, dir); n != 0 {
		t.Errorf("%d bytes are left on disk", n)
	}
}

func TestOrderOfValuesSurvivesSpilling(t *testing.T) {
	c, _ := small(t, "1m")
	rows := make([]Pair[int, string], 30000)
	for i := range rows {
		rows[i] = KV(i%5000, fmt.Sprintf("%06d %060d", i, i))
	}
	got, err := GroupByKey(Parallelize(c, rows, 3), Into(2)).Collect(context.Background())
	if err != nil || len(got) != 5000 {
		t.Fatal(len(got), err)
	}
	for _, x := range got {
		if len(x.Value) != 6 || !slices.IsSorted(x.Value) {
			t.Fatalf("%v", x)
		}
	}
}

type secret struct {
	Name string
	n    int
}

// A type that cannot leave memory fails by name, and only when it must.
func TestTypesThatCannotSpillFailByName(t *testing.T) {
	c, _ := small(t, "300k")
	run := func(n int) error {
		in := Map(Parallelize(c, numbers(n), 4), func(i int) Pair[int, secret] { return KV(i, secret{fmt.Sprint(i), i}) })
		_, err := GroupByKey(in).Count(context.Background())
		return err
	}
	if err := run(50); err != nil {
		t.Error("a few rows fit in memory:", err)
	}
	if err := run(100000); err == nil || !strings.Contains(err.Error(), "secret") {
		t.Error("want an error that names the type:", err)
	}
}

// filesIn counts the files of a folder.
func filesIn(t *testing.T, dir string) int {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// Output that is gone or damaged is made again, all else is used as it is.
func TestLostShuffleOutputIsMadeAgain(t *testing.T) {
	for name, harm := range map[string]func(path string) error{
		"cut":     func(path string) error { return os.Truncate(path, 100) },
		"damaged": flip,
	} {
		c, dir := small(t, "1m")
		counts := GroupByKey(Parallelize(c, wideRows(30000, 3000), 3), Into(2))
		n, err := counts.Count(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		entries, _ := os.ReadDir(dir)
		if len(entries) == 0 {
			t.Fatal("nothing is on disk")
		}
		if err := harm(dir + "/" + entries[0].Name()); err != nil {
			t.Fatal(err)
		}
		var again int64
		stages := stagesOf(c, func() { again, err = counts.Count(context.Background()) })
		if err != nil || again != n || !slices.Equal(stages, []int{3}) {
			t.Errorf("%s: %d rows, want %d; %v; %v stages", name, again, n, err, stages)
		}
	}
}

func flip(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	b := make([]byte, 1)
	at := info.Size() / 2
	if _, err := f.ReadAt(b, at); err != nil {
		return err
	}
	b[0] ^= 0x40
	_, err = f.WriteAt(b, at)
	return err
}

// Files vanish when nobody can reach the RDD any more.
func TestFilesVanishWithTheRDD(t *testing.T) {
	c, dir := small(t, "1m")
	func() {
		if _, err := GroupByKey(Parallelize(c, wideRows(30000, 3000), 3)).Count(context.Background()); err != nil {
			t.Fatal(err)
		}
		if filesIn(t, dir) == 0 {
			t.Fatal("nothing is on disk")
		}
	}()
	collectUntil(t, func() bool { return filesIn(t, dir) == 0 })
}

// collectUntil collects garbage until something has followed from it, which may
// take several collections and goroutines of the runtime: only the test's own
// deadline ends the wait.
func collectUntil(t *testing.T, done func() bool) {
	t.Helper()
	end, limited := t.Deadline()
	for !done() {
		if limited && time.Until(end) < 5*time.Second {
			t.Fatal("what nobody can reach is still there")
		}
		runtime.GC()
		runtime.Gosched()
	}
}

// A disk that fills up fails the job; what was there before is intact.
func TestDiskFull(t *testing.T) {
	faults := simfs.NewFaults()
	fs := faults.Wrap(vfs.OS(1))
	dir := t.TempDir()
	c := NewContext("full", Inside(&env.Env{Clock: env.System{}, FS: fs, Seed: 1}), Conf("spate.memory.budget", "1m"), TempDir(dir), Workers(2))
	defer c.Stop()
	first := PartitionBy(Parallelize(c, wideRows(30000, 3000), 3), HashPartitioner[string](2))
	n, err := first.Count(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	before := filesIn(t, dir)
	rule := simfs.Rule{Op: simfs.OpWrite, Always: true, Err: syscall.ENOSPC}
	faults.Add(rule)
	_, err = GroupByKey(Parallelize(c, wideRows(30000, 3000), 3)).Count(context.Background())
	if !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("want the disk's error: %v", err)
	}
	if filesIn(t, dir) != before {
		t.Errorf("%d files, %d before the job that failed", filesIn(t, dir), before)
	}
	if again, err := first.Count(context.Background()); err != nil || again != n {
		t.Errorf("earlier results: %d, %v", again, err)
	}
}
