package vfs

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
)

// OS returns the file system of the operating system. Names are absolute or
// relative to the working directory. The seed makes the temporary names of
// this process its own: hand in a random number, another one in each process.
//
// A file system without hard links cannot do Rename with NoOverwrite; the
// error says so.
func OS(seed uint64) FS { return &osFS{seed: seed} }

type osFS struct {
	seed  uint64
	temps atomic.Uint64
}

func (*osFS) Open(name string) (Reader, error) {
	f, err := os.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, WrapPath("open", name, err)
	}
	return &osFile{File: f, name: name}, nil
}

func (*osFS) Create(name string) (File, error) {
	return openFile("create", name, os.O_RDWR|os.O_CREATE|os.O_EXCL)
}

func (*osFS) Edit(name string) (File, error) { return openFile("edit", name, os.O_RDWR) }

func openFile(op, name string, flag int) (File, error) {
	f, err := os.OpenFile(filepath.FromSlash(name), flag, 0o666)
	if err != nil {
		return nil, WrapPath(op, name, err)
	}
	return &osFile{File: f, name: name}, nil
}

func (*osFS) Rename(from, to string, mode Mode) error {
	source, target := filepath.FromSlash(from), filepath.FromSlash(to)
	if mode == Overwrite {
		return WrapPath("rename", to, os.Rename(source, target))
	}
	if err := os.Link(source, target); err != nil {
		if errors.Is(err, syscall.EPERM) || errors.Is(err, errors.ErrUnsupported) {
			err = fmt.Errorf("%w: the file system has no hard links, which creating a file exactly once needs; put the directory on another one", err)
		}
		return WrapPath("rename", to, err)
	}
	return WrapPath("rename", from, os.Remove(source))
}

func (*osFS) Remove(name string) error {
	return WrapPath("remove", name, os.Remove(filepath.FromSlash(name)))
}

func (*osFS) List(dir string) ([]Entry, error) {
	found, err := os.ReadDir(filepath.FromSlash(dir))
	if err != nil {
		return nil, WrapPath("list", dir, err)
	}
	entries := make([]Entry, 0, len(found))
	for _, d := range found {
		info, err := d.Info()
		if err == nil && info.Mode()&os.ModeSymlink != 0 {
			info, err = os.Stat(filepath.Join(filepath.FromSlash(dir), d.Name()))
		}
		if errors.Is(err, ErrNotExist) {
			continue // gone since it was read, or a link to nothing
		}
		if err != nil {
			return nil, WrapPath("list", path.Join(dir, d.Name()), err)
		}
		entries = append(entries, entryOf(d.Name(), info))
	}
	return entries, nil
}

func (*osFS) Stat(name string) (Entry, error) {
	info, err := os.Stat(filepath.FromSlash(name))
	if err != nil {
		return Entry{}, WrapPath("stat", name, err)
	}
	return entryOf(path.Base(name), info), nil
}

func entryOf(name string, info os.FileInfo) Entry {
	e := Entry{Name: name, ModTime: info.ModTime(), Dir: info.IsDir()}
	if !e.Dir {
		e.Size = info.Size()
	}
	return e
}

// MkdirAll syncs the directory above each one it makes, and the one above the
// deepest that existed: whoever made that may have been killed before its sync.
func (o *osFS) MkdirAll(dir string) error {
	missing, deepest, err := o.missing(dir)
	if err != nil {
		return err
	}
	if err := o.SyncDir(path.Dir(deepest)); err != nil && !errors.Is(err, ErrPermission) {
		return err // without permission to look at it, it is not ours
	}
	for _, d := range slices.Backward(missing) {
		if err := os.Mkdir(filepath.FromSlash(d), 0o777); err != nil && !errors.Is(err, ErrExist) {
			return WrapPath("mkdir", d, err)
		}
		if err := o.SyncDir(path.Dir(d)); err != nil {
			return err
		}
	}
	return nil
}

// missing returns the directories to make, the lowest first, and the deepest
// one that exists.
func (o *osFS) missing(dir string) (missing []string, deepest string, err error) {
	for d := path.Clean(dir); ; d = path.Dir(d) {
		entry, err := o.Stat(d)
		switch {
		case err == nil && !entry.Dir:
			return nil, "", WrapPath("mkdir", d, syscall.ENOTDIR)
		case err == nil:
			return missing, d, nil
		case !errors.Is(err, ErrNotExist) || d == path.Dir(d):
			return nil, "", err
		}
		missing = append(missing, d)
	}
}

func (*osFS) SyncDir(dir string) error {
	return WrapPath("syncdir", dir, syncDir(filepath.FromSlash(dir)))
}

func (*osFS) Lock(name string) (io.Closer, error) {
	f, err := lockFile(filepath.FromSlash(name))
	if errors.Is(err, ErrLocked) {
		holder, _ := os.ReadFile(filepath.FromSlash(name)) // unknown is fine
		return nil, &LockedError{Path: name, Holder: strings.TrimSpace(string(holder))}
	}
	if err != nil {
		return nil, WrapPath("lock", name, err)
	}
	_ = writeHolder(f) // it only serves the message of LockedError
	return f, nil
}

func writeHolder(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	host, _ := os.Hostname()
	_, err := fmt.Fprintf(f, "process %d (%s) on host %s\n", os.Getpid(), filepath.Base(os.Args[0]), host)
	return err
}

func (o *osFS) Temp(name string) string {
	return TempName(name, fmt.Sprintf("%016x-%d", o.seed, o.temps.Add(1)))
}

// osFile gives the errors of an *os.File the name its user knows.
type osFile struct {
	*os.File
	name string
}

func (f *osFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, WrapPath("size", f.name, err)
	}
	return info.Size(), nil
}

func (f *osFile) ReadAt(p []byte, off int64) (int, error) {
	n, err := f.File.ReadAt(p, off)
	if err == io.EOF {
		return n, err // the contract of io.ReaderAt
	}
	return n, WrapPath("read", f.name, err)
}

func (f *osFile) Write(p []byte) (int, error) {
	n, err := f.File.Write(p)
	return n, WrapPath("write", f.name, err)
}

func (f *osFile) WriteAt(p []byte, off int64) (int, error) {
	n, err := f.File.WriteAt(p, off)
	return n, WrapPath("write", f.name, err)
}

func (f *osFile) Truncate(size int64) error {
	return WrapPath("truncate", f.name, f.File.Truncate(size))
}

func (f *osFile) Preallocate(size int64) error {
	return WrapPath("preallocate", f.name, preallocate(f.File, size))
}

func (f *osFile) Sync() error { return WrapPath("sync", f.name, syncFile(f.File)) }

func (f *osFile) Close() error { return WrapPath("close", f.name, f.File.Close()) }
