//go:build !linux

package vfs

import "os"

func syncFile(f *os.File) error { return f.Sync() }

// preallocate is a hint, and here there is no call to follow it with.
func preallocate(*os.File, int64) error { return nil }
