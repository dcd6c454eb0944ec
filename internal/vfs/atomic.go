package vfs

import (
	"path"
	"slices"
)

// Put is one file of WriteAll.
type Put struct {
	Name string
	Data []byte // only read
	Mode Mode
}

// WriteAtomic writes a whole file: to a temporary name beside it, synced,
// renamed, and the directory synced. When it returns nil the content is
// durable. At any moment, after any crash, a reader sees the old content (or
// no file) or the new one, whole. With NoOverwrite it fails with ErrExist if
// the name is taken, and of several writers at most one wins. After an error
// the name has its old content or the new. Its directory must exist.
func WriteAtomic(fs FS, name string, data []byte, mode Mode) error {
	return WriteAll(fs, []Put{{Name: name, Data: data, Mode: mode}})
}

// WriteAll does WriteAtomic for several files that may become visible and
// durable in any order, with one sync a directory instead of one a file. All
// are durable when it returns nil. After an error, or a crash in between, each
// name by itself has its old content or the new: a set that needs all or
// nothing is decided by one more file, written after it. Renames happen in the
// order given and stop at the first error.
func WriteAll(fs FS, puts []Put) error {
	temps, err := stageAll(fs, puts)
	renamed := 0
	for ; err == nil && renamed < len(puts); renamed++ {
		err = fs.Rename(temps[renamed], puts[renamed].Name, puts[renamed].Mode)
		if err != nil {
			break
		}
	}
	if err == nil {
		return syncDirs(fs, puts)
	}
	for _, temp := range temps[renamed:] {
		_ = fs.Remove(temp) // garbage that Adopt removes, too
	}
	return err
}

// stageAll writes the contents to temporary files and syncs them, one after the
// other: on ext4 concurrent syncs were measured to be no faster, as they wait
// for the same journal. It returns the names of the files it made, also after
// an error.
func stageAll(fs FS, puts []Put) (temps []string, err error) {
	temps = make([]string, 0, len(puts))
	files := make([]File, 0, len(puts))
	for _, p := range puts {
		temp := fs.Temp(p.Name)
		f, createErr := fs.Create(temp)
		if err = createErr; err != nil {
			break
		}
		temps, files = append(temps, temp), append(files, f)
		if _, err = f.Write(p.Data); err != nil {
			break
		}
	}
	for _, f := range files {
		if err == nil {
			err = f.Sync()
		}
		if closeErr := f.Close(); err == nil {
			err = closeErr
		}
	}
	return temps, err
}

func syncDirs(fs FS, puts []Put) error {
	var done []string
	for _, p := range puts {
		dir := path.Dir(p.Name)
		if slices.Contains(done, dir) {
			continue
		}
		if err := fs.SyncDir(dir); err != nil {
			return err
		}
		done = append(done, dir)
	}
	return nil
}
