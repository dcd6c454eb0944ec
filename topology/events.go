package topology

import (
	"unsafe"

	"github.com/spatestream/spate/eventtime"
)

// defaultBatch is the number of events that travel together at most.
const defaultBatch = 256

// events is the payload of an edge.
type events[T any] struct {
	values []T
	at     []eventtime.Time
	roots  []uint64 // none unless the job tracks events
}

// Len implements flow.Payload.
func (e *events[T]) Len() int { return len(e.values) }

// Bytes implements flow.Payload: what the events take themselves, without what
// they point to.
func (e *events[T]) Bytes() int { return len(e.values) * (int(unsafe.Sizeof(*new(T))) + 8) }

func (e *events[T]) add(v T, h header) {
	e.values = append(e.values, v)
	e.at = append(e.at, h.at)
}

// expectant is a receiver that wants to see what comes before it comes.
type expectant[T any] interface {
	expect(values []T)
}

// deliver gives the events to a receiver, until one fails.
func (e *events[T]) deliver(to receiver[T], n *node) error {
	if x, ok := to.(expectant[T]); ok {
		x.expect(e.values)
	}
	if len(e.roots) > 0 {
		return e.deliverTracked(to, n)
	}
	for i, v := range e.values {
		if to.receive(v, header{at: e.at[i]}); n.err != nil {
			return n.err
		}
	}
	return nil
}

// clear empties e for the next events, and lets go of what they pointed to.
func (e *events[T]) clear() {
	clear(e.values)
	e.values, e.at, e.roots = e.values[:0], e.at[:0], e.roots[:0]
}
