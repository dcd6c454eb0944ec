package flow

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/spatestream/spate/eventtime"
)

// mark is what travels on an edge beside events.
type mark uint8

const (
	none    mark = iota
	barrier      // epoch: all before it belongs to it
	stop         // nothing follows
)

// item is what an edge hands over: events, then the watermark behind them, then
// a mark.
type item struct {
	payload   Payload
	watermark eventtime.Watermark
	idle      bool // the producer has nothing that could hold the watermark back
	mark      mark
	epoch     Epoch
}

// edge leads from one instance to another.
type edge struct {
	to    *inbox
	input int // number of the input at the consumer's node
	limit credit
	sheds bool // its producer never waits

	// Guarded by to.mu.
	ring    ring
	held    credit
	used    []Payload // given back by the consumer
	waiting bool      // the producer waits for room
	marks   marks

	queued atomic.Int32  // items in the ring, for a look from outside
	room   chan struct{} // one token: there is room again

	// The consumer's own.
	watermark eventtime.Watermark
	idle      bool
	arrived   bool // the barrier that is being aligned has come
	over      bool

	// The producer's own.
	sent     eventtime.Watermark
	sentIdle bool
}

type credit struct{ events, bytes int }

func (c credit) covers(held credit) bool { return held.events < c.events && held.bytes < c.bytes }

func (c credit) half() credit { return credit{(c.events + 1) / 2, (c.bytes + 1) / 2} }

// push adds an item and returns a payload to be filled again, nil if there is
// none. room tells whether the producer has credit left.
func (e *edge) push(it item) (back Payload, room bool) {
	in := e.to
	in.mu.Lock()
	e.ring.push(it)
	e.queued.Add(1)
	if it.payload != nil {
		e.held.events += it.payload.Len()
		e.held.bytes += it.payload.Bytes()
		e.marks.rise(e.held)
	}
	if n := len(e.used); n > 0 && it.payload != nil {
		back, e.used = e.used[n-1], e.used[:n-1]
	}
	room = e.limit.covers(e.held)
	in.mu.Unlock()
	in.notify()
	return back, room
}

// await waits until the edge has room again, or ctx ends.
func (e *edge) await(ctx context.Context) error {
	for {
		e.to.mu.Lock()
		e.waiting = !e.limit.covers(e.held)
		waiting := e.waiting
		e.to.mu.Unlock()
		if !waiting {
			return nil
		}
		select {
		case <-e.room:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// hasRoom reports whether the producer has credit.
func (e *edge) hasRoom() bool {
	e.to.mu.Lock()
	defer e.to.mu.Unlock()
	return e.limit.covers(e.held)
}

// done gives a payload back, and its credit.
func (e *edge) done(p Payload, was credit) {
	e.to.mu.Lock()
	e.held.events -= was.events
	e.held.bytes -= was.bytes
	e.marks.fall(e.held)
	e.used = append(e.used, p)
	free := e.waiting && e.limit.half().covers(e.held)
	if free {
		e.waiting = false
	}
	e.to.mu.Unlock()
	if free {
		select {
		case e.room <- struct{}{}:
		default:
		}
	}
}

// relieve takes the oldest payload out of the ring.
func (e *edge) relieve() int {
	e.to.mu.Lock()
	defer e.to.mu.Unlock()
	for i := range e.ring.n {
		it := e.ring.at(i)
		if it.payload == nil {
			continue
		}
		n := it.payload.Len()
		e.held.events -= n
		e.held.bytes -= it.payload.Bytes()
		e.marks.fall(e.held)
		e.used = append(e.used, it.payload)
		it.payload = nil
		return n
	}
	return 0
}

// thin shows f the payloads in the ring, oldest first, and takes those out that
// it leaves empty.
func (e *edge) thin(f func(waiting []Payload)) (taken int) {
	e.to.mu.Lock()
	defer e.to.mu.Unlock()
	var waiting []Payload
	var was []credit
	for i := range e.ring.n {
		if p := e.ring.at(i).payload; p != nil {
			waiting, was = append(waiting, p), append(was, credit{p.Len(), p.Bytes()})
		}
	}
	f(waiting)
	for i, p := range waiting {
		taken += was[i].events - p.Len()
		e.held.events -= was[i].events - p.Len()
		e.held.bytes -= was[i].bytes - p.Bytes()
	}
	for i := range e.ring.n {
		if it := e.ring.at(i); it.payload != nil && it.payload.Len() == 0 {
			e.used = append(e.used, it.payload)
			it.payload = nil
		}
	}
	e.marks.fall(e.held)
	return taken
}

// inbox is the edges that lead to an instance.
type inbox struct {
	mu    sync.Mutex
	edges []*edge // fixed once the flow runs
	next  int     // where the search begins: after the edge served last; the consumer's own
	wake  chan struct{}
}

func newInbox() *inbox { return &inbox{wake: make(chan struct{}, 1)} }

// notify wakes the consumer if it waits, or makes it look again before it does.
func (in *inbox) notify() {
	select {
	case in.wake <- struct{}{}:
	default:
	}
}

// take returns the next item of an edge that is not held back, edges in turn;
// nil if there is none.
func (in *inbox) take() (*edge, item) {
	n := len(in.edges)
	in.mu.Lock()
	defer in.mu.Unlock()
	for i := range n {
		k := in.next + i
		if k >= n {
			k -= n
		}
		if e := in.edges[k]; !e.arrived && e.ring.n > 0 {
			in.next = k + 1
			if in.next == n {
				in.next = 0
			}
			e.queued.Add(-1)
			return e, e.ring.pop()
		}
	}
	return nil, item{}
}

// ready reports whether take would return something.
func (in *inbox) ready() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, e := range in.edges {
		if !e.arrived && e.ring.n > 0 {
			return true
		}
	}
	return false
}

// ring is a queue in an array that grows.
type ring struct {
	items   []item
	head, n int
}

func (r *ring) push(it item) {
	if r.n == len(r.items) {
		r.grow()
	}
	r.items[(r.head+r.n)&(len(r.items)-1)] = it
	r.n++
}

// at returns item i, of those that wait.
func (r *ring) at(i int) *item { return &r.items[(r.head+i)&(len(r.items)-1)] }

func (r *ring) pop() item {
	it := r.items[r.head]
	r.items[r.head] = item{}
	r.head = (r.head + 1) & (len(r.items) - 1)
	r.n--
	return it
}

// grow doubles the array: its length is a power of two.
func (r *ring) grow() {
	items := make([]item, max(8, 2*len(r.items)))
	for i := range r.n {
		items[i] = r.items[(r.head+i)&(len(r.items)-1)]
	}
	r.items, r.head = items, 0
}
