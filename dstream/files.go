package dstream

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/spatestream/spate/files"
	"github.com/spatestream/spate/rdd"
)

// FileOption changes what a stream of files reads.
type FileOption func(*fileInput)

// FileFilter keeps the files whose paths it is true for, instead of those whose
// names do not begin with a dot.
func FileFilter(keep func(path string) bool) FileOption {
	return func(in *fileInput) { in.keep = keep }
}

// ExistingFiles reads the files that are in the directory already, too, as far
// as spark.streaming.fileStream.minRememberDuration (60 s) reaches back.
func ExistingFiles() FileOption { return func(in *fileInput) { in.since = 0 } }

// TextFileStream makes a stream of the lines of new files in a directory; see
// FileStream for what is new, and rdd.Context.TextFile for lines and
// compression.
func (c *Context) TextFileStream(dir string, opts ...FileOption) *DStream[string] {
	return fileStream(c, "textFileStream", dir, func(sc *rdd.Context, path string) *rdd.RDD[string] { return sc.TextFile(path, 1) }, opts)
}

// BinaryRecordsStream makes a stream of the records of new files in a
// directory, each length bytes long; see FileStream for what is new. A file of
// another length fails the batch.
func BinaryRecordsStream(c *Context, dir string, length int, opts ...FileOption) *DStream[[]byte] {
	return fileStream(c, "binaryRecordsStream", dir, func(sc *rdd.Context, path string) *rdd.RDD[[]byte] { return rdd.BinaryRecords(sc, path, length) }, opts)
}

// FileStream makes a stream of the files that appear in a directory, or in the
// directories that a pattern matches, each read by read. Directories in them are
// not looked into.
//
// A batch has the files whose time of modification is not after the batch's
// time, and after the start of the program, unless ExistingFiles is given; no
// file is chosen twice, and none that is older than the batch by more than
// spark.streaming.fileStream.minRememberDuration. So files should be written
// elsewhere and moved in: what is appended to a file that was chosen is not
// seen, and a file that is being written may be read in part. A directory that
// is missing, or cannot be listed, is a warning and means empty batches. The paths
// chosen are in the batch's InputInfo.Metadata as "files"; Records is 0.
func FileStream[T any](c *Context, dir string, read func(sc *rdd.Context, path string) *rdd.RDD[T], opts ...FileOption) *DStream[T] {
	return fileStream(c, "fileStream", dir, read, opts).given(read != nil)
}

func fileStream[T any](c *Context, op, dir string, read func(*rdd.Context, string) *rdd.RDD[T], opts []FileOption) *DStream[T] {
	in := newFileInput(c, dir)
	for _, o := range opts {
		o(in)
	}
	var d *DStream[T]
	d = newDStream(c, op, c.batch, func(t instant) (*rdd.RDD[T], error) {
		paths := in.batches[t]
		if len(paths) == 0 {
			return rdd.Empty[T](c.sc), nil
		}
		all := make([]*rdd.RDD[T], len(paths))
		err := d.n.outside(func() {
			for i, p := range paths {
				all[i] = read(c.sc, p)
			}
		})
		return rdd.Union(all[0], all[1:]...), err
	})
	in.n = d.n
	d.n.remember = in.window
	in.id = addInput(d, in)
	return d
}

// directories returns what a pattern of directories stands for now.
func directories(fsys files.FS, pattern string) ([]string, error) {
	if !strings.ContainsAny(pattern, "*?[") {
		return []string{pattern}, nil
	}
	above, err := directories(fsys, path.Dir(pattern))
	if err != nil {
		return nil, err
	}
	var out []string
	for _, dir := range above {
		entries, err := fsys.List(dir)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if ok, err := path.Match(path.Base(pattern), e.Name); err != nil {
				return nil, err
			} else if ok && e.Dir {
				out = append(out, path.Join(dir, e.Name))
			}
		}
	}
	return out, nil
}

// listing is the files in directories that keep is true for and that were
// changed after after, and not after until.
func listing(fsys files.FS, dirs []string, keep func(string) bool, after, until instant) ([]string, error) {
	var out []string
	for _, dir := range dirs {
		entries, err := fsys.List(dir)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			changed := instantOf(e.ModTime)
			if p := path.Join(dir, e.Name); !e.Dir && changed > after && changed <= until && keep(p) {
				out = append(out, p)
			}
		}
	}
	slices.Sort(out)
	return out, nil
}

// visible is the default filter.
func visible(p string) bool { return !strings.HasPrefix(path.Base(p), ".") }

// rememberWindow is how far back files are remembered: whole batches.
func (c *Context) rememberWindow() time.Duration {
	least := c.duration("spark.streaming.fileStream.minRememberDuration", time.Minute)
	return (least + c.batch - 1) / c.batch * c.batch
}
