package dstream

import "context"

// input is what the context asks of an input stream. But for start and stop,
// calls come under the graph lock.
type input interface {
	// start begins to receive; zero is the time before the first batch.
	start(ctx context.Context, zero instant)
	// stop ends it and returns when nothing more will arrive; graceful lets
	// what is under way arrive.
	stop(graceful bool)
	// allocate gives everything received so far to batch t.
	allocate(t instant)
	// pending reports whether something was received that no batch has.
	pending() bool
	// info describes what batch t got, if it is worth mentioning.
	info(t instant) (InputInfo, bool)
}

// addInput makes a stream one of the context's inputs.
func (c *Context) addInput(in input) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inputs = append(c.inputs, in)
}
