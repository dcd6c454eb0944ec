package dstream

import (
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
)

// Names in a checkpoint directory.
const (
	lockName   = ".spate.lock"
	filePrefix = "checkpoint-"
	rddsName   = "rdds" // data checkpoints
)

// kept is how many metadata files stay: the newest, and older ones to fall back
// to.
const kept = 10

// directory is a checkpoint directory that is locked by this process. It is
// used by one goroutine at a time.
type directory struct {
	fs    vfs.FS
	path  string
	lock  io.Closer
	files []metadataFile  // metadata files of this run and of those it continues, oldest first
	old   []instant       // files of runs that were not continued
	rdds  map[string]bool // by ownName, data checkpoints that files of earlier runs know
}

// metadataFile is a file checkpoint-<ms>.
type metadataFile struct {
	time   instant
	oldest instant // the first batch that a recovery from it runs
}

// absolute is a directory as the program named it, from the root.
func absolute(dir string) (string, error) {
	abs, err := filepath.Abs(filepath.FromSlash(dir))
	return filepath.ToSlash(abs), err
}

// openDirectory takes a directory over, making it if it is missing.
func openDirectory(fs vfs.FS, dir string) (*directory, error) {
	d := &directory{fs: fs, path: dir}
	if err := d.recognise(); err != nil {
		return nil, err
	}
	if err := fs.MkdirAll(dir); err != nil {
		return nil, fmt.Errorf("open checkpoint: %w", err)
	}
	lock, err := fs.Lock(path.Join(dir, lockName))
	if errors.Is(err, vfs.ErrLocked) {
		return nil, sparkerr.New("CONCURRENT_QUERY", "another streaming context runs on the checkpoint "+dir+
			": stop it, or give this one a checkpoint directory of its own", "path", dir).Because(err)
	}
	if err != nil {
		return nil, fmt.Errorf("lock checkpoint: %w", err)
	}
	d.lock = lock
	err = vfs.Adopt(fs, dir)
	if err == nil {
		err = d.find()
	}
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return d, nil
}

// recognise refuses a directory that holds what no checkpoint holds.
func (d *directory) recognise() error {
	info, err := d.fs.Stat(d.path)
	if errors.Is(err, vfs.ErrNotExist) {
		return nil
	}
	if err == nil && !info.Dir {
		return d.stranger("it is a file")
	}
	var entries []vfs.Entry
	if err == nil {
		entries, err = d.fs.List(d.path)
	}
	if err != nil {
		return fmt.Errorf("open checkpoint: %w", err)
	}
	for _, e := range entries {
		if !ours(e.Name) {
			return d.stranger("it holds " + e.Name)
		}
	}
	return nil
}

func (d *directory) stranger(why string) error {
	return sparkerr.New("", d.path+" is not the checkpoint directory of a streaming context: "+why+"; give a directory that is empty or does not exist yet", "path", d.path)
}

func ours(name string) bool {
	switch name {
	case lockName, rddsName, "receivedData", "receivedBlockMetadata":
		return true
	}
	_, ok := timeOf(name)
	return ok || vfs.IsTemp(name)
}

// timeOf is the time in the name of a metadata file.
func timeOf(name string) (instant, bool) {
	digits, ok := strings.CutPrefix(name, filePrefix)
	ms, err := strconv.ParseInt(digits, 10, 64)
	return instant(ms), ok && err == nil
}

func (d *directory) file(t instant) string {
	return path.Join(d.path, filePrefix+strconv.FormatInt(int64(t), 10))
}

// find lists the metadata files.
func (d *directory) find() error {
	entries, err := d.fs.List(d.path)
	for _, e := range entries {
		if t, ok := timeOf(e.Name); ok {
			d.old = append(d.old, t)
		}
	}
	slices.Sort(d.old)
	return err
}

// newest reads the newest metadata that can be read, nil if there is no file.
// Files that cannot be read are passed over with a word to warn; that none can
// be read is an error.
func (d *directory) newest(warn func(error)) (*metadata, error) {
	var found *metadata
	var bad []error
	for _, t := range slices.Backward(d.old) {
		m, err := d.read(t)
		switch {
		case err != nil:
			bad = append(bad, err)
		default:
			d.files = append(d.files, metadataFile{t, m.oldest()})
			d.know(m)
			if found == nil {
				found = m
			}
		}
	}
	if found == nil && len(bad) > 0 {
		return nil, sparkerr.New("", "failed to read a checkpoint from the directory "+d.path+": none of its "+strconv.Itoa(len(bad))+
			" files is whole; restore one, or begin anew with CreateOnError or another directory", "path", d.path).Because(errors.Join(bad...))
	}
	for _, err := range bad {
		warn(err)
	}
	slices.Reverse(d.files)
	d.old = slices.DeleteFunc(d.old, func(t instant) bool {
		return slices.ContainsFunc(d.files, func(f metadataFile) bool { return f.time == t })
	})
	return found, nil
}

// know notes the data checkpoints of metadata.
func (d *directory) know(m *metadata) {
	if d.rdds == nil {
		d.rdds = map[string]bool{}
	}
	for _, dirs := range m.RDDs {
		for _, dir := range dirs {
			d.rdds[ownName(dir)] = true
		}
	}
}

// within is how metadata names a folder of the directory: from the directory on,
// which may be moved between two runs.
func (d *directory) within(dir string) string { return strings.TrimPrefix(dir, d.path+"/") }

// places finds data checkpoints that metadata names. Until they were named by
// within they had their whole path, whose end still holds.
func (d *directory) places(names map[instant]string) map[instant]string {
	out := make(map[instant]string, len(names))
	for t, name := range names {
		own := path.Join(rddsName, ownName(name))
		if name == own || strings.HasSuffix(name, "/"+own) {
			name = path.Join(d.path, own)
		}
		out[t] = name
	}
	return out
}

func (d *directory) read(t instant) (*metadata, error) {
	data, err := vfs.ReadFile(d.fs, d.file(t))
	if err != nil {
		return nil, err
	}
	m, err := decodeMetadata(data)
	if err != nil {
		return nil, &vfs.CorruptError{Path: d.file(t), Offset: -1, Reason: err.Error(), Advice: "an older file of the directory is used if there is one"}
	}
	return m, nil
}

// write makes metadata durable and removes files that are no longer kept.
func (d *directory) write(m *metadata) error {
	data, err := m.encode()
	if err != nil {
		return err
	}
	if err := vfs.WriteAtomic(d.fs, d.file(m.Time), data, vfs.Overwrite); err != nil {
		return err
	}
	if n := len(d.files); n > 0 && d.files[n-1].time == m.Time {
		d.files = d.files[:n-1]
	}
	d.files = append(d.files, metadataFile{m.Time, m.oldest()})
	return d.purge()
}

// purge removes what is too old, and what belongs to runs that were not
// continued: from them nobody may recover any more.
func (d *directory) purge() error {
	for len(d.files) > kept {
		if err := d.remove(d.files[0].time); err != nil {
			return err
		}
		d.files = d.files[1:]
	}
	for len(d.old) > 0 {
		if !slices.ContainsFunc(d.files, func(f metadataFile) bool { return f.time == d.old[0] }) {
			if err := d.remove(d.old[0]); err != nil {
				return err
			}
		}
		d.old = d.old[1:]
	}
	return nil
}

func (d *directory) remove(t instant) error {
	err := d.fs.Remove(d.file(t))
	if errors.Is(err, vfs.ErrNotExist) {
		return nil
	}
	return err
}

// oldest is the first batch that a recovery from any of the newest n files runs.
func (d *directory) oldest(n int) instant {
	files := d.files[max(len(d.files)-n, 0):]
	oldest := files[0].oldest
	for _, f := range files[1:] {
		oldest = min(oldest, f.oldest)
	}
	return oldest
}

func (d *directory) close() error { return d.lock.Close() }
