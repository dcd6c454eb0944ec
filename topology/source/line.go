package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spatestream/spate/topology"
)

const (
	// MaxLine is the longest line that a source takes, in bytes.
	MaxLine = 16 << 20
	// fill is what a connection is asked for at a time, in bytes.
	fill = 64 << 10
	// few is how many events are emitted before others are heard.
	few = 64
)

// cutter cuts what a reader gives into lines, which end with "\n" or "\r\n", the
// last one also without.
type cutter struct {
	buf        []byte
	start, end int // of what was read and is not cut
	seen       int // from start on there is no "\n" before it
}

// cut returns the next line, in memory of the cutter that fill overwrites.
func (c *cutter) cut() ([]byte, bool) {
	i := bytes.IndexByte(c.buf[c.start+c.seen:c.end], '\n')
	if i < 0 {
		c.seen = c.end - c.start
		return nil, false
	}
	line := c.buf[c.start : c.start+c.seen+i]
	c.start += len(line) + 1
	c.seen = 0
	return bytes.TrimSuffix(line, []byte{'\r'}), true
}

// rest returns what follows the last line end, if there is anything.
func (c *cutter) rest() ([]byte, bool) {
	line := c.buf[c.start:c.end]
	c.start, c.end, c.seen = 0, 0, 0
	return bytes.TrimSuffix(line, []byte{'\r'}), len(line) > 0
}

// emit emits a few lines and reports whether there was one.
func (c *cutter) emit(out *topology.Emitter[string]) bool {
	for n := range few {
		line, ok := c.cut()
		if !ok {
			return n > 0
		}
		out.Emit(string(line))
	}
	return true
}

func (c *cutter) emitRest(out *topology.Emitter[string]) {
	if line, ok := c.rest(); ok {
		out.Emit(string(line))
	}
}

// fill reads once. It returns no error beside bytes.
func (c *cutter) fill(r io.Reader) error {
	if c.start > 0 {
		c.end = copy(c.buf, c.buf[c.start:c.end])
		c.start = 0
	}
	if c.end == len(c.buf) {
		if c.end >= MaxLine {
			return fmt.Errorf("a line is longer than %d bytes", MaxLine)
		}
		c.buf = append(c.buf, make([]byte, max(fill, len(c.buf)))...)
	}
	n, err := r.Read(c.buf[c.end:])
	c.end += n
	if n > 0 {
		return nil
	}
	return err
}

// interruptible calls what waits on a connection and ends that wait with ctx,
// by a deadline in the past; then it returns nil, and the connection is as
// before.
func interruptible(ctx context.Context, deadline func(time.Time) error, wait func() error) error {
	if ctx.Err() != nil {
		return nil
	}
	set := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(set)
		_ = deadline(time.Unix(1, 0))
	})
	err := wait()
	if !stop() {
		<-set
		_ = deadline(time.Time{})
	}
	if errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() != nil {
		return nil
	}
	return err
}
