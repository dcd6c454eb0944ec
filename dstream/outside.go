package dstream

import (
	"errors"

	"github.com/spatestream/spate/internal/exec"
)

// outside calls a function of the program for the generator, which holds the
// graph lock: without it, so that a function that takes its time keeps nobody
// else, and may ask the context itself. It fails if the function panics, or if the
// run has ended without it.
func (n *node) outside(f func()) error {
	c := n.ctx
	c.caller = n
	c.mu.Unlock()
	err := apart(func() error { f(); return nil })
	c.mu.Lock()
	c.caller = nil
	if c.left {
		return errLeft
	}
	return err
}

var errLeft = errors.New("the run has ended without the batch")

// caller tells from where a call came.
type caller int

const (
	byUser     caller = iota // a goroutine of the program
	byListener               // a listener
	byJob                    // an output operation, or a function of Transform
)

// callerOf looks for what calls functions of the program among the callers.
func callerOf() caller {
	switch exec.CalledBy("dstream.hear", "dstream.work") {
	case "dstream.hear":
		return byListener
	case "dstream.work":
		return byJob
	}
	return byUser
}

// apart calls functions of the program for a goroutine of the run, which they
// cannot end.
func apart(f func() error) error { return exec.Apart(func() error { return work(f) }) }

func work(f func() error) error { return f() }

// hear calls a listener.
func hear(l *Listener, f func(*Listener)) error {
	f(l)
	return nil
}
