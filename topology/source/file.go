package source

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"time"

	"github.com/spatestream/spate/topology"
)

// File returns the source of the lines of a file, up to its end. Instance 0 reads
// it. It knows its position in the file.
func File(name string) func() topology.Source[string] {
	if name == "" {
		return refuse[string]("File needs the name of a file, and was given \"\"")
	}
	return func() topology.Source[string] { return &tail{lineFile: lineFile{name: name}} }
}

// Tail returns the source of the lines of a file that others append to; it looks
// for them every so often by the job's clock and never ends. A line counts when
// its end is there. The file may be missing at first. If it becomes shorter, or
// its name stands for another file, which is seen by the size, it is read from
// the beginning. Instance 0 reads it. It knows its position in the file.
func Tail(name string, every time.Duration) func() topology.Source[string] {
	switch {
	case name == "":
		return refuse[string]("Tail needs the name of a file, and was given \"\"")
	case every <= 0:
		return refuse[string]("Tail cannot look every %v: the time must be positive; File reads a file once", every)
	}
	return func() topology.Source[string] {
		return &tail{lineFile: lineFile{name: name}, every: every, follow: true}
	}
}

type tail struct {
	lineFile
	follow bool
	every  time.Duration
	ctx    *topology.Context
}

func (t *tail) Setup(ctx *topology.Context) error {
	t.ctx = ctx
	return nil
}

// Next implements topology.Source.
func (t *tail) Next(ctx context.Context, out *topology.Emitter[string]) error {
	if t.ctx.Instance() > 0 {
		return io.EOF
	}
	if t.lines.emit(out) {
		return nil
	}
	err := t.read(t.ctx.Env().FS)
	switch {
	case err == nil:
		return nil
	case !t.follow && errors.Is(err, io.EOF):
		t.lines.emitRest(out)
		return err
	case !t.follow || !errors.Is(err, io.EOF) && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if again, err := t.replaced(); err != nil {
		return err
	} else if again {
		t.lines.emitRest(out)
		return t.Close()
	}
	t.ctx.WaitUntil(ctx, t.ctx.Now().Add(t.every))
	return nil
}

// replaced reports whether there is another file by the name, or a shorter one,
// and nothing more to read of the one that is open. That is asked for its size
// after the name is: if they are one file that grows, its is not the smaller.
func (t *tail) replaced() (bool, error) {
	if t.file == nil {
		return false, nil
	}
	named, err := t.ctx.Env().FS.Stat(t.name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	size, err := t.file.Size()
	if err != nil || size > t.at {
		return false, err // there is more of this one
	}
	return named.Size < t.at || named.Size > size, nil
}
