package sink

import (
	"bufio"
	"fmt"
	"path"

	"github.com/spatestream/spate/files"
	"github.com/spatestream/spate/topology"
)

// File returns the sink that writes a line for every event to a file in a
// directory, which it makes: part-00000 of instance 0, part-00001 and so on. A
// file gets its name when the instance has had all events, and replaces one of
// that name; of a job that failed or was cancelled before there is none.
func File[T any](dir string, format func(T) string) func() topology.Sink[T] {
	return func() topology.Sink[T] { return &file[T]{dir: dir, format: format} }
}

type file[T any] struct {
	dir    string
	format func(T) string

	fs   files.FS
	temp string // "": nothing was written, or it has its name
	name string
	file files.File
	out  *bufio.Writer
}

func (f *file[T]) Setup(ctx *topology.Context) (err error) {
	f.fs = ctx.Env().FS
	if err := f.fs.MkdirAll(f.dir); err != nil {
		return err
	}
	f.name = path.Join(f.dir, fmt.Sprintf("part-%05d", ctx.Instance()))
	temp := f.fs.Temp(f.name)
	if f.file, err = f.fs.Create(temp); err != nil {
		return err
	}
	f.temp, f.out = temp, bufio.NewWriterSize(f.file, 64<<10)
	return nil
}

// Write implements topology.Sink.
func (f *file[T]) Write(_ *topology.Context, v T) error {
	_, _ = f.out.WriteString(f.format(v)) // the writer keeps its error
	return f.out.WriteByte('\n')
}

// Drain implements topology.Drainer: it makes the file durable, then names it.
func (f *file[T]) Drain() error {
	if err := f.out.Flush(); err != nil {
		return err
	}
	if err := f.file.Sync(); err != nil {
		return err
	}
	if err := f.fs.Rename(f.temp, f.name, files.Overwrite); err != nil {
		return err
	}
	f.temp = ""
	return f.fs.SyncDir(f.dir)
}

// Close removes what has no name.
func (f *file[T]) Close() error {
	if f.file == nil {
		return nil
	}
	err := f.file.Close()
	if f.temp != "" {
		err = f.fs.Remove(f.temp)
	}
	return err
}
