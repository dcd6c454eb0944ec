package simfs

import (
	"errors"
	"io"

	"github.com/spatestream/spate/internal/vfs"
)

// Wrap returns fs with the faults in front of it: a Disk, vfs.OS, anything.
func (f *Faults) Wrap(fs vfs.FS) vfs.FS { return &faultyFS{fs: fs, faults: f} }

type faultyFS struct {
	fs     vfs.FS
	faults *Faults
}

// check counts a call and returns its fault.
func (w *faultyFS) check(op Op, name string) error {
	if r := w.faults.next(op, name, 0); r != nil {
		return vfs.WrapPath(string(op), name, r.Err)
	}
	return nil
}

func (w *faultyFS) Open(name string) (vfs.Reader, error) {
	if err := w.check(OpOpen, name); err != nil {
		return nil, err
	}
	r, err := w.fs.Open(name)
	if err != nil {
		return nil, err
	}
	return &faultyReader{r: r, name: name, fs: w}, nil
}

func (w *faultyFS) Create(name string) (vfs.File, error) {
	if err := w.check(OpCreate, name); err != nil {
		return nil, err
	}
	return w.file(name, w.fs.Create)
}

func (w *faultyFS) Edit(name string) (vfs.File, error) {
	if err := w.check(OpEdit, name); err != nil {
		return nil, err
	}
	return w.file(name, w.fs.Edit)
}

func (w *faultyFS) file(name string, open func(string) (vfs.File, error)) (vfs.File, error) {
	f, err := open(name)
	if err != nil {
		return nil, err
	}
	return &faultyFile{faultyReader: faultyReader{r: f, name: name, fs: w}, f: f}, nil
}

func (w *faultyFS) Rename(from, to string, mode vfs.Mode) error {
	if err := w.check(OpRename, to); err != nil {
		return err
	}
	return w.fs.Rename(from, to, mode)
}

func (w *faultyFS) Remove(name string) error {
	if err := w.check(OpRemove, name); err != nil {
		return err
	}
	return w.fs.Remove(name)
}

func (w *faultyFS) List(dir string) ([]vfs.Entry, error) {
	if err := w.check(OpList, dir); err != nil {
		return nil, err
	}
	return w.fs.List(dir)
}

func (w *faultyFS) Stat(name string) (vfs.Entry, error) {
	if err := w.check(OpStat, name); err != nil {
		return vfs.Entry{}, err
	}
	return w.fs.Stat(name)
}

func (w *faultyFS) MkdirAll(dir string) error {
	if err := w.check(OpMkdir, dir); err != nil {
		return err
	}
	return w.fs.MkdirAll(dir)
}

func (w *faultyFS) SyncDir(dir string) error {
	if err := w.check(OpSyncDir, dir); err != nil {
		return err
	}
	return w.fs.SyncDir(dir)
}

func (w *faultyFS) Lock(name string) (io.Closer, error) {
	if err := w.check(OpLock, name); err != nil {
		return nil, err
	}
	return w.fs.Lock(name)
}

func (w *faultyFS) Temp(name string) string { return w.fs.Temp(name) }

type faultyReader struct {
	r    vfs.Reader
	name string
	fs   *faultyFS
}

func (r *faultyReader) ReadAt(p []byte, off int64) (int, error) {
	if rule := r.fs.faults.next(OpRead, r.name, len(p)); rule != nil {
		return 0, vfs.WrapPath(string(OpRead), r.name, rule.Err)
	}
	return r.r.ReadAt(p, off)
}

func (r *faultyReader) Size() (int64, error) {
	if err := r.fs.check(OpSize, r.name); err != nil {
		return 0, err
	}
	return r.r.Size()
}

func (r *faultyReader) Close() error {
	return errors.Join(r.fs.check(OpClose, r.name), r.r.Close())
}

type faultyFile struct {
	faultyReader
	f vfs.File
}

func (f *faultyFile) Write(p []byte) (int, error) {
	return f.write(p, f.f.Write)
}

func (f *faultyFile) WriteAt(p []byte, off int64) (int, error) {
	return f.write(p, func(p []byte) (int, error) { return f.f.WriteAt(p, off) })
}

func (f *faultyFile) write(p []byte, write func([]byte) (int, error)) (n int, err error) {
	r := f.fs.faults.next(OpWrite, f.name, len(p))
	if r == nil {
		return write(p)
	}
	if r.Short {
		n, _ = write(p[:len(p)/2])
	}
	return n, vfs.WrapPath(string(OpWrite), f.name, r.Err)
}

func (f *faultyFile) Sync() error {
	err := f.fs.check(OpSync, f.name)
	if err == nil {
		return f.f.Sync()
	}
	if loser, ok := f.f.(interface{ failSync() }); ok && !errors.Is(err, ErrPowerCut) {
		loser.failSync()
	}
	return err
}

func (f *faultyFile) Truncate(size int64) error {
	if err := f.fs.check(OpTruncate, f.name); err != nil {
		return err
	}
	return f.f.Truncate(size)
}

func (f *faultyFile) Preallocate(size int64) error {
	if err := f.fs.check(OpPreallocate, f.name); err != nil {
		return err
	}
	return f.f.Preallocate(size)
}
