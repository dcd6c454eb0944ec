package storage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// shelf is a store in a folder, whose tasks share a budget with it.
type shelf struct {
	*Store
	dir    string
	faults *simfs.Faults
	budget *memory.Budget
}

func newShelf(t *testing.T, budget, offHeap int64) *shelf {
	x := &shelf{dir: t.TempDir(), faults: simfs.NewFaults(), budget: memory.NewBudget(budget)}
	x.Store = New(Options{Space: memory.NewSpace(x.faults.Wrap(vfs.OS(1)), x.dir), Budget: x.budget, Fraction: 0.5, OffHeap: offHeap, Compress: budget%2 == 1})
	t.Cleanup(func() {
		if err := x.Close(); err != nil || x.files(t) != 0 {
			t.Errorf("%d files are left, %v", x.files(t), err)
		}
	})
	return x
}

func (x *shelf) files(t *testing.T) int {
	entries, err := os.ReadDir(x.dir)
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// rowsOf is n rows of 100 bytes of a partition.
func rowsOf(part, n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf("%02d %081d", part, i))
	}
	return out
}

// put keeps rows as a task does.
func (x *shelf) put(b *Blocks, part int, rows []string) error {
	task := x.budget.Account("a task", 0)
	w, err := NewWriter[string](b, task, part)
	if err != nil {
		return err
	}
	defer w.Close()
	for chunk := range slices.Chunk(rows, 100) {
		if err := w.Add(chunk); err != nil {
			return err
		}
	}
	return w.Finish()
}

func get(b *Blocks, part int) (out []string, found bool, err error) {
	found, err = Read(b, part, func(rows []string) error {
		out = append(out, rows...)
		return nil
	})
	return out, found, err
}

var levels = map[string]Level{
	"values":          {Memory: true, Values: true},
	"bytes":           {Memory: true},
	"values and disk": {Memory: true, Values: true, Disk: true},
	"bytes and disk":  {Memory: true, Disk: true},
	"disk":            {Disk: true},
	"off heap":        {Memory: true, OffHeap: true},
	"off heap, disk":  {Memory: true, OffHeap: true, Disk: true},
}

// What is kept comes back as it was; levels with disk keep all, others what
// fits, whole partitions.
func TestKeepsAndGivesBack(t *testing.T) {
	for name, level := range levels {
		for _, budget := range []int64{0, 300 << 10, 300<<10 + 1} {
			x := newShelf(t, budget, 150<<10)
			b := Open[string](x.Store, 1, level)
			for part := range 5 {
				if err := x.put(b, part, rowsOf(part, part*400)); err != nil { // 400 kB in all
					t.Fatal(name, err)
				}
			}
			kept := 0
			for part := range 5 {
				got, found, err := get(b, part)
				if err != nil || found != b.Has(part) || found && !slices.Equal(got, rowsOf(part, part*400)) {
					t.Errorf("%s, budget %d, partition %d: %d rows, %v, %v", name, budget, part, len(got), found, err)
				}
				if found {
					kept++
				}
			}
			info := b.Info()
			if level.Disk && kept != 5 || kept == 0 || info.Partitions != kept {
				t.Errorf("%s, budget %d: %d partitions of %+v", name, budget, kept, info)
			}
			if (x.files(t) > 0) != (info.Disk > 0) || info.Disk > 0 && !level.Disk {
				t.Errorf("%s, budget %d: %d files of %+v", name, budget, x.files(t), info)
			}
			b.Drop()
			if x.budget.Used() != 0 || x.files(t) != 0 || b.Has(0) {
				t.Errorf("%s, budget %d: %d bytes and %d files of what was dropped", name, budget, x.budget.Used(), x.files(t))
			}
			if err := x.put(b, 1, rowsOf(1, 10)); err != nil || b.Has(1) {
				t.Errorf("%s: kept after Drop (%v)", name, err)
			}
		}
	}
}

// The first to finish a partition counts.
func TestOneAttemptCounts(t *testing.T) {
	for name, level := range levels {
		x := newShelf(t, 0, 1<<20)
		b := Open[string](x.Store, 1, level)
		for n := 3; n < 6; n++ {
			if err := x.put(b, 0, rowsOf(0, n)); err != nil {
				t.Fatal(err)
			}
		}
		if got, _, err := get(b, 0); err != nil || len(got) != 3 {
			t.Errorf("%s: %d rows, %v", name, len(got), err)
		}
		if n := x.files(t); n > 1 {
			t.Errorf("%s: %d files", name, n)
		}
	}
}

// Other RDDs make room, the longest unused first: they go to disk or are
// forgotten.
func TestLongestUnusedMakesRoom(t *testing.T) {
	for _, disk := range []bool{false, true} {
		x := newShelf(t, 500<<10, 0)
		level := Level{Memory: true, Values: true, Disk: disk}
		first, second, third := Open[string](x.Store, 1, level), Open[string](x.Store, 2, level), Open[string](x.Store, 3, level)
		for _, b := range []*Blocks{first, second} {
			if err := x.put(b, 0, rowsOf(0, 1500)); err != nil { // 150 kB
				t.Fatal(err)
			}
		}
		if _, found, _ := get(first, 0); !found {
			t.Fatal("too small a budget")
		}
		if err := x.put(third, 0, rowsOf(0, 1500)); err != nil {
			t.Fatal(err)
		}
		if first.Info().Memory == 0 || second.Info().Memory != 0 || third.Info().Memory == 0 || second.Has(0) != disk {
			t.Errorf("disk %v: %+v %+v %+v", disk, first.Info(), second.Info(), third.Info())
		}
	}
}

// A task takes back what blocks have borrowed, but for the part that is theirs.
func TestTasksTakeMemoryBack(t *testing.T) {
	x := newShelf(t, 500<<10, 0)
	b := Open[string](x.Store, 1, Level{Memory: true, Values: true})
	for part := range 8 {
		if err := x.put(b, part, rowsOf(part, 500)); err != nil { // 58 kB
			t.Fatal(err)
		}
	}
	before := b.Info().Memory
	task := x.budget.Account("a task", 0)
	if err := task.Grow(200<<10, "a sort"); err != nil {
		t.Fatal(err)
	}
	after := b.Info().Memory
	if before <= 300<<10 || after > 300<<10 || after == 0 {
		t.Errorf("%d bytes before, %d after", before, after)
	}
	task.Shrink(200 << 10)
}

// A file that is gone bad is a partition that is not there, or lost if rows of it
// had been read.
func TestDamagedFiles(t *testing.T) {
	for name, harm := range map[string]func(string) error{
		"empty": func(name string) error { return os.Truncate(name, 0) },
		"cut":   func(name string) error { return os.Truncate(name, 100_000) },
		"other": func(name string) error { return os.WriteFile(name, make([]byte, 100), 0o600) },
	} {
		x := newShelf(t, 0, 0)
		b := Open[string](x.Store, 7, Level{Disk: true})
		if err := x.put(b, 3, rowsOf(3, 4000)); err != nil {
			t.Fatal(err)
		}
		entries, _ := os.ReadDir(x.dir)
		if err := harm(filepath.Join(x.dir, entries[0].Name())); err != nil {
			t.Fatal(err)
		}
		rows, found, err := get(b, 3)
		lost := (*LostError)(nil)
		if errors.As(err, &lost) != (len(rows) > 0) || found != (len(rows) > 0) || err != nil && !strings.Contains(err.Error(), "rdd_7_3") {
			t.Errorf("%s: %d rows, %v, %v", name, len(rows), found, err)
		}
		if b.Has(3) {
			t.Errorf("%s: still there", name)
		}
	}
}

// A full disk is an error of whoever writes to disk, leaves no file, and what
// lies in memory stays.
func TestFullDisk(t *testing.T) {
	for _, op := range []simfs.Op{simfs.OpCreate, simfs.OpWrite} {
		x := newShelf(t, 300<<10, 0)
		kept := Open[string](x.Store, 1, Level{Memory: true, Values: true, Disk: true})
		if err := x.put(kept, 0, rowsOf(0, 1500)); err != nil {
			t.Fatal(err)
		}
		x.faults.Add(simfs.Rule{Op: op, Always: true, Err: syscall.ENOSPC})
		if err := x.put(Open[string](x.Store, 2, Level{Disk: true}), 0, rowsOf(0, 4000)); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%s: %v", op, err)
		}
		if err := x.put(Open[string](x.Store, 3, Level{Memory: true, Disk: true}), 0, rowsOf(0, 4000)); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%s, out of memory: %v", op, err)
		}
		if got, found, err := get(kept, 0); !found || err != nil || len(got) != 1500 || x.files(t) != 0 {
			t.Errorf("%s: %d rows, %v, %v, %d files", op, len(got), found, err, x.files(t))
		}
	}
}
