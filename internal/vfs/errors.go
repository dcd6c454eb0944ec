package vfs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// Kinds of failure, for errors.Is.
var (
	ErrExist      = fs.ErrExist
	ErrNotExist   = fs.ErrNotExist
	ErrPermission = fs.ErrPermission
	ErrClosed     = fs.ErrClosed
	// ErrLocked: another owner holds the lock; see LockedError.
	ErrLocked = errors.New("locked by another owner")
	// ErrCorrupt: bytes are not what was written; see CorruptError.
	ErrCorrupt = errors.New("corrupt")
	// ErrNoSpace: the disk or the quota is full.
	ErrNoSpace = error(syscall.ENOSPC)
)

// PathError is a failed call on one path, with advice.
type PathError struct {
	Op   string // the method of FS or File, in lower case
	Path string
	Err  error
}

func (e *PathError) Error() string {
	text := e.Op + " " + e.Path + ": " + e.Err.Error()
	if advice := advice(e.Err); advice != "" {
		text += ". " + advice
	}
	return text
}

func (e *PathError) Unwrap() error { return e.Err }

// WrapPath returns err as a PathError about path, nil for nil. What an
// operating system or a standard library wrapped around the reason is taken
// off first, so that the path is said once. It serves those who implement FS.
func WrapPath(op, path string, err error) error {
	if err == nil {
		return nil
	}
	var known *PathError
	if errors.As(err, &known) {
		return err
	}
	var inner *fs.PathError
	var link *os.LinkError
	var call *os.SyscallError
	switch {
	case errors.As(err, &inner):
		err = inner.Err
	case errors.As(err, &link):
		err = link.Err
	case errors.As(err, &call):
		err = call.Err
	}
	return &PathError{Op: op, Path: path, Err: err}
}

func advice(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "Free space on this volume or raise the quota, then start again: nothing acknowledged was lost."
	case errors.Is(err, fs.ErrPermission):
		return "Give the user that runs this process read and write permission on the directory."
	case errors.Is(err, fs.ErrNotExist):
		return "Check the path, and that the volume is mounted."
	case errors.Is(err, fs.ErrExist):
		return "Another writer was first, or an earlier run left it."
	case errors.Is(err, syscall.ENOTDIR):
		return "A file stands where a folder is needed: remove it, or choose another path."
	case errors.Is(err, syscall.EISDIR):
		return "A folder stands where a file is needed: choose another path."
	case errors.Is(err, syscall.EROFS):
		return "The volume is mounted read-only; mount it for writing or choose another directory."
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return "Raise the limit of open files (ulimit -n)."
	case errors.Is(err, syscall.EIO):
		return "The device failed; look at the system log and check the disk before you start again."
	}
	return ""
}

// LockedError says that a lock is held elsewhere. It is ErrLocked.
type LockedError struct {
	Path   string
	Holder string // what the holder wrote about itself, such as "pid 17 on host a"; "" if unknown
}

func (e *LockedError) Error() string {
	holder := e.Holder
	if holder == "" {
		holder = "another process"
	}
	return fmt.Sprintf("lock %s: held by %s. Stop it first, or use another directory: two writers would destroy each other's work.", e.Path, holder)
}

// Is makes a LockedError an ErrLocked.
func (e *LockedError) Is(target error) bool { return target == ErrLocked }

// CorruptError says that bytes on disk are not what was written. It is
// ErrCorrupt. Such bytes are never handed out as data.
type CorruptError struct {
	Path   string
	Offset int64  // byte where the damage begins; -1: the file as a whole
	Reason string // what was expected and what was found
	Advice string // what to do next
}

func (e *CorruptError) Error() string {
	text := e.Path
	if e.Offset >= 0 {
		text += fmt.Sprintf(" at byte %d", e.Offset)
	}
	text += " is corrupt: " + e.Reason
	if e.Advice != "" {
		text += ". " + e.Advice
	}
	return text
}

// Is makes a CorruptError an ErrCorrupt.
func (e *CorruptError) Is(target error) bool { return target == ErrCorrupt }
