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
	begun  int      // events that somebody has begun to deal with
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

// deliver gives the events to a receiver, until one fails: those that nobody has
// begun to deal with.
func (e *events[T]) deliver(to receiver[T], n *node) error {
	if x, ok := to.(expectant[T]); ok {
		x.expect(e.values[e.begun:])
	}
	if len(e.roots) > 0 {
		return e.deliverTracked(to, n)
	}
	at := e.at[e.begun:]
	for i, v := range e.values[e.begun:] {
		e.begun++
		if to.receive(v, header{at: at[i]}); n.err != nil {
			return n.err
		}
	}
	return nil
}

// deliverTracked is deliver in a job that tracks events. What is left of a tree
// that was given up is dropped, as its event is given again.
func (e *events[T]) deliverTracked(to receiver[T], n *node) error {
	l := n.ledger
	reached := l.Reached()
	if e.begun > 0 { // by another instance; the event it was at may have been released for others
		if root := e.roots[e.begun-1]; root != 0 && root != n.dealt {
			l.Tracker.Fail(root, n.lost)
		}
	}
	at, roots := e.at[e.begun:], e.roots[e.begun:]
	for i, v := range e.values[e.begun:] {
		e.begun++
		root := roots[i]
		var t *acks.Tree
		if root != 0 {
			var stands bool
			if t, stands = reached.Reach(root); !stands {
				continue
			}
		}
		l.Begin(root, t)
		to.receive(v, header{at[i], root})
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
	e.values, e.at, e.roots, e.begun = e.values[:0], e.at[:0], e.roots[:0], 0
}
