package dstream

import "errors"

// outside calls a function of the program for the generator, which holds the
// graph lock: without it, so that a function that takes its time keeps nobody
// else, and may ask the context itself. It fails if the run has ended without
// the function.
func (n *node) outside(f func()) (err error) {
	c := n.ctx
	c.caller = n
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		c.caller = nil
		if c.left {
			err = errLeft
		}
	}()
	f()
	return nil
}

var errLeft = errors.New("the run has ended without the batch")
