package faulttest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path"
	"strings"
	"syscall"
	"testing"

	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
	"github.com/spatestream/spate/sparkerr"
)

// left are the checkpoints that are damaged: of a query that ended, and of
// processes that died in the middle of an epoch.
var left = []string{"", "after LogOffsets", "after Decide", "after CommitSinks"}

// Somebody truncates, empties, deletes or changes a byte of a file of the
// checkpoint or of the sink's log. A restart gives the right result or an error
// that names the file or its folder, of the sink's log the output folder.
func TestDamagedCheckpoints(t *testing.T) {
	for _, q := range []struct{ name, sql string }{canonical[1], canonical[2], {"window in files", inFiles + windows}, {"distinct in files", inFiles + distinct}, {"large state", bulky}} {
		for _, point := range left {
			if q.sql == bulky && point != "after Decide" && !long {
				continue // it takes its time
			}
			t.Run(q.name+" "+point, func(t *testing.T) {
				t.Parallel()
				want, _ := honest.undisturbed(t, q.sql)
				d := newDisk(t, 1)
				l := life{fs: d, fail: dieAt(point, 4)}
				if err := l.run(q.sql); err != nil && !errors.Is(err, errDied) {
					t.Fatal(err)
				}
				d.Kill()
				damageAll(t, d, q.sql, want)
			})
		}
	}
}

// damageAll damages every file in every way.
func damageAll(t *testing.T, d *simfs.Disk, sql, want string) {
	rng := rand.New(rand.NewPCG(5, 5))
	var right, named int
	for _, name := range append(filesBelow(t, d, "/ck"), filesBelow(t, d, "/out/_spark_metadata")...) {
		data, err := vfs.ReadFile(d, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range waysToDamage(data, rng) {
			after := d.Recover(1)
			rewrite(t, after, name, w.data)
			err := honest.outlive(after, sql, want)
			switch {
			case err == nil:
				right++
			case strings.Contains(err.Error(), strings.TrimSuffix(path.Dir(name), "/_spark_metadata")) && !strings.Contains(err.Error(), "the output is") && !strings.Contains(err.Error(), "panic"):
				named++
			default:
				t.Fatalf("%s %s: %v", name, w.how, err)
			}
		}
	}
	if named == 0 || right == 0 {
		t.Error("no damage was noticed, or all was")
	}
	t.Logf("%d damages noticed, %d without effect", named, right)
}

type damage struct {
	how  string
	data []byte // nil: deleted
}

func waysToDamage(data []byte, rng *rand.Rand) []damage {
	out := []damage{{"deleted", nil}, {"emptied", []byte{}}}
	cuts, flips := 3, 4
	if long {
		cuts, flips = 20, 60
	}
	for range cuts {
		if len(data) > 3 {
			n := 3 + rng.IntN(max(1, len(data)-3)) // "v1" alone is how Spark's file sink logs a batch without rows
			out = append(out, damage{fmt.Sprintf("cut to %d of %d bytes", n, len(data)), data[:n]})
		}
	}
	for at, c := range data { // the ends of lines are where a cut shows least
		if c == '\n' && len(out) < 40 && at > len("v1") {
			out = append(out, damage{fmt.Sprintf("cut before the line end at %d", at), data[:at]})
		}
	}
	for range min(flips, len(data)) {
		at, mask := rng.IntN(len(data)), byte(1)<<rng.IntN(8)
		flipped := append([]byte{}, data...)
		flipped[at] ^= mask
		out = append(out, damage{fmt.Sprintf("byte %d of %d xor %#x", at, len(data), mask), flipped})
	}
	return out
}

func rewrite(t *testing.T, d *simfs.Disk, name string, data []byte) {
	t.Helper()
	err := d.Remove(name)
	if data != nil && err == nil {
		err = vfs.WriteAtomic(d, name, data, vfs.NoOverwrite)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// filesBelow returns the files below a folder.
func filesBelow(t *testing.T, fs vfs.FS, dir string) (files []string) {
	t.Helper()
	entries, err := fs.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		switch name := path.Join(dir, e.Name); {
		case e.Dir:
			files = append(files, filesBelow(t, fs, name)...)
		case e.Name != ".spate.lock":
			files = append(files, name)
		}
	}
	return files
}

// A second process on the checkpoint of a running one is refused.
func TestTwoProcesses(t *testing.T) {
	d := newDisk(t, 1)
	var second error
	l := life{fs: d}
	tried := false
	l.fail = func(string) error {
		if !tried {
			tried = true
			second = life{fs: d}.run(canonical[2].sql)
		}
		return nil
	}
	if err := l.run(canonical[2].sql); err != nil {
		t.Fatal(err)
	}
	if sparkerr.ClassOf(second) != "CONCURRENT_QUERY" {
		t.Errorf("the second process: %v", second)
	}
	want, _ := honest.undisturbed(t, canonical[2].sql)
	if err := honest.outlive(d, canonical[2].sql, want); err != nil {
		t.Error(err)
	}
}

// And where a broken file system gives out locks twice, the second process
// fails by the names it finds taken; nothing is lost or doubled.
func TestTwoProcessesWithoutLock(t *testing.T) {
	for _, q := range canonical {
		want, _ := honest.undisturbed(t, q.sql)
		for _, point := range points {
			d := newDisk(t, 1)
			fs := liar{noLock: true}.plant(d)
			l, tried := life{fs: fs}, false
			at := dieAt(point, 3)
			l.fail = func(p string) error {
				if at(p) != nil && !tried {
					tried = true
					_ = life{fs: fs}.run(q.sql) // either may win
				}
				return nil
			}
			if err := l.run(q.sql); err != nil && sparkerr.ClassOf(errors.Unwrap(err)) == "" && sparkerr.ClassOf(err) == "" {
				t.Fatalf("%s, a second process %s: %v", q.name, point, err)
			}
			d.Kill()
			if err := honest.outlive(d, q.sql, want); err != nil {
				t.Errorf("%s, a second process %s: %v", q.name, point, err)
			}
		}
	}
}

// The disk is full from some call on. The query says so; when there is room
// again, it goes on.
func TestFullDisk(t *testing.T) {
	for _, q := range []struct{ name, sql string }{canonical[0], canonical[1], canonical[2], {"large state", bulky}} {
		t.Run(q.name, func(t *testing.T) {
			t.Parallel()
			want, calls := honest.undisturbed(t, q.sql)
			for _, n := range some(calls, 40) {
				d := newDisk(t, 1)
				faults := simfs.NewFaults()
				for _, op := range []simfs.Op{simfs.OpWrite, simfs.OpCreate, simfs.OpMkdir} {
					faults.Add(simfs.Rule{Op: op, N: max(1, n/4), Always: true, Err: syscall.ENOSPC, Short: true})
				}
				if err := (life{fs: faults.Wrap(d)}).run(q.sql); err != nil && !errors.Is(err, vfs.ErrNoSpace) {
					t.Fatalf("full at write %d: %v", n/4, err)
				}
				d.Kill()
				if err := honest.outlive(d, q.sql, want); err != nil {
					t.Fatalf("full at write %d: %v", n/4, err)
				}
			}
		})
	}
}
