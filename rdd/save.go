package rdd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"

	"github.com/spatestream/spate/connector/file"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
)

// SaveOption changes how files are saved.
type SaveOption func(*saver)

// Codec compresses the files: "gzip", "zstd" or "deflate".
func Codec(name string) SaveOption {
	return func(s *saver) { s.codec, s.err = file.ParseCompression(name) }
}

// Overwrite writes into a directory that exists already, over files of the same
// names.
func Overwrite() SaveOption { return func(s *saver) { s.overwrite = true } }

// SaveAsTextFile writes every element as a line, as Text prints it, to
// dir/part-00000 and so on, one file a partition, and _SUCCESS when all are
// durable. A directory that exists is an error unless Overwrite is given or
// spark.hadoop.validateOutputSpecs is false; a job that fails leaves nothing.
func (r *RDD[T]) SaveAsTextFile(ctx context.Context, dir string, opts ...SaveOption) error {
	return save(ctx, r, "saveAsTextFile", dir, opts, func(t *Task, part, _ int, w *bufio.Writer) error {
		return printPart(r, t, part, w)
	})
}

// filler writes the file of one of parts partitions.
type filler func(t *Task, part, parts int, w *bufio.Writer) error

// saver writes the files of one job below dir/_temporary and moves them to
// dir when all are there.
type saver struct {
	fs        vfs.FS
	dir, temp string
	codec     file.Compression
	overwrite bool
	made      bool // dir was made by this job
	err       error
}

func save[T any](ctx context.Context, r *RDD[T], action, dir string, opts []SaveOption, fill filler) error {
	s, err := newSaver(r.node().ctx, dir, opts)
	if err != nil {
		return blamed(action, err)
	}
	parts, err := all(ctx, r.node())
	if err != nil {
		return err
	}
	if err := s.begin(); err != nil {
		return blamed(action, err)
	}
	files, err := writeFiles(ctx, r, action, s, parts, fill)
	if err == nil {
		err = blamed(action, s.commit(files))
	}
	return errors.Join(err, s.end(err))
}

// writeFiles runs the job that writes a file for each partition. It returns
// the temporary names of what the attempts that count have written.
func writeFiles[T any](ctx context.Context, r *RDD[T], action string, s *saver, parts []int, fill filler) ([]string, error) {
	files := make([]string, len(parts))
	return files, run(ctx, r.node(), action, parts, func(t *Task, part int) error {
		name := path.Join(s.temp, fmt.Sprintf("%s.%d", s.part(part), t.Attempt()))
		t.onCommit(func() { files[part] = name })
		return s.write(name, func(w *bufio.Writer) error { return fill(t, part, len(parts), w) })
	})
}

func newSaver(c *Context, dir string, opts []SaveOption) (*saver, error) {
	abs, err := filepath.Abs(filepath.FromSlash(dir))
	if err != nil {
		return nil, err
	}
	s := &saver{fs: c.env.FS, dir: filepath.ToSlash(abs), overwrite: c.conf.get("spark.hadoop.validateOutputSpecs") == "false"}
	for _, o := range opts {
		o(s)
	}
	s.temp = s.fs.Temp(path.Join(s.dir, "_temporary", "job"))
	return s, s.err
}

// begin makes the directory.
func (s *saver) begin() error {
	_, err := s.fs.Stat(s.dir)
	s.made = errors.Is(err, vfs.ErrNotExist)
	switch {
	case err == nil && !s.overwrite:
		return sparkerr.New("", "the output directory "+s.dir+" exists already: remove it, give another, or save with rdd.Overwrite()")
	case err != nil && !s.made:
		return err
	}
	return s.fs.MkdirAll(s.temp)
}

func (s *saver) part(i int) string { return fmt.Sprintf("part-%05d%s", i, s.codec.Ext()) }

// write makes a file that is durable under its temporary name.
func (s *saver) write(name string, fill func(*bufio.Writer) error) (err error) {
	f, err := s.fs.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z, err := s.codec.Wrap(f)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(z, 64<<10)
	if err := fill(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return f.Sync()
}

// commit gives the files their names and says that all are there.
func (s *saver) commit(files []string) error {
	if err := s.rename(files); err != nil {
		return err
	}
	return vfs.WriteAtomic(s.fs, path.Join(s.dir, "_SUCCESS"), nil, vfs.Overwrite)
}

// rename gives the files their names, durably.
func (s *saver) rename(files []string) error {
	for i, name := range files {
		if err := s.fs.Rename(name, path.Join(s.dir, s.part(i)), vfs.Overwrite); err != nil {
			return err
		}
	}
	return s.fs.SyncDir(s.dir)
}

// end removes what is not part of the output.
func (s *saver) end(failed error) error {
	if failed != nil && s.made {
		return vfs.RemoveAll(s.fs, s.dir)
	}
	return vfs.RemoveAll(s.fs, path.Join(s.dir, "_temporary"))
}
