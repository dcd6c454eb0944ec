//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !dragonfly && !windows

package vfs

import (
	"errors"
	"os"
)

// lockFile has no lock to take here and says so rather than run unfenced.
func lockFile(string) (*os.File, error) { return nil, errors.ErrUnsupported }
