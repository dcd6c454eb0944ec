package dstream

import (
	"context"
	"encoding/json"
)

// input is what the context asks of an input stream. But for start and stop,
// calls come under the graph lock.
//
// What batches got is kept, and is part of every snapshot, until the node of
// the input is told to forget it: no batch that needs it is unfinished then.
type input interface {
	// start begins to receive; zero is the time before the first batch.
	start(ctx context.Context, zero instant)
	// stop ends it and returns when nothing more will arrive; graceful lets
	// what is under way arrive.
	stop(graceful bool)
	// allocate gives everything received so far to batch t. A batch that a
	// restored snapshot knew keeps what it had.
	allocate(t instant)
	// pending reports whether something was received that no batch has.
	pending() bool
	// info describes what batch t got, if it is worth mentioning.
	info(t instant) (InputInfo, bool)
	// snapshot is what a checkpoint needs to give the batches allocated so far
	// the same data again, and to go on behind them; nil for nothing.
	snapshot() (json.RawMessage, error)
	// restore takes what snapshot gave in an earlier run, before start. It
	// refuses what it cannot continue from.
	restore(json.RawMessage) error
}

// addInput makes a stream one of the context's inputs.
func (c *Context) addInput(in input) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inputs = append(c.inputs, in)
}
