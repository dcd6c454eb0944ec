package source

import (
	"context"
	"sync"

	"github.com/spatestream/spate/topology"
)

// inbox takes events from goroutines of a source to its Next.
type inbox[T any] struct {
	parcels chan parcel[T]
	failed  chan error // of one error
	closed  chan struct{}

	all  sync.WaitGroup // the goroutines that put; Add under mu, or by one of them
	mu   sync.Mutex
	over bool // guarded by mu: close has begun

	// Of Next.
	open parcel[T]
	at   int
}

// parcel is events that are put together.
type parcel[T any] struct {
	events []T
	taken  chan<- struct{} // closed when all are emitted, may be nil
}

// waiting is how many parcels may wait for Next.
const waiting = 16

func newInbox[T any]() *inbox[T] {
	return &inbox[T]{parcels: make(chan parcel[T], waiting), failed: make(chan error, 1), closed: make(chan struct{})}
}

// put hands events over, waiting for room; false: the source is closed.
func (i *inbox[T]) put(p parcel[T]) bool {
	select {
	case i.parcels <- p:
		return true
	case <-i.closed:
		return false
	}
}

// fail makes Next return an error, if it is the first.
func (i *inbox[T]) fail(err error) {
	select {
	case i.failed <- err:
	default:
	}
}

// next is Next of the source.
func (i *inbox[T]) next(ctx context.Context, out *topology.Emitter[T]) error {
	if i.at == len(i.open.events) {
		select {
		case i.open = <-i.parcels:
			i.at = 0
		case err := <-i.failed:
			return err
		case <-ctx.Done():
			return nil
		}
	}
	for n := 0; n < few && i.at < len(i.open.events); n++ {
		out.Emit(i.open.events[i.at])
		i.at++
	}
	if i.at == len(i.open.events) {
		if i.open.taken != nil {
			close(i.open.taken)
		}
		i.open, i.at = parcel[T]{}, 0
	}
	return nil
}

// enter counts a goroutine among those that close waits for, until all.Done;
// false: it is too late.
func (i *inbox[T]) enter() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if !i.over {
		i.all.Add(1)
	}
	return !i.over
}

// close ends every put and, after cut, waits for the goroutines.
func (i *inbox[T]) close(cut func() error) error {
	i.mu.Lock()
	i.over = true
	i.mu.Unlock()
	close(i.closed)
	err := cut()
	i.all.Wait()
	return err
}
