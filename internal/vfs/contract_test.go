package vfs_test

import (
	"errors"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
)

// TestContract runs one script on every implementation: they must not be told
// apart.
func TestContract(t *testing.T) {
	disk := simfs.New(1, noon)
	check(t, disk.MkdirAll("d"))
	real, dir := tempOS(t)
	wrapped, wrappedDir := tempOS(t)
	cases := []struct {
		name string
		fs   vfs.FS
		dir  string
	}{
		{"os", real, dir},
		{"disk", disk, "d"},
		{"faults over os", simfs.NewFaults().Wrap(wrapped), wrappedDir},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, part := range []func(*testing.T, vfs.FS, string){contractFiles, contractNames, contractDirs, contractLock, contractRace} {
				part(t, c.fs, c.dir)
			}
		})
	}
}

func contractFiles(t *testing.T, fs vfs.FS, dir string) {
	name := dir + "/file"
	f, err := fs.Create(name)
	check(t, err)
	for _, part := range []string{"hello ", "world"} {
		n, err := f.Write([]byte(part))
		check(t, err)
		if n != len(part) {
			t.Fatalf("wrote %d", n)
		}
	}
	_, err = f.WriteAt([]byte("W"), 6)
	check(t, err)
	_, err = f.Write([]byte("!"))
	check(t, err)
	check(t, f.Truncate(14))
	check(t, f.Preallocate(4)) // never shrinks
	check(t, f.Sync())
	check(t, f.Close())
	if _, err := f.Write([]byte("late")); !errors.Is(err, vfs.ErrClosed) {
		t.Errorf("write after close: %v", err)
	}
	wantContent(t, fs, name, "hello World!\x00\x00")
	e, err := fs.Edit(name)
	check(t, err)
	_, err = e.WriteAt([]byte("J"), 0)
	check(t, err)
	check(t, e.Truncate(5))
	check(t, e.Close())
	wantContent(t, fs, name, "Jello")
	r, err := fs.Open(name)
	check(t, err)
	var buf [8]byte
	if n, err := r.ReadAt(buf[:], 3); n != 2 || err != io.EOF || string(buf[:n]) != "lo" {
		t.Errorf("read at the end: %d %v", n, err)
	}
	check(t, r.Close())
}

func contractNames(t *testing.T, fs vfs.FS, dir string) {
	a, b := dir+"/na", dir+"/nb"
	for _, name := range []string{a, b} {
		check(t, vfs.WriteAtomic(fs, name, []byte(name), vfs.NoOverwrite))
	}
	wantError(t, "create", second(fs.Create(a)), vfs.ErrExist)
	wantError(t, "open", second(fs.Open(dir+"/none")), vfs.ErrNotExist)
	wantError(t, "edit", second(fs.Edit(dir+"/none")), vfs.ErrNotExist)
	wantError(t, "create below nothing", second(fs.Create(dir+"/none/x")), vfs.ErrNotExist)
	wantError(t, "stat", second(fs.Stat(dir+"/none")), vfs.ErrNotExist)
	wantError(t, "list", second(fs.List(dir+"/none")), vfs.ErrNotExist)
	wantError(t, "remove", fs.Remove(dir+"/none"), vfs.ErrNotExist)
	wantError(t, "syncdir", fs.SyncDir(dir+"/none"), vfs.ErrNotExist)
	wantError(t, "rename nothing", fs.Rename(dir+"/none", a, vfs.Overwrite), vfs.ErrNotExist)
	wantError(t, "rename onto", fs.Rename(a, b, vfs.NoOverwrite), vfs.ErrExist)
	wantContent(t, fs, a, a)
	check(t, fs.Rename(a, b, vfs.Overwrite))
	wantContent(t, fs, b, a)
	check(t, fs.Rename(b, a, vfs.NoOverwrite))
	wantError(t, "stat", second(fs.Stat(b)), vfs.ErrNotExist)
	if one, two := fs.Temp(a), fs.Temp(a); one == two || !vfs.IsTemp(one) || vfs.IsTemp(a) {
		t.Errorf("temporary names %s, %s", one, two)
	}
}

func contractDirs(t *testing.T, fs vfs.FS, dir string) {
	check(t, fs.MkdirAll(dir+"/x/y"))
	check(t, fs.MkdirAll(dir+"/x/y"))
	check(t, vfs.WriteAtomic(fs, dir+"/x/f", []byte("123"), vfs.NoOverwrite))
	entries, err := fs.List(dir + "/x")
	check(t, err)
	if len(entries) != 2 || entries[0].Name != "f" || entries[0].Size != 3 || entries[0].Dir ||
		entries[1].Name != "y" || entries[1].Size != 0 || !entries[1].Dir {
		t.Errorf("%+v", entries)
	}
	if err := fs.Remove(dir + "/x"); err == nil {
		t.Error("removed a directory with files in it")
	}
	if err := fs.MkdirAll(dir + "/x/f/z"); err == nil {
		t.Error("made a directory below a file")
	}
	check(t, vfs.RemoveAll(fs, dir+"/x"))
	wantError(t, "stat", second(fs.Stat(dir+"/x")), vfs.ErrNotExist)
}

func contractLock(t *testing.T, fs vfs.FS, dir string) {
	held, err := fs.Lock(dir + "/lock")
	check(t, err)
	wantError(t, "second owner", second(fs.Lock(dir+"/lock")), vfs.ErrLocked)
	check(t, held.Close())
	again, err := fs.Lock(dir + "/lock")
	check(t, err)
	check(t, again.Close())
}

// contractRace lets writers race for one name.
func contractRace(t *testing.T, fs vfs.FS, dir string) {
	var winners atomic.Int32
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			err := vfs.WriteAtomic(fs, dir+"/prize", []byte{byte(i)}, vfs.NoOverwrite)
			if err == nil {
				winners.Add(1)
			} else if !errors.Is(err, vfs.ErrExist) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if winners.Load() != 1 {
		t.Errorf("%d winners", winners.Load())
	}
	entries, err := fs.List(dir)
	check(t, err)
	if slices.ContainsFunc(entries, func(e vfs.Entry) bool { return vfs.IsTemp(e.Name) }) {
		t.Errorf("losers left temporary files: %+v", entries)
	}
}

func second[T any](_ T, err error) error { return err }

func wantError(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}

func TestReadChecked(t *testing.T) {
	disk := simfs.New(1, noon)
	data := []byte("some state")
	check(t, vfs.WriteAtomic(disk, "f", data, vfs.NoOverwrite))
	sum := vfs.ExtendChecksum(vfs.Checksum(data[:4]), data[4:])
	got, err := vfs.ReadChecked(disk, "f", int64(len(data)), sum)
	check(t, err)
	if string(got) != string(data) {
		t.Fatalf("%q", got)
	}
	wantError(t, "size", second(vfs.ReadChecked(disk, "f", 3, sum)), vfs.ErrCorrupt)
	for i := range data {
		check(t, disk.Flip("f", int64(i), 4))
		wantError(t, "flipped bit", second(vfs.ReadChecked(disk, "f", int64(len(data)), sum)), vfs.ErrCorrupt)
		check(t, disk.Flip("f", int64(i), 4))
	}
}
