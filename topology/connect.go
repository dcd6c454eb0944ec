package topology

import "github.com/spatestream/spate/internal/cells"

// Operator2 makes events of the events of two streams.
type Operator2[L, R, Out any] interface {
	// ApplyLeft takes an event of the first stream and emits what comes of it. An
	// error fails the job.
	ApplyLeft(ctx *Context, in L, out *Emitter[Out]) error
	// ApplyRight takes an event of the second stream.
	ApplyRight(ctx *Context, in R, out *Emitter[Out]) error
}

// Connect makes an operator read two streams, each with its grouping, and returns
// what it emits. Where both are by Fields, of keys of one type, events of equal
// keys meet in one instance, and have one state. Its watermark is the lesser of
// both. Without Parallelism it has as many instances as left.
func Connect[L, R, Out any, O Operator2[L, R, Out]](left Stream[L], right Stream[R], name string, create func() O, settings ...Setting) Stream[Out] {
	c := left.job.add(name, operator, []input{left.input(), right.input()}, with(settings, needs(create != nil)))
	if l, r := left.group.key, right.group.key; left.keyed() && right.keyed() && l.Is != r.Is {
		left.job.mistake("operator %q reads streams by Fields of different types, %s and %s", name, l.Is, r.Is)
	}
	c.make = func(n *node) (built, error) {
		made, err := newInstance(n, c, create)
		if err != nil {
			return built{}, err
		}
		o := &operatorMember[L, Out]{instance: made}
		own := o.own.(Operator2[L, R, Out])
		o.out.ctx = o.ctx
		o.timers, _ = o.own.(TimerHandler[Out])
		l := newSide(o.ctx, left, func(v L) error { return own.ApplyLeft(o.ctx, v, &o.out) })
		r := newSide(o.ctx, right, func(v R) error { return own.ApplyRight(o.ctx, v, &o.out) })
		o.ctx.keyed, o.ctx.own = l.focus, !left.keyed() || !right.keyed()
		return built{member: o, receivers: []any{guarded[L](c, o.ctx, l), guarded[R](c, o.ctx, r)}, attach: o.attach, ctx: o.ctx}, nil
	}
	return Stream[Out]{job: left.job, refs: []ref{{c, 0}}}
}

// side is where an operator of several streams, or a sink, gets the events of one.
type side[T any] struct {
	ctx     *Context
	apply   func(T) error
	focus   func(*cells.Store) error // puts the key of the event at hand in focus
	key     cells.Finder[T]
	current T
}

func newSide[T any](ctx *Context, s Stream[T], apply func(T) error) *side[T] {
	x := &side[T]{ctx: ctx, apply: apply, focus: ctx.focusOwn}
	if s.keyed() {
		x.key.Keyer, x.focus = s.group.key, x.find
	}
	return x
}

// find puts the key of the event at hand in focus.
func (s *side[T]) find(c *cells.Store) error {
	hash, key, err := s.key.Of(s.current)
	if err == nil {
		c.Focus(hash, key)
	}
	return err
}

func (s *side[T]) receive(v T, h header) {
	s.ctx.header = h
	s.current, s.ctx.keyed, s.ctx.stale = v, s.focus, true
	s.ctx.received++
	if err := s.apply(v); err != nil {
		s.ctx.fail(err)
	}
}
