package topology

import (
	"time"

	"github.com/spatestream/spate/eventtime"
)

// header is what travels with an event.
type header struct {
	at   eventtime.Time // event time; eventtime.Min: none
	root uint64         // of the tree it belongs to; 0: not tracked
}

// receiver takes events of a channel: an instance that is called directly, or
// the writer of an edge.
type receiver[T any] interface {
	receive(v T, h header)
}

// Emitter sends the events of one channel of an instance. It belongs to the
// instance's goroutine and is good as long as the instance.
type Emitter[T any] struct {
	ctx *Context
	to  receiver[T]   // if there is one reader
	all []receiver[T] // if there are more
	n   int           // events sent
}

// Emit sends v, with the event time of the event that is being dealt with.
func (e *Emitter[T]) Emit(v T) { e.send(v, e.ctx.header) }

// EmitAt sends v with another event time. An event at or before the watermark is
// late.
func (e *Emitter[T]) EmitAt(v T, at time.Time) {
	h := e.ctx.header
	h.at = eventtime.Of(at)
	e.send(v, h)
}

// EmitID is Emit of a source whose events have ids: an Acker learns by it which
// of them are through.
func (e *Emitter[T]) EmitID(v T, id int64) {
	e.ctx.id, e.ctx.named = id, true
	e.send(v, e.ctx.header)
	e.ctx.named = false
}

func (e *Emitter[T]) send(v T, h header) {
	e.n++
	if e.to != nil {
		e.to.receive(v, h)
		return
	}
	for _, r := range e.all {
		r.receive(v, h)
	}
}

func (e *Emitter[T]) attach(r receiver[T]) {
	if e.ctx != nil && e.ctx.node.tenure != nil {
		r = &emitted[T]{r, e.ctx.node.tenure}
	}
	e.all = append(e.all, r)
	e.to = nil
	if len(e.all) == 1 {
		e.to = r
	}
}
