package memory

import (
	"errors"
	"io"
	"path"
	"sync"

	"github.com/spatestream/spate/internal/vfs"
)

// Space is where a task spills to: anonymous files that vanish with the task.
type Space interface {
	// Create returns a new file for writing. The hint is part of its name, for
	// people who look at the directory.
	Create(hint string) (File, error)
	// Close removes every file that is left.
	Close() error
}

// File is a spill file: written once, then read from the start or at offsets.
// It belongs to one goroutine; ReadAt may be called by many at a time.
type File interface {
	io.Writer
	io.ReaderAt
	Size() int64
	Close() error // removes the file
}

// NewSpace returns a space of temporary files in dir, which is made when the
// first file is. They are removed by Close, never synced, and named as
// temporary files (vfs.IsTemp), so that what a crash leaves is swept by
// vfs.Adopt at the next start. Safe for concurrent use.
func NewSpace(fs vfs.FS, dir string) Space { return &space{fs: fs, dir: dir, files: map[*file]bool{}} }

type space struct {
	fs  vfs.FS
	dir string

	mu    sync.Mutex     // guards the rest
	files map[*file]bool // open ones
	made  bool           // the directory
}

func (s *space) Create(hint string) (File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.made {
		if err := s.fs.MkdirAll(s.dir); err != nil {
			return nil, err
		}
		s.made = true
	}
	name := s.fs.Temp(path.Join(s.dir, hint))
	under, err := s.fs.Create(name)
	if err != nil {
		return nil, err
	}
	f := &file{space: s, under: under, name: name}
	s.files[f] = true
	return f, nil
}

func (s *space) Close() error {
	s.mu.Lock()
	var files []*file
	for f := range s.files {
		files = append(files, f)
	}
	s.mu.Unlock()
	var errs []error
	for _, f := range files {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}

// forget takes a file off the list and reports whether it was on it.
func (s *space) forget(f *file) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.files[f]
	delete(s.files, f)
	return was
}

type file struct {
	space *space
	under vfs.File
	name  string
	size  int64
}

func (f *file) Write(p []byte) (int, error) {
	n, err := f.under.Write(p)
	f.size += int64(n)
	return n, err
}

func (f *file) ReadAt(p []byte, off int64) (int, error) { return f.under.ReadAt(p, off) }

func (f *file) Size() int64 { return f.size }

// Close is idempotent.
func (f *file) Close() error {
	if !f.space.forget(f) {
		return nil
	}
	return errors.Join(f.under.Close(), f.space.fs.Remove(f.name))
}
