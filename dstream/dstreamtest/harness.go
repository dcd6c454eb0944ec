// Package dstreamtest tests stream programs in milliseconds: a clock that the
// test advances, inputs that are scripted batch by batch, and outputs that are
// collected batch by batch. Nothing sleeps.
//
//	h := dstreamtest.New(t, time.Second)
//	lines := dstreamtest.Input(h, []string{"a b"}, nil, []string{"b"})
//	counts := dstreamtest.Output(h, wordCount(lines))
//	h.Run(3)
//	counts.Want(first, second, third)
package dstreamtest

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/rdd"
)

// Start is the time at which the clock of a harness stands at first.
var Start = time.UnixMilli(10_000).UTC()

// Harness runs a stream program batch by batch. It belongs to the test's
// goroutine.
type Harness struct {
	t       testing.TB
	ctx     *dstream.Context
	clock   *Clock
	batch   time.Duration
	started bool

	mu        sync.Mutex
	change    sync.Cond // signalled when the fields below change
	completed int       // guarded by mu: batches
	unmade    error     // guarded by mu: why there was no batch, the newest
	stopped   bool      // guarded by mu: the context has
}

// New returns a harness whose context cuts a batch every interval; it is
// stopped when the test ends.
func New(t testing.TB, interval time.Duration, opts ...rdd.Option) *Harness {
	clock := NewClock(Start)
	e := &env.Env{Clock: clock, Seed: 1, FS: vfs.OS(1), Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	opts = append([]rdd.Option{rdd.Inside(e)}, opts...)
	h := &Harness{t: t, clock: clock, batch: interval}
	h.change.L = &h.mu
	h.ctx = dstream.NewContext(t.Name(), interval, opts...)
	h.ctx.AddListener(&dstream.Listener{
		BatchCompleted: func(dstream.BatchInfo) { h.ended(nil) },
		BatchNotMade:   func(_ time.Time, err error) { h.ended(err) },
	})
	t.Cleanup(func() { _ = h.ctx.Stop(context.Background()) })
	return h
}

// Context returns the context to define the program on.
func (h *Harness) Context() *dstream.Context { return h.ctx }

// Clock returns the clock that the context runs by.
func (h *Harness) Clock() *Clock { return h.clock }

// Run starts the context if need be and lets n batches happen, each when the
// one before has completed. One whose jobs fail has completed; one that could
// not be made ends the test. A program that stops itself is not waited for.
func (h *Harness) Run(n int) {
	h.t.Helper()
	if !h.started {
		h.started = true
		if err := h.ctx.Start(context.Background()); err != nil {
			h.t.Fatal(err)
		}
		go h.watch() // ends with the run
	}
	for range n {
		if err := h.step(); err != nil {
			h.t.Fatalf("there is no batch: %v", err)
		}
	}
}

// step lets a batch happen.
func (h *Harness) step() error {
	if h.ctx.State() == dstream.Stopped {
		return errors.New("the context has stopped")
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.unmade = nil
	before := h.completed
	h.clock.Advance(h.batch)
	for h.completed == before && h.unmade == nil && !h.stopped {
		h.change.Wait()
	}
	return h.unmade
}

// watch wakes who waits for a batch that the program has stopped before.
func (h *Harness) watch() {
	<-h.ctx.Done()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stopped = true
	h.change.Broadcast()
}

// ended notes the end of a batch: it has completed, or could not be made.
func (h *Harness) ended(unmade error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if unmade != nil {
		h.unmade = unmade
	} else {
		h.completed++
	}
	h.change.Broadcast()
}
