//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package vfs

import (
	"errors"
	"os"
	"syscall"
)

// lockFile takes flock(2): it belongs to the open file, so two owners in one
// process exclude each other as well, and it ends with the process.
func lockFile(name string) (*os.File, error) {
	for {
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o666)
		if err != nil {
			return nil, err
		}
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = ErrLocked
		}
		if err == nil && sameFile(f, name) {
			return f, nil
		}
		if closeErr := f.Close(); err != nil || closeErr != nil {
			return nil, errors.Join(err, closeErr)
		}
	}
}

// sameFile reports whether the locked file still has its name: if it was
// removed meanwhile, the next owner would lock another one.
func sameFile(f *os.File, name string) bool {
	locked, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(name)
	return err == nil && os.SameFile(locked, named)
}
