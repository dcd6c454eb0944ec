package topology

import (
	"fmt"
	"reflect"

	"github.com/spatestream/spate/internal/exec"
)

// ErrorPolicy is what a job does about an event that an operator or sink
// returned an error for, or panicked.
type ErrorPolicy uint8

// What was emitted for the event before it failed is not taken back.
const (
	// Fail ends the job with the error, or restarts it (Restart).
	Fail ErrorPolicy = iota
	// ToDeadLetters sends the event to the component's DeadLetters. If nobody reads
	// them it is counted and logged.
	ToDeadLetters
	// Skip counts and logs the event.
	Skip
	// Replay gives the source's event again, as often as AtLeastOnce allows.
	Replay
)

// OnError sets what the job does about events that cannot be dealt with; Fail
// without it. Errors of Setup, of timers and of sources end the job always.
func OnError(p ErrorPolicy) Option {
	return func(j *Job) {
		if p > Replay {
			j.mistake("OnError(%d): it is Fail, ToDeadLetters, Skip or Replay", p)
		}
		j.onError = p
	}
}

// DeadLetter is an event that could not be dealt with.
type DeadLetter[T any] struct {
	Event     T
	Err       error
	Component string
	Instance  int
	Attempts  int // of a source's event that failed too often; else 0
}

const deadLetters = "dead-letter"

// DeadLetters returns what a component could not deal with, under
// OnError(ToDeadLetters); of a source, what failed too often under AtLeastOnce.
// T is the type of events that it takes, a source gives. A component with
// several inputs has dead letters of none.
func DeadLetters[T any](j *Job, component string) Stream[DeadLetter[T]] {
	for _, c := range j.there().components {
		if c.name != component {
			continue
		}
		if _, ok := c.dead.(*Channel[DeadLetter[T]]); !ok {
			j.mistake("DeadLetters of %q: its events are no %v", component, reflect.TypeFor[T]())
			return Stream[DeadLetter[T]]{job: j}
		}
		for i, ch := range c.channels {
			if ch.outlet == c.dead {
				return Stream[DeadLetter[T]]{job: j, refs: []ref{{c, i}}}
			}
		}
		c.channels = append(c.channels, channel{outlet: c.dead, optional: true})
		return Stream[DeadLetter[T]]{job: j, refs: []ref{{c, len(c.channels) - 1}}}
	}
	j.mistake("DeadLetters: there is no component %q yet that has any", component)
	return Stream[DeadLetter[T]]{job: j}
}

// guard stands before a member in a job that goes on after errors.
type guard[T any] struct {
	to   receiver[T]
	ctx  *Context
	dead *Emitter[DeadLetter[T]] // nil if nobody reads it
}

// guarded puts before a component's instance what the job wants there: a guard,
// and what notices stalls.
func guarded[T any](c *component, ctx *Context, to receiver[T]) receiver[T] {
	var x *noticed[T]
	if ctx.node.tenure != nil {
		x = noticeable(c, ctx, to)
		to = x
	}
	if c.job.onError == Fail {
		return to
	}
	g := newGuard(c, ctx, to)
	if x != nil {
		x.guard = g
	}
	return g
}

func newGuard[T any](c *component, ctx *Context, to receiver[T]) *guard[T] {
	g := &guard[T]{to: to, ctx: ctx}
	for i, ch := range c.channels {
		if i > 0 && ch.outlet == c.dead && c.read(i) {
			g.dead, _ = ctx.outs[i].(*Emitter[DeadLetter[T]])
		}
	}
	return g
}

func (g *guard[T]) receive(v T, h header) {
	n := g.ctx.node
	g.ctx.failed = nil
	around := n.hand
	err := exec.Protect(func() error { g.to.receive(v, h); return nil })
	n.tenure.Within(0) // a panic has not said so
	n.hand = around
	if err == nil {
		err = g.ctx.failed
	}
	if err != nil {
		g.reject(v, h, err)
	}
}

// reject does with an event what the job does about errors.
func (g *guard[T]) reject(v T, h header, err error) {
	c := g.ctx.of
	switch c.job.onError {
	case ToDeadLetters:
		c.tally.dead.Add(1)
		if g.dead != nil {
			g.dead.send(DeadLetter[T]{Event: v, Err: err, Component: c.name, Instance: g.ctx.instance}, h)
			return
		}
		g.ctx.Log().Warn("an event could not be dealt with, and nobody reads the component's DeadLetters", "error", err)
	case Skip:
		c.tally.skipped.Add(1)
		g.ctx.Log().Warn("an event was skipped", "error", err)
	case Replay:
		c.tally.failed.Add(1)
		if h.root == 0 {
			g.ctx.node.fail(g.ctx, fmt.Errorf("an event that no source gave cannot be given again: %w", err))
			return
		}
		l := g.ctx.node.ledger
		l.Share(h.root)
		l.Tracker.Fail(h.root, fmt.Errorf("%s: %w", c.name, err))
	}
}
