package vfs_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spatestream/spate/internal/vfs"
)

func tempOS(t testing.TB) (vfs.FS, string) {
	return vfs.OS(7), filepath.ToSlash(t.TempDir())
}

func TestOSWriteAtomic(t *testing.T) {
	fs, dir := tempOS(t)
	name := dir + "/a"
	check(t, vfs.WriteAtomic(fs, name, []byte("one"), vfs.NoOverwrite))
	if err := vfs.WriteAtomic(fs, name, []byte("two"), vfs.NoOverwrite); !errors.Is(err, vfs.ErrExist) {
		t.Fatalf("second writer: %v", err)
	}
	wantContent(t, fs, name, "one")
	check(t, vfs.WriteAtomic(fs, name, []byte("three"), vfs.Overwrite))
	wantContent(t, fs, name, "three")
	entries, err := fs.List(dir)
	check(t, err)
	if len(entries) != 1 || entries[0].Name != "a" || entries[0].Size != 5 || entries[0].Dir {
		t.Fatalf("left behind: %+v", entries)
	}
}

func TestOSErrorsNamePathAndAdvice(t *testing.T) {
	fs, dir := tempOS(t)
	_, err := fs.Open(dir + "/none")
	if !errors.Is(err, vfs.ErrNotExist) || strings.Count(err.Error(), dir+"/none") != 1 || !strings.Contains(err.Error(), "Check the path") {
		t.Errorf("open: %v", err)
	}
	err = fs.Rename(dir+"/none", dir+"/x", vfs.NoOverwrite)
	if !errors.Is(err, vfs.ErrNotExist) {
		t.Errorf("rename: %v", err)
	}
	check(t, vfs.WriteAtomic(fs, dir+"/f", nil, vfs.NoOverwrite))
	if err := fs.MkdirAll(dir + "/f/g"); err == nil {
		t.Error("made a directory below a file")
	}
}

func TestOSDirectories(t *testing.T) {
	fs, dir := tempOS(t)
	check(t, fs.MkdirAll(dir+"/a/b/c"))
	check(t, fs.MkdirAll(dir+"/a/b/c"))
	check(t, vfs.WriteAll(fs, []vfs.Put{
		{Name: dir + "/a/1", Data: []byte("1")},
		{Name: dir + "/a/b/2", Data: []byte("22")},
		{Name: fs.Temp(dir + "/a/b/3"), Data: []byte("3")},
	}))
	check(t, vfs.Adopt(fs, dir+"/a/b"))
	entries, err := fs.List(dir + "/a/b")
	check(t, err)
	if len(entries) != 2 || entries[0].Name != "2" || entries[1].Name != "c" || !entries[1].Dir {
		t.Fatalf("%+v", entries)
	}
	check(t, vfs.RemoveAll(fs, dir+"/a"))
	check(t, vfs.RemoveAll(fs, dir+"/a"))
	if _, err := fs.Stat(dir + "/a"); !errors.Is(err, vfs.ErrNotExist) {
		t.Fatal(err)
	}
}

func TestOSLock(t *testing.T) {
	fs, dir := tempOS(t)
	name := dir + "/LOCK"
	held, err := fs.Lock(name)
	check(t, err)
	var locked *vfs.LockedError
	if _, err := fs.Lock(name); !errors.As(err, &locked) || !errors.Is(err, vfs.ErrLocked) || !strings.Contains(locked.Holder, "process") {
		t.Fatalf("second owner: %v", err)
	}
	if out := lockInChild(t, name); !strings.Contains(out, "held by process") {
		t.Fatalf("other process: %s", out)
	}
	check(t, held.Close())
	check(t, fs.Remove(name))
	if out := lockInChild(t, name); !strings.Contains(out, "free") {
		t.Fatalf("after the end of the owner: %s", out)
	}
}

// lockInChild takes the lock in another process, which exits without giving it
// back.
func lockInChild(t *testing.T, name string) string {
	cmd := exec.Command(os.Args[0], "-test.run=TestLockChild")
	cmd.Env = append(os.Environ(), "VFS_LOCK="+name)
	out, err := cmd.CombinedOutput()
	check(t, err)
	return string(out)
}

func TestLockChild(t *testing.T) {
	name := os.Getenv("VFS_LOCK")
	if name == "" {
		t.Skip("runs as the child of TestOSLock")
	}
	_, err := vfs.OS(8).Lock(name)
	if err == nil {
		os.Stdout.WriteString("free\n")
	} else {
		os.Stdout.WriteString(err.Error() + "\n")
	}
	os.Exit(0)
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantContent(t testing.TB, fs vfs.FS, name, want string) {
	t.Helper()
	data, err := vfs.ReadFile(fs, name)
	check(t, err)
	if string(data) != want {
		t.Fatalf("%s holds %q, want %q", name, data, want)
	}
}
