package dstream

import (
	"context"
	"sync"

	"github.com/spatestream/spate/sparkerr"
)

// gathering is the block that is being made of rows stored one by one. It is
// safe for concurrent use.
type gathering[T any] struct {
	mu     sync.Mutex
	room   sync.Cond  // signalled when full or closed changes
	pieces []piece[T] // guarded by mu
	last   slab[T]    // guarded by mu: single rows, behind pieces
	full   bool       // guarded by mu: blocks wait for the write-ahead log
	closed bool       // guarded by mu
}

func (g *gathering[T]) init() { g.room.L = &g.mu }

// add adds a row.
func (g *gathering[T]) add(row T) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := g.ready(); err != nil {
		return err
	}
	g.last = append(g.last, row)
	return nil
}

// put adds a piece.
func (g *gathering[T]) put(p piece[T]) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := g.ready(); err != nil {
		return err
	}
	g.seal()
	g.pieces = append(g.pieces, p)
	return nil
}

// ready waits until there is room. It runs under mu.
func (g *gathering[T]) ready() error {
	for g.full && !g.closed {
		g.room.Wait()
	}
	if g.closed {
		return errReceiverStopped
	}
	return nil
}

var errReceiverStopped = sparkerr.New("", "the receiver has been stopped and can store nothing more: return from Run when its ctx ends")

// seal makes the single rows a piece. It runs under mu.
func (g *gathering[T]) seal() {
	if len(g.last) > 0 {
		g.pieces = append(g.pieces, g.last)
		g.last = nil
	}
}

// cut ends the block and returns it, nil if it has no rows.
func (g *gathering[T]) cut() *block[T] {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.seal()
	if len(g.pieces) == 0 {
		return nil
	}
	b := newBlock(g.pieces)
	g.pieces = nil
	return b
}

func (g *gathering[T]) empty() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.pieces) == 0 && len(g.last) == 0
}

// hold makes who adds wait, or go on.
func (g *gathering[T]) hold(full bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.full = full
	g.room.Broadcast()
}

// close makes everything that is added an error.
func (g *gathering[T]) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
	g.room.Broadcast()
}

// cutting cuts a block every block interval, until ctx ends. It is a goroutine
// of the receiver's input.
func (in *receiverInput[T]) cutting(ctx context.Context) {
	for in.c.env.Clock.Sleep(ctx, in.interval) == nil {
		in.cut()
	}
}

// cut hands the block that is being gathered over: to the input, or to the
// queue for the log, and whoever stores waits if that is full.
func (in *receiverInput[T]) cut() {
	if in.log == nil {
		in.keepGathered()
		return
	}
	b := in.gathering.cut()
	if b == nil {
		return
	}
	select {
	case in.queue <- b:
	default:
		in.gathering.hold(true)
		in.queue <- b
		in.gathering.hold(false)
	}
}

// keepGathered keeps the block that is being gathered, where there is no log.
// When it returns, all that was stored before is kept: what another call has
// taken is no longer on its way.
func (in *receiverInput[T]) keepGathered() {
	in.handing.Lock()
	defer in.handing.Unlock()
	if b := in.gathering.cut(); b != nil {
		_ = in.keep(b) // without a log nothing can fail
	}
}

// logging keeps the queued blocks, until the queue is closed. It is a goroutine
// of an input with a log. When the log cannot be written the run has failed;
// the blocks are dropped, for nobody may see what is not durable.
func (in *receiverInput[T]) logging() {
	for b := range in.queue {
		if err := in.keep(b); err != nil {
			in.c.failed.set(err)
		}
	}
}
