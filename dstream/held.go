package dstream

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/spatestream/spate/rdd"
)

// held counts the bytes of blocks that were received and whose batches have not
// ended, and makes the receiver wait while they are too many. It is safe for
// concurrent use.
type held struct {
	most  int64
	bytes atomic.Int64

	mu   sync.Mutex
	room chan struct{} // guarded by mu: closed when there is room; nil: nobody waits
}

// heldByDefault is spate.streaming.receiver.maxHeld.
const heldByDefault = 2 << 30

func (h *held) init(c *Context) {
	h.most = heldByDefault
	if n, err := rdd.ParseBytes(c.sc.Conf("spate.streaming.receiver.maxHeld")); err == nil && n > 0 {
		h.most = n
	}
}

func (h *held) add(n int64) { h.bytes.Add(n) }

// release lets go of n bytes.
func (h *held) release(n int64) {
	left := h.bytes.Add(-n)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.room != nil && left < h.most {
		close(h.room)
		h.room = nil
	}
}

// wait returns when less than the most is held: one block may go beyond. It
// returns the cause when one of the two ends.
func (h *held) wait(ctx, receiving context.Context) error {
	for h.bytes.Load() >= h.most {
		room := h.next()
		if room == nil {
			return nil
		}
		select {
		case <-room:
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-receiving.Done():
			return context.Cause(receiving)
		}
	}
	return nil
}

// next is closed when there is room, nil if there is some.
func (h *held) next() chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.bytes.Load() < h.most {
		return nil
	}
	if h.room == nil {
		h.room = make(chan struct{})
	}
	return h.room
}

// weigh estimates the bytes that a block has in memory.
func (in *receiverInput[T]) weigh(b *block[T]) (n int64) {
	for _, p := range b.pieces {
		switch p := p.(type) {
		case slab[T]:
			n += in.sizes.Of(p)
		case interface{ bytes() int }:
			n += int64(p.bytes())
		}
	}
	return n
}

// ended says that a batch has ended: its blocks hold nobody up any more.
func (in *receiverInput[T]) ended(t instant) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, b := range in.batches[t] {
		in.held.release(b.weight)
		b.weight = 0
	}
}
