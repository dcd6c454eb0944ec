package simfs_test

import (
	"bytes"
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
)

func noon() time.Time { return time.Unix(1_700_000_000, 0) }

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, fs vfs.FS, name string, data []byte) vfs.File {
	t.Helper()
	f, err := fs.Create(name)
	check(t, err)
	_, err = f.Write(data)
	check(t, err)
	return f
}

// outcomes recovers a disk with many seeds and counts what describe says.
func outcomes(disk *simfs.Disk, describe func(fs vfs.FS) string) map[string]int {
	found := map[string]int{}
	for seed := range uint64(500) {
		found[describe(disk.Recover(seed))]++
	}
	return found
}

func content(name string) func(vfs.FS) string {
	return func(fs vfs.FS) string {
		data, err := vfs.ReadFile(fs, name)
		if err != nil {
			return "none"
		}
		// each sector by its first byte; "." is zeros
		var b strings.Builder
		for at := 0; at < len(data); at += 512 {
			b.WriteString(strings.ReplaceAll(string(data[at:at+1]), "\x00", "."))
		}
		return b.String()
	}
}

// TestWhatACutLeaves lists every outcome a cut may have, and all must occur.
func TestWhatACutLeaves(t *testing.T) {
	sectors := func(s string) []byte {
		var b []byte
		for _, c := range s {
			b = append(b, bytes.Repeat([]byte{byte(c)}, 512)...)
		}
		return b
	}
	cases := []struct {
		name string
		make func(t *testing.T, d *simfs.Disk)
		want string // outcomes of file "f"
	}{
		{"nothing synced", func(t *testing.T, d *simfs.Disk) {
			write(t, d, "f", sectors("a"))
		}, "none| |.|a"},
		{"name synced", func(t *testing.T, d *simfs.Disk) {
			write(t, d, "f", sectors("ab"))
			check(t, d.SyncDir("."))
		}, " |a|ab|.b|a.|..|."},
		{"all synced", func(t *testing.T, d *simfs.Disk) {
			check(t, write(t, d, "f", sectors("ab")).Sync())
			check(t, d.SyncDir("/"))
		}, "ab"},
		{"overwritten in place", func(t *testing.T, d *simfs.Disk) {
			f := write(t, d, "f", sectors("ab"))
			check(t, f.Sync())
			check(t, d.SyncDir("."))
			_, err := f.WriteAt(sectors("AB"), 0)
			check(t, err)
		}, "ab|Ab|aB|AB"},
		{"renamed onto, unsynced", func(t *testing.T, d *simfs.Disk) {
			check(t, write(t, d, "f", sectors("a")).Sync())
			check(t, write(t, d, "g", sectors("b")).Sync())
			check(t, d.SyncDir("."))
			check(t, d.Rename("g", "f", vfs.Overwrite))
		}, "a|b"},
		{"removed, unsynced", func(t *testing.T, d *simfs.Disk) {
			check(t, vfs.WriteAtomic(d, "f", sectors("a"), vfs.NoOverwrite))
			check(t, d.Remove("f"))
		}, "none|a"},
		{"in a directory whose name is synced", func(t *testing.T, d *simfs.Disk) {
			check(t, d.MkdirAll("x"))
			check(t, write(t, d, "x/f", nil).Close())
			check(t, d.Rename("x/f", "f", vfs.NoOverwrite))
			check(t, d.SyncDir("."))
		}, " "},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			disk := simfs.New(1, noon)
			c.make(t, disk)
			got := outcomes(disk, content("f"))
			for _, w := range strings.Split(c.want, "|") {
				w = strings.TrimSpace(w)
				if got[w] == 0 {
					t.Errorf("%q never came", w)
				}
				delete(got, w)
			}
			if len(got) > 0 {
				t.Errorf("not legal: %v", got)
			}
		})
	}
}

func TestFailedSyncIsNotRepairedByTheNext(t *testing.T) {
	lost := 0
	for seed := range uint64(50) {
		disk := simfs.New(seed, noon)
		fs := simfs.NewFaults(simfs.Rule{Op: simfs.OpSync, Err: syscall.EIO}).Wrap(disk)
		f := write(t, fs, "f", []byte("a"))
		check(t, fs.SyncDir("."))
		if err := f.Sync(); !errors.Is(err, syscall.EIO) {
			t.Fatal(err)
		}
		check(t, f.Sync())
		if content("f")(disk) != "a" {
			t.Fatal("the program must still see its write")
		}
		if content("f")(disk.Recover(1)) != "a" {
			lost++
		}
	}
	if lost == 0 || lost == 50 {
		t.Errorf("lost in %d of 50", lost)
	}
}

func TestSameSeedSameDisk(t *testing.T) {
	run := func() string {
		disk := simfs.New(5, noon)
		for _, name := range []string{"a", "b", "c"} {
			write(t, disk, name, bytes.Repeat([]byte(name), 5000))
		}
		after := disk.Recover(9)
		return content("a")(after) + "," + content("b")(after) + "," + content("c")(after)
	}
	if one, two := run(), run(); one != two {
		t.Errorf("%s\n%s", one, two)
	}
}

func TestKill(t *testing.T) {
	disk := simfs.New(1, noon)
	f := write(t, disk, "f", []byte("a"))
	held, err := disk.Lock("lock")
	check(t, err)
	disk.Kill()
	if _, err := f.Write([]byte("b")); !errors.Is(err, vfs.ErrClosed) {
		t.Errorf("a dead program wrote: %v", err)
	}
	if content("f")(disk) != "a" {
		t.Error("a kill lost a write")
	}
	_, err = disk.Lock("lock")
	check(t, err)
	check(t, held.Close())
	if _, err := disk.Lock("lock"); !errors.Is(err, vfs.ErrLocked) {
		t.Errorf("the dead owner gave the new owner's lock back: %v", err)
	}
}

func TestRules(t *testing.T) {
	cases := []struct {
		rule simfs.Rule
		want string // which of the six calls fail
	}{
		{simfs.Rule{N: 2}, ".x...."},
		{simfs.Rule{}, "x....."},
		{simfs.Rule{N: 3, Always: true}, "..xxxx"},
		{simfs.Rule{Op: simfs.OpSyncDir}, "...x.."},
		{simfs.Rule{Op: simfs.OpStat, N: 2}, "..x..."},
		{simfs.Rule{Path: "b*", Always: true}, ".x..x."},
		{simfs.Rule{Path: "d/b1"}, ".x...."},
		{simfs.Rule{Path: "d/*", N: 3}, "..x..."},
		{simfs.Rule{Op: simfs.OpMkdir, Path: "a"}, "......"},
	}
	for _, c := range cases {
		disk := simfs.New(1, noon)
		check(t, disk.MkdirAll("d"))
		for _, name := range []string{"d/a1", "d/b1", "b2"} {
			check(t, write(t, disk, name, nil).Close())
		}
		c.rule.Err = syscall.EPERM
		faults := simfs.NewFaults(c.rule)
		fs := faults.Wrap(disk)
		calls := []func() error{
			func() error { _, err := fs.Stat("d/a1"); return err },
			func() error { return fs.Remove("d/b1") },
			func() error { _, err := fs.Stat("d/a1"); return err },
			func() error { return fs.SyncDir("d") },
			func() error { _, err := fs.Stat("b2"); return err },
			func() error { _, err := fs.List("d"); return err },
		}
		got := ""
		for _, call := range calls {
			err := call()
			switch {
			case err == nil:
				got += "."
			case errors.Is(err, syscall.EPERM) && strings.Contains(err.Error(), "permission"):
				got += "x"
			default:
				t.Fatal(err)
			}
		}
		if got != c.want || faults.Count() != 6 {
			t.Errorf("%+v: %s, want %s\n%s", c.rule, got, c.want, faults)
		}
	}
}

func TestShortWrite(t *testing.T) {
	disk := simfs.New(1, noon)
	faults := simfs.NewFaults(simfs.Rule{Op: simfs.OpWrite, Err: syscall.ENOSPC, Short: true})
	f, err := faults.Wrap(disk).Create("f")
	check(t, err)
	n, err := f.Write([]byte("abcd"))
	if n != 2 || !errors.Is(err, vfs.ErrNoSpace) {
		t.Errorf("%d %v", n, err)
	}
	check(t, f.Close())
	want := "1 create f\n2 write f 4 bytes: no space left on device\n3 close f\n"
	if got := faults.String(); got != want {
		t.Errorf("calls:\n%s", got)
	}
}
