package dstream

import (
	"context"
	"encoding/json"
	"io"
)

// input is what the context asks of an input stream. But for start and stop,
// calls come under the graph lock.
//
// What batches got is kept, and is part of every snapshot, until the node of
// the input is told to forget it: no batch that needs it is unfinished then.
type input interface {
	// start begins to receive; zero is the time before the first batch. After
	// an error there is nothing to stop.
	start(ctx context.Context, zero instant) error
	// stop ends it and returns when nothing more will arrive. The error says what
	// did not end, at the latest when ctx ended.
	stop(ctx context.Context) error
	// allocate gives everything received so far to batch t. A batch that a
	// restored snapshot knew keeps what it had. An error is that of the batch.
	allocate(t instant) error
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

// addInput makes a stream one of its context's inputs and returns the input's
// id, which counts inputs in the order of the program.
func addInput[T any](d *DStream[T], in input) int {
	c := d.n.ctx
	c.mu.Lock()
	defer c.mu.Unlock()
	if keeper, ok := in.(interface{ forget(t instant) }); ok {
		d.n.forget = func(t instant) {
			d.forget(t)
			keeper.forget(t)
		}
	}
	if !d.n.late {
		c.inputs = append(c.inputs, in)
	}
	return len(c.inputs) - 1
}

// closeInputs lets go of what inputs hold until the last batch has ended.
func (c *Context) closeInputs() {
	for _, in := range c.inputs {
		if held, ok := in.(io.Closer); ok {
			if err := held.Close(); err != nil {
				c.env.Log.Warn("an input could not be closed", "error", err)
			}
		}
	}
}
