package sink

import (
	"io"
	"sync"

	"github.com/spatestream/spate/topology"
)

// Lines returns the sink that writes a line for every event, at once and in one
// Write. All instances share w; one writes at a time. format may give several
// lines, and is called by several goroutines at a time.
func Lines[T any](w io.Writer, format func(T) string) func() topology.Sink[T] {
	if w == nil || format == nil {
		return refuse[T]("Lines needs a writer and a function that makes lines, and was given nil for one of them")
	}
	shared := &lines{w: w}
	return func() topology.Sink[T] { return lining[T]{shared, format} }
}

// lines is a writer that several instances write lines to.
type lines struct {
	mu  sync.Mutex
	w   io.Writer // guarded by mu
	buf []byte    // guarded by mu
}

type lining[T any] struct {
	*lines
	format func(T) string
}

// Write implements topology.Sink.
func (l lining[T]) Write(_ *topology.Context, v T) error {
	text := l.format(v)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buf = append(append(l.buf[:0], text...), '\n')
	_, err := l.w.Write(l.buf)
	return err
}
