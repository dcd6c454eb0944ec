// Package files is the contract of a file system as the engine and its
// connectors see it: system calls, no more. A program that writes a connector
// reads and writes through the FS it is handed, so that what it does is tested
// as the engine is: crashed, torn, filled and failed. internal/vfs has the disk
// of this machine and states what is durable when.
package files

import (
	"io"
	"time"
)

// FS is a file system. Its methods are system calls, no more; what is made of
// them are functions over FS, so that a fault can be placed at every single call.
//
// A name that is absent gives an error that errors.Is takes for io/fs.ErrNotExist,
// one that is in the way io/fs.ErrExist. An FS may be used by many goroutines.
type FS interface {
	// Open opens a file for reading.
	Open(name string) (Reader, error)
	// Create makes a new, empty file and fails with fs.ErrExist if the name is
	// taken: nothing is ever truncated by accident.
	Create(name string) (File, error)
	// Edit opens an existing file for writing in place.
	Edit(name string) (File, error)
	// Rename gives a file another name in one step. With NoOverwrite it fails
	// with fs.ErrExist if the new name is taken; of several that race for a name
	// one wins.
	Rename(from, to string, mode Mode) error
	// Remove removes a file or an empty directory.
	Remove(name string) error
	// List returns the entries of a directory, sorted by name; temporary files
	// are among them. A symbolic link is listed as what it points to.
	List(dir string) ([]Entry, error)
	// Stat describes one file or directory.
	Stat(name string) (Entry, error)
	// MkdirAll makes a directory and those above it that are missing. They are
	// durable when it returns. An existing directory is no error.
	MkdirAll(dir string) error
	// SyncDir makes the names in a directory durable.
	SyncDir(dir string) error
	// Lock takes a lock that one owner at a time can hold, within the process
	// and across processes; the file name stands for it and stays behind. It
	// never waits: a lock held elsewhere is an error. Close gives it
	// back, and so does the end of the process.
	Lock(name string) (io.Closer, error)
	// Temp returns a name in the same directory as name that no other call,
	// in this or another process, returns: ".NAME.<unique>.tmp".
	Temp(name string) string
}

// Reader is an open file. ReadAt may be called by many goroutines at a time.
type Reader interface {
	io.ReaderAt
	io.Closer
	// Size returns the length of the file in bytes.
	Size() (int64, error)
}

// File is a file open for writing. It is used by one goroutine at a time.
// Close does not sync.
type File interface {
	Reader
	// Write writes where the last Write of this handle ended, at first at 0.
	io.Writer
	// WriteAt writes anywhere and leaves the place of the next Write alone.
	io.WriterAt
	// Sync makes the content and the size durable. After it failed nobody
	// knows what is on the disk, and a second Sync proves nothing: write the
	// bytes again, best to another file.
	Sync() error
	// Truncate sets the size; bytes it adds are zero.
	Truncate(size int64) error
	// Preallocate reserves space up to size and makes the file that long;
	// bytes it adds are zero. It is a hint: where the system cannot, it does
	// nothing and returns nil. A full disk is an error.
	Preallocate(size int64) error
}

// Entry describes a file or a directory.
type Entry struct {
	Name    string    // last element of the path
	Size    int64     // bytes; 0 for a directory
	ModTime time.Time // of the last change of content
	Dir     bool
}

// Mode says what a write does to a name that is taken.
type Mode uint8

const (
	// NoOverwrite fails with fs.ErrExist.
	NoOverwrite Mode = iota
	// Overwrite replaces the file in one step.
	Overwrite
)
