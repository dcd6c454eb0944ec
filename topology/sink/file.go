package sink

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/spatestream/spate/files"
	"github.com/spatestream/spate/topology"
)

// File returns the sink that writes a line for every event to files of a
// directory, which it makes and which must be its own: part-00000-000000 and so
// on, the first number the instance's. A file gets its name, in one step, when
// it is complete: with every checkpoint, so that each event is in one of them
// once; in a job without checkpoints when the instance has had all events, and
// of a job that failed or was cancelled before there is none.
func File[T any](dir string, format func(T) string) func() topology.Sink[T] {
	switch {
	case dir == "":
		return refuse[T]("File needs a folder of its own for its files, and was given \"\"")
	case format == nil:
		return refuse[T]("File was given nil in place of the function that makes lines")
	}
	return func() topology.Sink[T] { return &file[T]{dir: dir, format: format} }
}

type file[T any] struct {
	dir    string
	format func(T) string

	fs     files.FS
	prefix string // of the instance's files
	next   int    // number of the next file
	temp   string // of the open file
	file   files.File
	out    *bufio.Writer
}

// Setup continues the numbers of the files that are there. Temporary ones of the
// instance are nobody's: what was to be committed has its name by now. Instance 0
// sees to those of instances that are no more.
func (f *file[T]) Setup(ctx *topology.Context) error {
	f.fs = ctx.Env().FS
	if err := f.fs.MkdirAll(f.dir); err != nil {
		return err
	}
	f.prefix = fmt.Sprintf("part-%05d-", ctx.Instance())
	entries, err := f.fs.List(f.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if n, err := strconv.Atoi(strings.TrimPrefix(e.Name, f.prefix)); err == nil {
			f.next = max(f.next, n+1)
		}
		of := instanceOf(e.Name)
		if of == ctx.Instance() || ctx.Instance() == 0 && of >= ctx.Instances() {
			if err := f.fs.Remove(path.Join(f.dir, e.Name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// instanceOf returns whose temporary file a name is, -1 for another file.
func instanceOf(name string) int {
	rest, temporary := strings.CutPrefix(name, ".part-")
	number, _, some := strings.Cut(rest, "-")
	n, err := strconv.Atoi(number)
	if !temporary || !some || err != nil {
		return -1
	}
	return n
}

// Write implements topology.Sink.
func (f *file[T]) Write(_ *topology.Context, v T) error {
	if f.file == nil {
		if err := f.open(); err != nil {
			return err
		}
	}
	_, _ = f.out.WriteString(f.format(v)) // the writer keeps its error
	return f.out.WriteByte('\n')
}

func (f *file[T]) open() (err error) {
	f.temp = f.fs.Temp(path.Join(f.dir, fmt.Sprintf("%s%06d", f.prefix, f.next)))
	if f.file, err = f.fs.Create(f.temp); err != nil {
		return err
	}
	f.out = bufio.NewWriterSize(f.file, 64<<10)
	return nil
}

// Prepare implements topology.Committer. The receipt is the temporary name.
func (f *file[T]) Prepare(*topology.Context) ([]byte, error) {
	if f.file == nil {
		return nil, nil
	}
	if err := errors.Join(f.out.Flush(), f.file.Sync(), f.file.Close(), f.fs.SyncDir(f.dir)); err != nil {
		return nil, err
	}
	f.file = nil
	receipt := fmt.Sprintf("%s%06d %s", f.prefix, f.next, path.Base(f.temp))
	f.next++
	return []byte(receipt), nil
}

// Commit implements topology.Committer.
func (f *file[T]) Commit(ctx *topology.Context, receipts [][]byte) error {
	for _, r := range receipts {
		if err := f.commit(ctx.Env().FS, string(r)); err != nil {
			return err
		}
	}
	return ctx.Env().FS.SyncDir(f.dir)
}

// commit gives a file its name, unless it has it. Both names are there only if the
// file of that name is somebody else's.
func (f *file[T]) commit(to files.FS, receipt string) error {
	name, temp, _ := strings.Cut(receipt, " ")
	name, temp = path.Join(f.dir, name), path.Join(f.dir, temp)
	_, named := to.Stat(name)
	_, left := to.Stat(temp)
	switch {
	case errors.Is(left, fs.ErrNotExist):
		return named
	case named == nil:
		return fmt.Errorf("%s was written by somebody else meanwhile: give each File sink a folder of its own; what it has is in %s", name, temp)
	}
	return to.Rename(temp, name, files.Overwrite)
}

// Drain implements topology.Drainer.
func (f *file[T]) Drain() error {
	receipt, err := f.Prepare(nil)
	if err != nil || receipt == nil {
		return err
	}
	return errors.Join(f.commit(f.fs, string(receipt)), f.fs.SyncDir(f.dir))
}

// Close removes what is not complete.
func (f *file[T]) Close() error {
	if f.file == nil {
		return nil
	}
	return errors.Join(f.file.Close(), f.fs.Remove(f.temp))
}
