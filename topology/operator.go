package topology

import (
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/internal/vault"
)

// Operator makes events of events.
type Operator[In, Out any] interface {
	// Apply takes an event and emits what comes of it. An error, or a
	// panic, ends the job unless its OnError says otherwise.
	Apply(ctx *Context, in In, out *Emitter[Out]) error
}

// Apply makes an operator read a stream, and returns what it emits. create makes
// each of its instances.
func Apply[In, Out any, O Operator[In, Out]](s Stream[In], name string, create func() O, settings ...Setting) Stream[Out] {
	c := s.job.add(name, operator, []input{s.input()}, with(settings, needs(create != nil)))
	c.make = func(n *node) (built, error) {
		own, err := newInstance(n, c, create)
		if err != nil {
			return built{}, err
		}
		o := &operatorMember[In, Out]{instance: own}
		o.operator = o.own.(Operator[In, Out])
		o.out.ctx = o.ctx
		if s.keyed() {
			o.key = &cells.Finder[In]{Keyer: s.group.key}
			o.ctx.keyed = o.focus
		}
		o.timers, _ = o.own.(TimerHandler[Out])
		return built{member: o, receivers: []any{guarded[In](c, o.ctx, o)}, attach: o.attach, ctx: o.ctx}, nil
	}
	c.dead = NewChannel[DeadLetter[In]](deadLetters)
	return Stream[Out]{job: s.job, refs: []ref{{c, 0}}}
}

type operatorMember[In, Out any] struct {
	instance
	operator Operator[In, Out]
	out      Emitter[Out]
	timers   TimerHandler[Out] // nil: it has none

	key     *cells.Finder[In] // nil: not by Fields
	current In                // the event at hand, if there is a key
	ahead   *cells.Ahead
}

func (o *operatorMember[In, Out]) attach(r any) { o.out.attach(r.(receiver[Out])) }

func (o *operatorMember[In, Out]) open() error {
	if o.timers != nil {
		o.ctx.vault().OpenTimers()
	}
	return o.instance.open()
}

func (o *operatorMember[In, Out]) receive(v In, h header) {
	o.ctx.header = h
	o.ctx.received++
	if o.key != nil {
		o.current, o.ctx.stale = v, true
	}
	if err := o.operator.Apply(o.ctx, v, &o.out); err != nil {
		o.fail(err)
	}
}

// fewEvents is the number of events from which on it pays to look ahead.
const fewEvents = 16

// expect implements expectant: the state of all keys is brought near at once.
func (o *operatorMember[In, Out]) expect(values []In) {
	if o.key == nil || len(values) < fewEvents || o.ctx.state == nil || !o.ctx.state.Cells.Large() {
		return
	}
	if o.ahead == nil {
		o.ahead = cells.NewAhead()
	}
	o.ahead.Reset()
	for _, v := range values {
		hash, key, err := o.key.Of(v)
		if err != nil {
			break // focus meets it again
		}
		o.ahead.Add(hash, key)
	}
	o.ctx.state.Cells.Warm(o.ahead)
}

// focus puts the key of the event at hand in focus.
func (o *operatorMember[In, Out]) focus(s *cells.Store) error {
	hash, key, err := o.key.Of(o.current)
	if err == nil {
		s.Focus(hash, key)
	}
	return err
}

func (o *operatorMember[In, Out]) advance(w eventtime.Watermark) error {
	o.ctx.watermark = w
	return o.fire(vault.ByEvent, w)
}

// fire calls the timers that are due at w, and lets go of state that ends there.
func (o *operatorMember[In, Out]) fire(k vault.Kind, w eventtime.Watermark) (err error) {
	if o.timers != nil {
		err = o.ctx.fire(k, w, func(t Timer) error { return o.timers.OnTimer(o.ctx, t, &o.out) })
	}
	o.ctx.state.Expire(k, w)
	return err
}

func (o *operatorMember[In, Out]) wake(now time.Time) error {
	return o.fire(vault.ByClock, eventtime.Watermark(now.UnixMilli()))
}
