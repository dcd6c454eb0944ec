package flow

import (
	"context"
	"sync/atomic"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/env"
)

// watermarkEvery is the number of steps after which a busy instance sends all it
// has, so that consumers it rarely has events for learn the time.
const watermarkEvery = 64

// Outputs is where a node sends to. It belongs to the node's goroutine.
type Outputs struct {
	edges   [][]*edge // by output and target instance
	flushes []func(all bool)
	ctx     context.Context // ends with the job
	wait    bool            // wait for credit; else the steps see to it
	err     error
	clock   env.Clock
	usage   *Usage
	unsent  *atomic.Bool // of a source: events may lie here while it waits

	watermark eventtime.Watermark
	idle      bool
	behind    int // steps since everything went out
}

// Targets returns the number of instances an output leads to: 1 if it is Forward.
func (o *Outputs) Targets(output int) int { return len(o.edges[output]) }

// Send hands a payload to an instance, waiting for credit, and returns one that
// its consumer has done with, to be filled again, or nil. Once the job ends it
// drops what it is given.
func (o *Outputs) Send(output, target int, p Payload) Payload {
	back, room := o.push(output, target, p)
	if !room && o.wait && o.err == nil {
		began := o.clock.Now()
		o.usage.blockedSince.Store(began.UnixNano())
		o.err = o.edges[output][target].await(o.ctx)
		o.usage.blockedSince.Store(0)
		o.usage.Blocked.Add(int64(o.clock.Now().Sub(began)))
	}
	return back
}

// Force is Send that does not wait. It is for who looks for Room before.
func (o *Outputs) Force(output, target int, p Payload) Payload {
	back, _ := o.push(output, target, p)
	return back
}

func (o *Outputs) push(output, target int, p Payload) (back Payload, room bool) {
	e := o.edges[output][target]
	o.usage.Steps.Add(1)
	back, room = e.push(item{payload: p, watermark: o.watermark, idle: o.idle})
	e.sent, e.sentIdle = o.watermark, o.idle
	return back, room
}

// Room reports whether an instance can take more of this output without a wait.
func (o *Outputs) Room(output, target int) bool { return o.edges[output][target].hasRoom() }

// Relieve takes the oldest payload that waits for an instance off the edge and
// returns its number of events; 0: none waits. Watermarks and marks stay.
func (o *Outputs) Relieve(output, target int) int { return o.edges[output][target].relieve() }

// Thin shows f the payloads that wait for an instance, oldest first, and returns
// how many events f has taken out of them. The consumer waits meanwhile.
func (o *Outputs) Thin(output, target int, f func(waiting []Payload)) int {
	return o.edges[output][target].thin(f)
}

// Starving reports whether an instance has nothing of this output left to take:
// it is time to send what there is.
func (o *Outputs) Starving(output, target int) bool {
	return o.edges[output][target].queued.Load() == 0
}

// OnFlush registers what sends the events that a node has collected: all of
// them, or those of starving instances.
func (o *Outputs) OnFlush(f func(all bool)) { o.flushes = append(o.flushes, f) }

// Advance raises the watermark of what was sent. Nodes with inputs, Keepers
// excepted, need not call it: theirs follows their inputs.
func (o *Outputs) Advance(w eventtime.Watermark) { o.watermark = max(o.watermark, w) }

// Idle says that nothing is to be expected for now (or again), so that consumers
// do not wait for this watermark.
func (o *Outputs) Idle(idle bool) { o.idle = idle }

// Flush sends what starving instances can have of what there is. It is for
// sources, which may wait before their step ends.
func (o *Outputs) Flush() {
	if o.unsent != nil && !o.unsent.Load() {
		o.unsent.Store(true) // before looking who starves: whoever does later will ask
	}
	for _, f := range o.flushes {
		f(false)
	}
	o.each(func(e *edge) {
		if e.queued.Load() == 0 {
			o.tell(e)
		}
	})
}

// tell sends the watermark alone, if the edge has not seen it.
func (o *Outputs) tell(e *edge) {
	if e.sent != o.watermark || e.sentIdle != o.idle {
		e.push(item{watermark: o.watermark, idle: o.idle})
		e.sent, e.sentIdle = o.watermark, o.idle
	}
}

// flush ends a step: it sends all there is, or what starving instances can have.
func (o *Outputs) flush(all bool) error {
	for _, f := range o.flushes {
		f(all)
	}
	if !all {
		return o.behindhand()
	}
	o.behind = 0
	o.usage.watermark.Store(int64(o.watermark))
	o.each(o.tell)
	return o.err
}

// behindhand ends a step that has sent what starving instances can have: now and
// then the others get theirs.
func (o *Outputs) behindhand() error {
	if o.behind++; o.behind >= watermarkEvery {
		return o.flush(true)
	}
	return o.err
}

// mark sends everything, and the mark behind it.
func (o *Outputs) mark(m mark, epoch Epoch) error {
	if err := o.flush(true); err != nil {
		return err
	}
	o.each(func(e *edge) {
		e.push(item{watermark: o.watermark, idle: o.idle, mark: m, epoch: epoch})
	})
	return o.err
}

func (o *Outputs) each(f func(*edge)) {
	for _, edges := range o.edges {
		for _, e := range edges {
			f(e)
		}
	}
}

// haveRoom reports whether a step may begin: no edge is without credit.
func (o *Outputs) haveRoom() bool {
	for _, edges := range o.edges {
		for _, e := range edges {
			if !e.sheds && !e.hasRoom() {
				return false
			}
		}
	}
	return true
}
