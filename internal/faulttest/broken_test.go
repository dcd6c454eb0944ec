package faulttest

import (
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"
	"sync"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/connector/file"
	"github.com/spatestream/spate/connector/file/json"
	"github.com/spatestream/spate/internal/vfs"
)

// broken is the connector of JSON files with a bug in it.
type broken struct {
	*file.Connector
	sink   func(connector.Sink, vfs.FS) connector.Sink
	source func(fileSource, vfs.FS) connector.Source
}

// fileSource is what the engine uses of a stream of files.
type fileSource interface {
	connector.Source
	connector.Snapshotter
}

func brokenSink(f func(connector.Sink, vfs.FS) connector.Sink) func() []connector.Connector {
	return func() []connector.Connector { return []connector.Connector{&broken{json.Connector(), f, nil}} }
}

func brokenSource(f func(fileSource, vfs.FS) connector.Source) func() []connector.Connector {
	return func() []connector.Connector { return []connector.Connector{&broken{json.Connector(), nil, f}} }
}

func (b *broken) Sink(ctx context.Context, r connector.Request) (connector.Sink, error) {
	s, err := b.Connector.Sink(ctx, r)
	if err != nil || b.sink == nil {
		return s, err
	}
	return b.sink(s, r.Env.FS), nil
}

func (b *broken) Source(ctx context.Context, r connector.Request) (connector.Source, error) {
	s, err := b.Connector.Source(ctx, r)
	if err != nil || b.source == nil || r.Log == "" {
		return s, err
	}
	return b.source(s.(fileSource), r.Env.FS), nil
}

// hasty commits what it prepares at once, before the epoch is decided.
type hasty struct{ connector.Sink }

func (s hasty) Writer(ctx context.Context, e connector.Epoch, task int) (connector.Writer, error) {
	w, err := s.Sink.Writer(ctx, e, task)
	return hastyWriter{w, s, e}, err
}

type hastyWriter struct {
	connector.Writer
	s hasty
	e connector.Epoch
}

func (w hastyWriter) Prepare(ctx context.Context) (connector.Receipt, error) {
	r, err := w.Writer.Prepare(ctx)
	if err == nil {
		err = w.s.Sink.Commit(ctx, w.e, []connector.Receipt{r})
	}
	return r, err
}

// repeating commits an epoch as often as it is told to.
type repeating struct {
	connector.Sink
	fs vfs.FS
}

func (s repeating) Commit(ctx context.Context, _ connector.Epoch, r []connector.Receipt) error {
	entries, err := s.fs.List("/out/_spark_metadata")
	last := -1
	for _, e := range entries {
		if n, err := strconv.Atoi(strings.TrimSuffix(e.Name, ".compact")); err == nil {
			last = max(last, n)
		}
	}
	if err != nil {
		return err
	}
	return s.Sink.Commit(ctx, connector.Epoch(last+1), r)
}

// unsteady reads something else when an epoch runs again: what it was asked
// for in the life before it takes for read.
type unsteady struct {
	fileSource
	asked map[string]bool
}

func (s unsteady) Latest(ctx context.Context, from connector.Offset, l connector.Limit) (connector.Offset, error) {
	to, err := s.fileSource.Latest(ctx, from, l)
	s.asked[string(to)] = true
	return to, err
}

func (s unsteady) Splits(ctx context.Context, from, to connector.Offset) ([]connector.Split, error) {
	if !s.asked[string(to)] {
		return nil, nil
	}
	return s.fileSource.Splits(ctx, from, to)
}

// forgetful lets go of a file long before it is committed.
type forgetful struct {
	fileSource
	fs vfs.FS
}

// Open gives a reader that removes the file at its end.
func (s forgetful) Open(ctx context.Context, sp connector.Split, w connector.Wanted) (connector.Reader, error) {
	r, err := s.fileSource.Open(ctx, sp, w)
	return &forgetfulReader{Reader: r, fs: s.fs, name: path.Join("/in", path.Base(sp.ID))}, err
}

type forgetfulReader struct {
	connector.Reader
	fs   vfs.FS
	name string
	once sync.Once
}

func (r *forgetfulReader) Close() (err error) {
	r.once.Do(func() { err = r.fs.Remove(r.name) })
	if err != nil {
		return fmt.Errorf("forget early: %w", err)
	}
	return r.Reader.Close()
}
