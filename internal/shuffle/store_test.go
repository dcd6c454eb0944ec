package shuffle

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

	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// bench is a shuffle of three map tasks to two reduce tasks in a folder.
type bench struct {
	*Store
	dir    string
	faults *simfs.Faults
	budget *memory.Budget
	share  int64 // bytes of a task, 0 for any number
}

func newBench(t *testing.T, kept, share int64) *bench {
	b := &bench{dir: t.TempDir(), faults: simfs.NewFaults(), budget: memory.NewBudget(0), share: share}
	room := NewRoom(memory.NewSpace(b.faults.Wrap(vfs.OS(1)), b.dir), kept)
	b.Store = New[string](room, func() (int, error) { return 3, nil })
	t.Cleanup(func() {
		if err := room.Close(); err != nil || b.files(t) != 0 {
			t.Errorf("%d files are left, %v", b.files(t), err)
		}
		if used := b.budget.Used(); used != 0 {
			t.Errorf("tasks still hold %d bytes", used)
		}
	})
	return b
}

func (b *bench) task() *exec.Task { return &exec.Task{Memory: b.budget.Account("a task", b.share)} }

func (b *bench) files(t *testing.T) int {
	entries, err := os.ReadDir(b.dir)
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// rowsOf is n rows of a map task; those at even places are for reduce task 0.
func rowsOf(task, n int) (to []int32, rows []string) {
	for i := range n {
		to, rows = append(to, int32(i%2)), append(rows, fmt.Sprintf("row %d of %d %s", i, task, strings.Repeat("x", 50)))
	}
	return to, rows
}

// write is what a map task does but for the commit.
func (b *bench) write(i, n int) (*Writer[string], error) {
	w := NewWriter[string](b.Store, b.task(), i, 2)
	to, rows := rowsOf(i, n)
	for at := 0; at < n; at += 100 {
		end := min(at+100, n)
		if err := w.Write(to[at:end], rows[at:end]); err != nil {
			return w, err
		}
	}
	return w, w.Finish()
}

// fill runs the map tasks.
func (b *bench) fill(t *testing.T, n int) {
	t.Helper()
	for i := range 3 {
		w, err := b.write(i, n)
		if err != nil {
			t.Fatal(err)
		}
		w.Commit()
		w.Close()
	}
}

func (b *bench) read(reduce int) (out []string, err error) {
	err = Read(b.Store, reduce, func(rows []string) error {
		out = append(out, rows...)
		return nil
	})
	return out, err
}

func want(reduce, n int) (out []string) {
	for i := range 3 {
		to, rows := rowsOf(i, n)
		for j := range rows {
			if to[j] == int32(reduce) {
				out = append(out, rows[j])
			}
		}
	}
	return out
}

// Rows come in the order of map tasks and within them, in memory or not.
func TestReadsWhatWasWritten(t *testing.T) {
	for name, x := range map[string]struct{ kept, share int64 }{
		"in memory":                 {0, 0},
		"the room is small":         {100 << 10, 0},
		"tasks have little memory":  {0, 100 << 10},
		"nothing fits":              {1, 1},
		"one of three has its room": {400 << 10, 0},
	} {
		const n = 3000
		b := newBench(t, x.kept, x.share)
		b.fill(t, n)
		if onDisk := b.files(t) > 0; onDisk == (x.kept+x.share == 0) {
			t.Errorf("%s: %d files", name, b.files(t))
		}
		for range 2 {
			for reduce := range 2 {
				if got, err := b.read(reduce); err != nil || !slices.Equal(got, want(reduce, n)) {
					t.Fatalf("%s: %d rows, %v", name, len(got), err)
				}
			}
		}
	}
}

// The first attempt to commit counts; what others wrote goes.
func TestOneAttemptCounts(t *testing.T) {
	for _, share := range []int64{0, 1} {
		b := newBench(t, 0, share)
		b.fill(t, 10)
		files := b.files(t)
		for _, i := range []int{0, 1} {
			w, err := b.write(i, 7)
			if err != nil {
				t.Fatal(err)
			}
			if i == 0 { // the other was cancelled
				w.Commit()
			}
			w.Close()
		}
		if got, err := b.read(0); err != nil || !slices.Equal(got, want(0, 10)) || b.files(t) != files {
			t.Errorf("%d rows, %d files, %v", len(got), b.files(t), err)
		}
	}
}

// Output that was not made, was dropped or is damaged is lost by name, is
// missing then, and can be made again.
func TestLostOutput(t *testing.T) {
	for name, harm := range map[string]func(b *bench) error{
		"dropped": func(b *bench) error { b.Drop(1); return nil },
		"cut":     func(b *bench) error { return b.harm(func(name string) error { return os.Truncate(name, 50) }) },
		"damaged": func(b *bench) error {
			return b.harm(func(name string) error { return os.WriteFile(name, make([]byte, 1000), 0o600) })
		},
	} {
		b := newBench(t, 0, 1)
		_, err := b.read(0)
		if lost := (*LostError)(nil); !errors.As(err, &lost) || lost.Map != 0 || lost.Cause != nil {
			t.Errorf("nothing was written: %v", err)
		}
		b.fill(t, 1000)
		if err := harm(b); err != nil {
			t.Fatal(err)
		}
		_, err = b.read(0)
		lost := (*LostError)(nil)
		if !errors.As(err, &lost) || (lost.Cause == nil) != (name == "dropped") {
			t.Fatalf("%s: %v", name, err)
		}
		if missing, err := b.Missing(); err != nil || !slices.Equal(missing, []int{lost.Map}) {
			t.Errorf("%s: %v is missing, %v", name, missing, err)
		}
		w, err := b.write(lost.Map, 1000)
		if err != nil {
			t.Fatal(err)
		}
		w.Commit()
		w.Close()
		if got, err := b.read(1); err != nil || !slices.Equal(got, want(1, 1000)) {
			t.Errorf("%s, made again: %d rows, %v", name, len(got), err)
		}
	}
}

// harm does something to the first file.
func (b *bench) harm(do func(name string) error) error {
	entries, err := os.ReadDir(b.dir)
	if err != nil || len(entries) == 0 {
		return fmt.Errorf("no file: %w", err)
	}
	return do(filepath.Join(b.dir, entries[0].Name()))
}

// A full disk is the task's error, and leaves no file.
func TestFullDisk(t *testing.T) {
	for _, op := range []simfs.Op{simfs.OpCreate, simfs.OpWrite} {
		b := newBench(t, 0, 1)
		b.faults.Add(simfs.Rule{Op: op, Always: true, Err: syscall.ENOSPC})
		w, err := b.write(0, 1000)
		if w.Close(); !errors.Is(err, syscall.ENOSPC) || b.files(t) != 0 {
			t.Errorf("%s: %d files, %v", op, b.files(t), err)
		}
	}
}

// An error of the reader ends reading and is returned as it is.
func TestReaderGivesUp(t *testing.T) {
	enough := errors.New("enough")
	for _, share := range []int64{0, 1} {
		b := newBench(t, 0, share)
		b.fill(t, 100)
		calls := 0
		err := Read(b.Store, 0, func([]string) error { calls++; return enough })
		if err != enough || calls != 1 {
			t.Errorf("%d calls, %v", calls, err)
		}
	}
}

// What cannot go to disk fails when it must, by name.
func TestTypesWithoutEncoder(t *testing.T) {
	type hidden struct{ n int }
	for _, kept := range []int64{0, 1} {
		s := New[hidden](NewRoom(memory.NewSpace(vfs.OS(1), t.TempDir()), kept), func() (int, error) { return 1, nil })
		w := NewWriter[hidden](s, &exec.Task{Memory: memory.NewBudget(0).Account("a task", 0)}, 0, 1)
		err := w.Write([]int32{0}, []hidden{{1}})
		if err == nil {
			err = w.Finish()
		}
		w.Close()
		if kept == 0 && err != nil || kept == 1 && (err == nil || !strings.Contains(err.Error(), "hidden")) {
			t.Errorf("%d bytes kept: %v", kept, err)
		}
	}
}
