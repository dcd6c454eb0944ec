package flow

import (
	"slices"
	"sync"
)

// Mailbox hands values to a reader that nobody waits for. It is safe for
// concurrent use.
type Mailbox[T any] struct {
	most    int
	replace func(waits, next T) bool
	wake    chan struct{} // one token: there is something in the queue, or it is closed

	mu     sync.Mutex
	queue  []T  // guarded by mu
	missed int  // guarded by mu
	closed bool // guarded by mu: nothing follows
}

// NewMailbox returns a mailbox in which most values wait at most. A value takes
// the place of one that it may replace; of too many the oldest goes.
func NewMailbox[T any](most int, replace func(waits, next T) bool) *Mailbox[T] {
	return &Mailbox[T]{most: most, replace: replace, wake: make(chan struct{}, 1)}
}

// Put adds a value.
func (b *Mailbox[T]) Put(v T) {
	b.mu.Lock()
	defer b.mu.Unlock()
	gone := slices.IndexFunc(b.queue, func(waits T) bool { return b.replace(waits, v) })
	if gone < 0 && len(b.queue) >= b.most {
		gone = 0
	}
	if gone >= 0 {
		b.queue = slices.Delete(b.queue, gone, gone+1)
		b.missed++
	}
	b.queue = append(b.queue, v)
	b.rouse()
}

// Close says that nothing follows.
func (b *Mailbox[T]) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.rouse()
}

func (b *Mailbox[T]) rouse() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// take returns the next value, if there is one, and how many were missed before
// it; and whether more may come.
func (b *Mailbox[T]) take() (v T, missed int, ok, open bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.queue) == 0 {
		return v, 0, false, !b.closed
	}
	v, b.queue = b.queue[0], b.queue[1:]
	missed, b.missed = b.missed, 0
	return v, missed, true, true
}

// Each calls f for each value and how many were missed before it, until the
// mailbox is closed and empty.
func (b *Mailbox[T]) Each(f func(v T, missed int)) {
	for {
		v, missed, ok, open := b.take()
		switch {
		case ok:
			f(v, missed)
		case open:
			<-b.wake
		default:
			return
		}
	}
}
