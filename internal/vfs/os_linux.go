package vfs

import (
	"errors"
	"os"
	"syscall"
)

// syncFile leaves out the times of the file, which nobody waits for; fdatasync
// does write the size.
func syncFile(f *os.File) error {
	return retry(func() error { return syscall.Fdatasync(int(f.Fd())) })
}

func preallocate(f *os.File, size int64) error {
	err := retry(func() error { return syscall.Fallocate(int(f.Fd()), 0, 0, size) })
	if errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}

func retry(call func() error) error {
	for {
		if err := call(); err != syscall.EINTR {
			return err
		}
	}
}
