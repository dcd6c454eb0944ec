// Package filetest is what the tests of file formats have in common: a disk in
// memory, a clock that stands still, and rows as text.
package filetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
)

// Disk is a disk and the environment around it. A test moves the clock.
type Disk struct {
	testing.TB
	At  time.Time
	Env *connector.Env
}

type clock struct{ d *Disk }

func (c clock) Now() time.Time                             { return c.d.At }
func (c clock) Sleep(context.Context, time.Duration) error { return nil }

// New returns an empty disk.
func New(t testing.TB) *Disk {
	d := &Disk{TB: t, At: time.UnixMilli(1_700_000_000_000)}
	d.Env = &connector.Env{Clock: clock{d}, FS: simfs.New(1, clock{d}.Now), Log: slog.New(slog.DiscardHandler)}
	return d
}

// Put writes a file, one second after the last.
func (d *Disk) Put(name, content string) {
	d.Helper()
	d.At = d.At.Add(time.Second)
	if err := d.Env.FS.MkdirAll(path.Dir(name)); err != nil {
		d.Fatal(err)
	}
	if err := vfs.WriteAtomic(d.Env.FS, name, []byte(content), vfs.Overwrite); err != nil {
		d.Fatal(err)
	}
}

// All wants every column of a source.
func All(s connector.Source) (w connector.Wanted) {
	for i := range s.Schema().Fields {
		w.Columns = append(w.Columns, i)
	}
	return w
}

// Rows reads splits to their ends, sep between the columns.
func Rows(s connector.Source, splits []connector.Split, sep string) (out []string, err error) {
	ctx := context.Background()
	b := columnar.NewBatch(s.Schema())
	for _, split := range splits {
		r, err := s.Open(ctx, split, All(s))
		if err != nil {
			return out, err
		}
		for err == nil {
			if err = r.Read(ctx, b); err == nil {
				out = append(out, texts(b, sep)...)
			}
		}
		if !errors.Is(err, io.EOF) {
			return out, err
		}
		if err := r.Close(); err != nil {
			return out, err
		}
	}
	return out, nil
}

func texts(b *columnar.Batch, sep string) (out []string) {
	for k := range b.Rows() {
		var cells []string
		for _, c := range b.Cols {
			cells = append(cells, fmt.Sprint(c.Value(b.RowAt(k))))
		}
		out = append(out, strings.Join(cells, sep))
	}
	return out
}

// Batch reads everything a source has now.
func Batch(s connector.Source, sep string) ([]string, error) {
	splits, err := s.(connector.Bounded).Now(context.Background(), connector.Wanted{})
	if err != nil {
		return nil, err
	}
	return Rows(s, splits, sep)
}
