package rdd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
)

var levels = []StorageLevel{DiskOnly, DiskOnly2, DiskOnly3, MemoryOnly, MemoryOnly2, MemoryOnlySer, MemoryOnlySer2, MemoryAndDisk,
	MemoryAndDisk2, MemoryAndDiskSer, MemoryAndDiskSer2, OffHeap}

// texts is n rows of 100 bytes in 4 partitions, and counts how often one is
// computed.
func texts(c *Context, n int, calls *atomic.Int64) *RDD[string] {
	return Map(Parallelize(c, numbers(n), 4), func(i int) string {
		calls.Add(1)
		return fmt.Sprintf("%084d", i)
	})
}

// Every level gives back what it was given, without a budget and with one that
// is too small; levels with disk compute nothing again.
func TestLevels(t *testing.T) {
	const n = 8000 // 800 kB
	for _, budget := range []string{"0", "500k"} {
		for _, compress := range []string{"false", "true"} {
			for _, level := range levels {
				var calls atomic.Int64
				c, dir := small(t, budget, Conf("spark.rdd.compress", compress),
					Conf("spark.memory.offHeap.enabled", compress), Conf("spark.memory.offHeap.size", "1m"))
				r := texts(c, n, &calls).Persist(level)
				want, _ := texts(c, n, new(atomic.Int64)).Collect(context.Background())
				for range 3 {
					if got := gather(t, r); !slices.Equal(got, want) {
						t.Fatalf("%v, budget %s: %d rows, want %d", level, budget, len(got), n)
					}
				}
				if (level.Disk || budget == "0") && calls.Load() != n {
					t.Errorf("%v, budget %s: %d rows computed", level, budget, calls.Load())
				}
				info := c.PersistedRDDs()
				if len(info) != 1 || info[0].Partitions != 4 || (level.Disk || budget == "0") && info[0].Cached != 4 || info[0].Level != level {
					t.Errorf("%v, budget %s: %+v", level, budget, info)
				}
				if onDisk := spilled(t, dir) > 0; onDisk != (info[0].Disk > 0) || onDisk && !level.Disk {
					t.Errorf("%v, budget %s: %+v, on disk %v", level, budget, info, onDisk)
				}
				r.Unpersist()
				if len(c.PersistedRDDs()) != 0 || spilled(t, dir) != 0 || c.budget.Used() != 0 {
					t.Errorf("%v, budget %s: something is left of what was unpersisted", level, budget)
				}
				c.Stop()
			}
		}
	}
}

// Other RDDs make room, the longest unused first; partitions of the same RDD
// never do.
func TestLeastRecentlyUsed(t *testing.T) {
	var a, b, d atomic.Int64
	c, _ := small(t, "1600k", Workers(1))                                                                      // 1200k for tasks and blocks
	first, second, third := texts(c, 4000, &a).Cache(), texts(c, 4000, &b).Cache(), texts(c, 4000, &d).Cache() // 400k each
	gather(t, first)
	gather(t, second)
	gather(t, first)
	gather(t, third)
	cached := map[int]int{}
	for _, info := range c.PersistedRDDs() {
		cached[info.ID] = info.Cached
	}
	if cached[first.ID()] != 4 || cached[second.ID()] == 4 || cached[third.ID()] != 4 {
		t.Errorf("kept: %v", cached)
	}
	huge := texts(c, 40000, &d).Cache()
	gather(t, huge)
	if info := huge.n.rddInfo(); info.Cached != 0 && info.Memory > 1200<<10 || c.budget.Used() > 1200<<10 {
		t.Errorf("%+v with %d used", info, c.budget.Used())
	}
}

// Tasks take back what blocks have borrowed.
func TestTasksTakeMemoryBack(t *testing.T) {
	var calls atomic.Int64
	c, _ := small(t, "4m", Workers(1))
	kept := texts(c, 24000, &calls).Cache()
	gather(t, kept)
	before := c.PersistedRDDs()[0]
	grouped := GroupByKey(Parallelize(c, wideRows(20000, 2000), 2), Into(2))
	if n, err := grouped.Count(context.Background()); n != 2000 || err != nil {
		t.Fatal(n, err)
	}
	runtime.KeepAlive(grouped)
	after := c.PersistedRDDs()[0]
	runtime.KeepAlive(kept)
	if before.Cached == 0 || after.Memory >= before.Memory || c.budget.Used() > 3<<20 {
		t.Errorf("before %+v, after %+v", before, after)
	}
}

// A block that was lost on disk or damaged is computed again.
func TestLostBlocks(t *testing.T) {
	for _, damage := range []func(string) error{
		func(name string) error { return os.Truncate(name, 0) },
		func(name string) error { return os.Truncate(name, 100_000) }, // rows were read by then
		func(name string) error { return os.WriteFile(name, make([]byte, 10), 0o600) },
	} {
		var calls atomic.Int64
		c, dir := small(t, "0")
		r := texts(c, 20000, &calls).Persist(DiskOnly)
		want := gather(t, r)
		files, _ := filepath.Glob(dir + "/*rdd*")
		hidden, _ := filepath.Glob(dir + "/.rdd*")
		files = append(files, hidden...)
		if len(files) < 4 {
			t.Fatal(files)
		}
		if err := damage(files[0]); err != nil {
			t.Fatal(err)
		}
		if got := gather(t, r); !slices.Equal(got, want) || calls.Load() != 25000 {
			t.Errorf("%d rows, %d computed", len(got), calls.Load())
		}
	}
}

// A disk that is full while an RDD is persisted fails the job, and leaves
// nothing behind; the next one goes well.
func TestPersistOnAFullDisk(t *testing.T) {
	for _, op := range []simfs.Op{simfs.OpCreate, simfs.OpWrite} {
		faults := simfs.NewFaults()
		for i := range 16 { // each of four tasks fails four times, whatever their order
			faults.Add(simfs.Rule{Op: op, N: i + 1, Path: ".rdd*", Err: vfs.ErrNoSpace})
		}
		c := onSim(t, faults, Workers(1))
		var calls atomic.Int64
		before := gather(t, texts(c, 4000, &calls))
		r := texts(c, 4000, &calls).Persist(DiskOnly)
		if _, err := r.Collect(context.Background()); !errors.Is(err, vfs.ErrNoSpace) {
			t.Errorf("%s: %v", op, err)
		}
		if entries, _ := c.env.FS.List("/temp"); len(entries) != 0 {
			t.Errorf("%s: %v is left", op, entries)
		}
		if got := gather(t, r); !slices.Equal(got, before) {
			t.Errorf("%s: %d rows", op, len(got))
		}
	}
}

func TestPersistNeedsAnEncoderForBytes(t *testing.T) {
	c := NewContext("types")
	defer c.Stop()
	r := Map(Parallelize(c, numbers(3)), func(x int) unsaved { return unsaved{x} })
	if got := gather(t, r.Cache()); len(got) != 3 {
		t.Error(got)
	}
	_, err := r.Unpersist().Persist(MemoryOnlySer).Collect(context.Background())
	if err == nil || !strings.Contains(err.Error(), "unsaved") {
		t.Error(err)
	}
}

// What nobody can reach any more takes no memory.
func TestUnreachableIsDropped(t *testing.T) {
	c, _ := small(t, "100m")
	func() { gather(t, texts(c, 4000, new(atomic.Int64)).Cache()) }()
	collectUntil(t, func() bool { return c.budget.Used() == 0 })
}

// Persisted text takes little more than its bytes: lines share the block they
// were read in.
func TestPersistedTextIsSmall(t *testing.T) {
	const size = 64 << 20
	name := filepath.Join(t.TempDir(), "text")
	line := []byte(strings.Repeat("fourteen words ", 7)[:99] + "\n")
	if err := os.WriteFile(name, slices.Repeat(line, size/len(line)), 0o600); err != nil {
		t.Fatal(err)
	}
	c := NewContext("text", Workers(2))
	defer c.Stop()
	r := c.TextFile(name).Cache()
	if n, err := r.Count(context.Background()); n != size/100 || err != nil {
		t.Fatal(n, err)
	}
	used := c.PersistedRDDs()[0].Memory
	if used < size || float64(used) > 1.3*size {
		t.Errorf("%d bytes of text take %d", size, used)
	}
	runtime.KeepAlive(r)
}
