package vfs_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
)

func noon() time.Time { return time.Unix(1_700_000_000, 0) }

// A world is a program with a model of what its disk must hold. It lives until
// a fault ends it, and comes back on what the fault left.
type world interface {
	// live does some work; it returns the first error of a call, or a
	// violation.
	live(fs vfs.FS, rng *rand.Rand) error
	// check compares what a life finds with the model, and takes over, after
	// a fault, what it was in doubt about.
	check(fs vfs.FS) error
}

// violation is a broken promise, as opposed to the error of a fault.
type violation string

func (v violation) Error() string { return string(v) }

func violated(format string, args ...any) error { return violation(fmt.Sprintf(format, args...)) }

// history runs several lives of a world on one disk. Each ends with a power
// cut, a failed call or a kill, at a random call. It returns the violation
// that was found, and how many times the power was cut.
func history(seed uint64, w world, sabotage func(vfs.FS) vfs.FS) (cuts int, err error) {
	rng := rand.New(rand.NewPCG(seed, 1))
	disk := simfs.New(seed, noon)
	for range 6 {
		rule := simfs.CutAt(1 + rng.IntN(60))
		if rng.IntN(3) == 0 {
			faults := []error{syscall.EIO, syscall.ENOSPC}
			rule = simfs.Rule{N: rule.N, Err: faults[rng.IntN(2)], Short: true}
		}
		faults := simfs.NewFaults(rule)
		err := w.live(sabotage(faults.Wrap(disk)), rng)
		if v := violation(""); errors.As(err, &v) {
			return cuts, fmt.Errorf("%w, after\n%s", v, faults)
		}
		if rng.IntN(4) == 0 && !errors.Is(err, simfs.ErrPowerCut) {
			disk.Kill()
		} else {
			disk = disk.Recover(rng.Uint64())
			cuts++
		}
		if err := w.check(sabotage(disk)); err != nil {
			return cuts, fmt.Errorf("%w, after\n%s", err, faults)
		}
	}
	return cuts, nil
}

// fileWorld writes whole files.
type fileWorld struct {
	next  int                 // number of the next content
	legal map[string][]string // contents a name may have; "" is no file
}

var fileNames = []string{"ckpt/a", "ckpt/b", "ckpt/c", "ckpt/state/d", "ckpt/state/e"}

func newFileWorld() world {
	w := &fileWorld{next: 1, legal: map[string][]string{}}
	for _, name := range fileNames {
		w.legal[name] = []string{""}
	}
	return w
}

func (w *fileWorld) live(fs vfs.FS, rng *rand.Rand) error {
	if err := fs.MkdirAll("ckpt/state"); err != nil {
		return err
	}
	for range 4 {
		if err := w.put(fs, rng); err != nil {
			return err
		}
	}
	return nil
}

// put writes some files at once and notes what they may hold now.
func (w *fileWorld) put(fs vfs.FS, rng *rand.Rand) error {
	var puts []vfs.Put
	for _, i := range rng.Perm(len(fileNames))[:1+rng.IntN(3)] {
		mode := vfs.Mode(rng.IntN(2))
		puts = append(puts, vfs.Put{Name: fileNames[i], Data: w.content(rng), Mode: mode})
	}
	err := vfs.WriteAll(fs, puts)
	for _, p := range puts {
		legal := w.legal[p.Name]
		taken := p.Mode == vfs.NoOverwrite && !slices.Contains(legal, "")
		switch {
		case err == nil && taken:
			return violated("%s was overwritten", p.Name)
		case err == nil:
			w.legal[p.Name] = []string{string(p.Data)}
		case !taken:
			w.legal[p.Name] = append(legal, string(p.Data))
		}
	}
	if errors.Is(err, vfs.ErrExist) {
		return w.observe(fs) // the files before the one in the way are there or not
	}
	return err
}

func (w *fileWorld) content(rng *rand.Rand) []byte {
	w.next++
	return repeat(uint64(w.next), 1+rng.IntN(2000))
}

func (w *fileWorld) observe(fs vfs.FS) error {
	for _, name := range fileNames {
		data, err := vfs.ReadFile(fs, name)
		if err != nil && !errors.Is(err, vfs.ErrNotExist) {
			return err
		}
		if !slices.Contains(w.legal[name], string(data)) {
			return violated("%s holds %.40q (%d bytes), which it never held, or no longer", name, data, len(data))
		}
	}
	return nil
}

func (w *fileWorld) check(fs vfs.FS) error {
	if err := fs.MkdirAll("ckpt/state"); err != nil {
		return err
	}
	for _, dir := range []string{"ckpt", "ckpt/state"} {
		if err := vfs.Adopt(fs, dir); err != nil {
			return err
		}
		entries, err := fs.List(dir)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if vfs.IsTemp(e.Name) {
				return violated("%s was left", e.Name)
			}
		}
	}
	if err := w.observe(fs); err != nil {
		return err
	}
	for _, name := range fileNames {
		data, _ := vfs.ReadFile(fs, name)
		w.legal[name] = []string{string(data)}
	}
	return nil
}

// logWorld appends to a log and purges it.
type logWorld struct {
	saved  uint64 // records below it were acknowledged
	doubt  uint64 // records below it may be there: of one append that failed
	purged uint64 // records below it may be gone
}

var logOptions = vfs.LogOptions{SegmentSize: 1500}

func (w *logWorld) live(fs vfs.FS, rng *rand.Rand) (err error) {
	l, err := vfs.OpenLog(fs, "wal", logOptions)
	if err != nil {
		return err
	}
	if l.Next() != w.saved {
		return violated("the log goes on at %d, not %d", l.Next(), w.saved)
	}
	for range 8 {
		if rng.IntN(6) == 0 {
			w.purged = max(w.purged, rng.Uint64N(w.saved+1))
			if err := l.Purge(w.purged); err != nil {
				return err
			}
		}
		if err := w.append(l, rng); err != nil {
			_ = l.Close()
			return err
		}
	}
	return l.Close()
}

func (w *logWorld) append(l *vfs.Log, rng *rand.Rand) error {
	var records [][]byte
	for i := range 1 + rng.IntN(3) {
		records = append(records, longRecord(w.saved+uint64(i)))
	}
	w.doubt = w.saved + uint64(len(records))
	first, err := l.Append(records...)
	if err != nil {
		return err
	}
	if first != w.saved {
		return violated("appended at %d, not %d", first, w.saved)
	}
	w.saved = w.doubt
	return nil
}

// longRecord has up to three sectors and depends on its index alone.
func longRecord(i uint64) []byte {
	return repeat(i, 1+int(i*7919%1300))
}

// repeat writes a number over and over, so that no part of two contents is
// alike, up to about size bytes.
func repeat(number uint64, size int) []byte {
	text := strconv.AppendUint(nil, number, 10)
	text = append(text, ';')
	return bytes.Repeat(text, size/len(text)+1)
}

func (w *logWorld) check(fs vfs.FS) error {
	l, err := vfs.OpenLog(fs, "wal", logOptions)
	if err != nil {
		return violated("open: %v", err)
	}
	defer l.Close()
	if next := l.Next(); next != w.saved && next != w.doubt {
		return violated("the log ends at %d; acknowledged %d, in doubt up to %d", next, w.saved, w.doubt)
	}
	if l.First() > w.purged {
		return violated("the log begins at %d; purged was below %d", l.First(), w.purged)
	}
	next := w.purged
	err = l.Read(w.purged, func(i uint64, r []byte) error {
		if i != next || string(r) != string(longRecord(i)) {
			return violated("found record %d as %.40q, expected %d", i, r, next)
		}
		next++
		return nil
	})
	if err != nil {
		return violated("read: %v", err)
	}
	if next != l.Next() {
		return violated("read up to %d of %d", next, l.Next())
	}
	w.saved, w.doubt = next, next
	return nil
}

var worlds = []struct {
	name string
	make func() world
}{
	{"files", newFileWorld},
	{"log", func() world { return &logWorld{} }},
}

func honest(fs vfs.FS) vfs.FS { return fs }

func TestPowerCuts(t *testing.T) {
	for _, w := range worlds {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			want := 50_000
			if os.Getenv("SPATE_LONG") == "" || raceDetector {
				want = 5_000
			}
			cuts := 0
			for seed := uint64(1); cuts < want; seed++ {
				n, err := history(seed, w.make(), honest)
				if err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
				cuts += n
			}
			t.Logf("%d power cuts", cuts)
		})
	}
}

// TestSabotage tests the test: a file system that leaves out one duty must be
// caught.
func TestSabotage(t *testing.T) {
	for _, w := range worlds {
		for _, duty := range []simfs.Op{simfs.OpSync, simfs.OpSyncDir} {
			t.Run(w.name+" without "+string(duty), func(t *testing.T) {
				for seed := uint64(1); seed <= 2000; seed++ {
					_, err := history(seed, w.make(), func(fs vfs.FS) vfs.FS { return lazyFS{fs, duty} })
					if err != nil {
						return
					}
				}
				t.Fatal("not caught in 2000 histories")
			})
		}
	}
}

// lazyFS leaves out a duty.
type lazyFS struct {
	vfs.FS
	duty simfs.Op
}

func (l lazyFS) SyncDir(dir string) error {
	if l.duty == simfs.OpSyncDir {
		return nil
	}
	return l.FS.SyncDir(dir)
}

func (l lazyFS) Create(name string) (vfs.File, error) { return l.lazy(l.FS.Create(name)) }
func (l lazyFS) Edit(name string) (vfs.File, error)   { return l.lazy(l.FS.Edit(name)) }

func (l lazyFS) lazy(f vfs.File, err error) (vfs.File, error) {
	if err != nil || l.duty != simfs.OpSync {
		return f, err
	}
	return lazyFile{f}, nil
}

type lazyFile struct{ vfs.File }

func (lazyFile) Sync() error { return nil }

// TestEveryCallFails fails each call of a run once: no promise may break, and
// a second run must get through.
func TestEveryCallFails(t *testing.T) {
	for _, w := range worlds {
		for _, fault := range []error{syscall.EIO, syscall.ENOSPC, syscall.EPERM} {
			t.Run(fmt.Sprint(w.name, " ", fault), func(t *testing.T) {
				for n := 1; ; n++ {
					world, disk := w.make(), simfs.New(1, noon)
					check(t, world.live(disk, rand.New(rand.NewPCG(1, 1))))
					faults := simfs.NewFaults(simfs.Rule{N: n, Err: fault, Short: true})
					err := world.live(faults.Wrap(disk), rand.New(rand.NewPCG(2, 2)))
					if v := violation(""); errors.As(err, &v) {
						t.Fatalf("call %d: %v after\n%s", n, err, faults)
					}
					if err := world.check(disk); err != nil {
						t.Fatalf("call %d: %v after\n%s", n, err, faults)
					}
					check(t, world.live(disk, rand.New(rand.NewPCG(3, 3))))
					if faults.Count() < n {
						break
					}
				}
			})
		}
	}
}

// TestEveryCallFailsOnTheSystem does the same on the operating system's files.
func TestEveryCallFailsOnTheSystem(t *testing.T) {
	t.Chdir(t.TempDir())
	system := vfs.OS(1)
	for _, w := range worlds {
		t.Run(w.name, func(t *testing.T) {
			for n := 1; ; n++ {
				for _, dir := range []string{"ckpt", "wal"} {
					check(t, vfs.RemoveAll(system, dir))
				}
				world := w.make()
				faults := simfs.NewFaults(simfs.Rule{N: n, Err: syscall.EIO, Short: true})
				err := world.live(faults.Wrap(system), rand.New(rand.NewPCG(2, 2)))
				if v := violation(""); errors.As(err, &v) {
					t.Fatalf("call %d: %v after\n%s", n, err, faults)
				}
				if err := world.check(system); err != nil {
					t.Fatalf("call %d: %v after\n%s", n, err, faults)
				}
				if faults.Count() < n {
					return
				}
			}
		})
	}
}
