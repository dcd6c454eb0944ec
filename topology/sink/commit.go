package sink

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	iofs "io/fs"
	"path"
	"strings"

	"github.com/spatestream/spate/files"
	"github.com/spatestream/spate/topology"
)

// CommittedFiles returns the sink of a job with checkpoints that writes a line
// for every event to files in a directory, which it makes. A checkpoint makes a
// file of what an instance has written since the last one, and a file gets its
// name when the checkpoint counts: each line shows once, whatever dies when.
func CommittedFiles[T any](dir string, format func(T) string) func() *Committed[T] {
	return func() *Committed[T] { return &Committed[T]{dir: dir, format: format} }
}

// Committed is an instance of CommittedFiles.
type Committed[T any] struct {
	dir    string
	format func(T) string

	fs   files.FS
	name string // of a file, without what tells it from others
	temp string
	file files.File // nil: nothing since the last checkpoint
	out  *bufio.Writer
}

// renaming is a receipt: a file that waits for its name.
type renaming struct{ From, To string }

// Setup implements topology.Setup.
func (c *Committed[T]) Setup(ctx *topology.Context) error {
	c.fs = ctx.Env().FS
	c.name = fmt.Sprintf("part-%05d-", ctx.Instance())
	return c.fs.MkdirAll(c.dir)
}

// Write implements topology.Sink.
func (c *Committed[T]) Write(_ *topology.Context, v T) error {
	if c.file == nil {
		if err := c.open(); err != nil {
			return err
		}
	}
	_, _ = c.out.WriteString(c.format(v)) // the writer keeps its error
	return c.out.WriteByte('\n')
}

func (c *Committed[T]) open() (err error) {
	c.temp = c.fs.Temp(path.Join(c.dir, c.name))
	if c.file, err = c.fs.Create(c.temp); err != nil {
		return err
	}
	c.out = bufio.NewWriterSize(c.file, 64<<10)
	return nil
}

// Prepare implements topology.Committer.
func (c *Committed[T]) Prepare(*topology.Context) ([]byte, error) {
	if c.file == nil {
		return nil, nil
	}
	err := c.out.Flush()
	if err == nil {
		err = c.file.Sync()
	}
	err = errors.Join(err, c.file.Close())
	c.file = nil
	if err == nil {
		err = c.fs.SyncDir(c.dir)
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(renaming{c.temp, path.Join(c.dir, c.name+strings.TrimPrefix(unique(c.temp), unique(c.name)))})
}

// unique returns letters and digits that tell a temporary file from all others
// that begin alike.
func unique(temp string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, path.Base(temp))
}

// Commit implements topology.Committer. A file that has its name already was
// committed before.
func (c *Committed[T]) Commit(ctx *topology.Context, receipts [][]byte) error {
	fs := ctx.Env().FS
	for _, data := range receipts {
		var r renaming
		if err := json.Unmarshal(data, &r); err != nil {
			return err
		}
		err := fs.Rename(r.From, r.To, files.Overwrite)
		if errors.Is(err, iofs.ErrNotExist) {
			if _, there := fs.Stat(r.To); there == nil {
				continue
			}
		}
		if err != nil {
			return err
		}
	}
	return fs.SyncDir(c.dir)
}

// Close removes what no checkpoint has.
func (c *Committed[T]) Close() error {
	if c.file == nil {
		return nil
	}
	err := errors.Join(c.file.Close(), c.fs.Remove(c.temp))
	c.file = nil
	return err
}
