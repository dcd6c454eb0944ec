package topology

import (
	"unsafe"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/acks"
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

// deliverTracked is deliver in a job that tracks events. What is left of a tree
// that was given up is dropped, as its event is given again.
func (e *events[T]) deliverTracked(to receiver[T], n *node) error {
	l := n.ledger
	at := l.Reached()
	for i, v := range e.values {
		root := e.roots[i]
		var t *acks.Tree
		if root != 0 {
			var stands bool
			if t, stands = at.Reach(root); !stands {
				continue
			}
		}
		l.Begin(root, t)
		to.receive(v, header{e.at[i], root})
		if n.err != nil { // what failed the job is not through
			return n.err
		}
		if (l.Extra != 1 || l.Held) && l.End() {
			l.Through(root)
		}
	}
	l.Root = 0
	l.Publish()
	return nil
}

// clear empties e for the next events, and lets go of what they pointed to.
func (e *events[T]) clear() {
	clear(e.values)
	e.values, e.at, e.roots = e.values[:0], e.at[:0], e.roots[:0]
}
