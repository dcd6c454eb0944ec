package vfs

import (
	"errors"
	"io"
	"path"
	"strings"
)

// ReadFile returns the whole content of a file, in memory of its own.
func ReadFile(fs FS, name string) ([]byte, error) {
	f, err := fs.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	size, err := f.Size()
	if err != nil {
		return nil, err
	}
	data := make([]byte, size)
	n, err := f.ReadAt(data, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return data[:n], nil
}

// RemoveAll removes a file, or a directory and all below it. What is absent is
// no error. The removal is durable after SyncDir of the directory above.
func RemoveAll(fs FS, name string) error {
	entry, err := fs.Stat(name)
	if errors.Is(err, ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if entry.Dir {
		if err := removeEntries(fs, name); err != nil {
			return err
		}
	}
	return ignoreAbsent(fs.Remove(name))
}

func removeEntries(fs FS, dir string) error {
	entries, err := fs.List(dir)
	if err != nil {
		return ignoreAbsent(err)
	}
	for _, e := range entries {
		if err := RemoveAll(fs, path.Join(dir, e.Name)); err != nil {
			return err
		}
	}
	return nil
}

// Adopt makes a directory trustworthy for a process that has just taken it
// over (and holds its lock): it removes the temporary files that earlier
// owners left and syncs the directory, so that every name List shows is
// durable, even if its writer was killed before its own sync. An earlier owner
// that is still alive finds its temporary file gone and fails.
func Adopt(fs FS, dir string) error {
	entries, err := fs.List(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Dir || !IsTemp(e.Name) {
			continue
		}
		if err := ignoreAbsent(fs.Remove(path.Join(dir, e.Name))); err != nil {
			return err
		}
	}
	return fs.SyncDir(dir)
}

// IsTemp reports whether the last element of name has the form that FS.Temp
// gives.
func IsTemp(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(base, ".") && strings.HasSuffix(base, ".tmp")
}

// TempName puts unique into the form of a temporary name beside name. It
// serves those who implement FS.Temp.
func TempName(name, unique string) string {
	dir, base := path.Split(name)
	return dir + "." + base + "." + unique + ".tmp"
}

func ignoreAbsent(err error) error {
	if errors.Is(err, ErrNotExist) {
		return nil
	}
	return err
}
