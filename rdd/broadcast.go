package rdd

import (
	"sync/atomic"

	"github.com/spatestream/spate/sparkerr"
)

// Broadcast is a value that tasks read. In one process that is a pointer; what
// it adds is that its end can be said and is checked. It is safe for concurrent
// use; the value must not be changed.
type Broadcast[T any] struct {
	id    int64
	value atomic.Pointer[T]
}

// NewBroadcast makes a broadcast of a value.
func NewBroadcast[T any](c *Context, value T) *Broadcast[T] {
	b := &Broadcast[T]{id: c.broadcasts.Add(1) - 1}
	b.value.Store(&value)
	return b
}

// Value returns the value. After Destroy it panics, which fails the task that
// calls it.
func (b *Broadcast[T]) Value() T {
	v := b.value.Load()
	if v == nil {
		panic(sparkerr.New("", "broadcast "+itoa(int(b.id))+" is used after it was destroyed"))
	}
	return *v
}

// Unpersist is accepted for Spark's sake: there are no copies to drop.
func (b *Broadcast[T]) Unpersist() {}

// Destroy lets go of the value, for good.
func (b *Broadcast[T]) Destroy() { b.value.Store(nil) }
