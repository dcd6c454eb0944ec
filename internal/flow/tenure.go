package flow

import (
	"context"
	"math"
	"runtime"
	"sync/atomic"
)

// Tenure is the time for which a goroutine has an instance: until it is over, or
// until it is taken from it (by the guard of stalls), which can happen only within a
// call of the user's. What such a call asks of the engine that others see asks Within
// first, and so does who goes on after it: to a goroutine that has lost its instance
// that does not return. So nothing that the engine does is ever cut in two, and what it wrote
// before a call is there for who takes the instance.
type Tenure struct {
	// Changes of what it is within, in the upper half, and what that is: 0, the
	// engine, or a call of the user's, by a number of the node's own; or lost.
	word atomic.Uint64

	node   Node
	cancel context.CancelFunc // ends what the node was opened with
	stall  Stall              // for which it was taken
	ended  chan struct{}      // closed when the goroutine is
}

// lost is the word of a tenure that was taken.
const lost = math.MaxUint64

func newTenure(n Node) *Tenure { return &Tenure{node: n, ended: make(chan struct{})} }

// Within says what the goroutine is within from now on, 0 to 1<<31, and returns what
// it was. It ends a goroutine that has lost its instance: what it has deferred runs.
// Of a source, 0 is its wait for events, too. A nil tenure is never lost.
func (t *Tenure) Within(is int32) (was int32) {
	if t == nil {
		return 0
	}
	was, ok := t.change(is)
	if !ok {
		runtime.Goexit()
	}
	return was
}

// change is Within that reports whether the goroutine has its instance.
func (t *Tenure) change(is int32) (was int32, ok bool) {
	for {
		old := t.word.Load()
		if old == lost {
			return 0, false
		}
		if t.word.CompareAndSwap(old, (old>>32+1)<<32|uint64(uint32(is))) {
			return int32(uint32(old)), true
		}
	}
}

// keep reports whether the goroutine has its instance; nobody takes it then until
// it says that it is within a call again.
func (t *Tenure) keep() bool {
	_, ok := t.change(0)
	return ok
}

// take takes the instance from its goroutine, if that is still where a word says,
// within a call.
func (t *Tenure) take(word uint64) bool {
	return inside(word) != 0 && t.word.CompareAndSwap(word, lost)
}

func inside(word uint64) int32 { return int32(uint32(word)) }
