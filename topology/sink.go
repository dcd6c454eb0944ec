package topology

import (
	"errors"
	"fmt"
)

// Sink takes events out of the job.
type Sink[T any] interface {
	// Write takes an event. An error, or a panic, ends the job unless its
	// OnError says otherwise.
	Write(ctx *Context, v T) error
}

// To makes a sink read a stream. create makes each of its instances, which have
// state by key if the stream is by Fields.
func To[T any, S Sink[T]](s Stream[T], name string, create func() S, settings ...Setting) {
	c := s.job.add(name, sink, []input{s.input()}, with(settings, needs(create != nil)))
	c.committer, c.lacks = committing(c, create)
	c.make = func(n *node) (built, error) {
		own, err := newInstance(n, c, create)
		if err != nil {
			return built{}, err
		}
		k := &sinkMember[T]{instance: own}
		k.sink = k.own.(Sink[T])
		var in receiver[T] = k
		if s.keyed() {
			by := newSide(k.ctx, s, func(v T) error { return k.sink.Write(k.ctx, v) })
			in, k.ctx.keyed = by, by.focus
		}
		return built{member: k, receivers: []any{guarded(c, k.ctx, in)}, ctx: k.ctx}, nil
	}
	c.dead = NewChannel[DeadLetter[T]](deadLetters)
}

// committing returns what makes the committer of a sink, and what the sink lacks
// to be part of checkpoints.
func committing[S any](c *component, create func() S) (func() Committer, string) {
	able := abilities(c, create)
	if _, ok := able.(Committer); ok {
		return func() Committer { return any(create()).(Committer) }, ""
	}
	if _, ok := able.(Idempotent); ok || able == nil {
		return nil, ""
	}
	return nil, fmt.Sprintf("(%T) only appends: it is neither a Committer nor Idempotent", able)
}

// abilities returns what can be asked for the abilities of what create makes: a
// zero value, or one that is made if its type is an interface; nil if there is
// none, which is a mistake.
func abilities[S any](c *component, create func() S) any {
	var s S
	if any(s) == nil && create != nil {
		s = create()
		c.given(any(s) != nil)
		if x, ok := any(s).(Checked); ok {
			if err := x.Check(); err != nil {
				c.job.mistake("%s %q: %w", c.role, c.name, err)
				return nil
			}
		}
	}
	return s
}

// Checked is a source or a sink that can tell what is wrong with what it was made
// of. Where the constructor returns an interface, as those of packages source and
// sink do, AddSource and To ask one that they make for it; what it says is a mistake
// of the graph, with their line.
type Checked interface{ Check() error }

type sinkMember[T any] struct {
	instance
	sink Sink[T]
}

func (k *sinkMember[T]) receive(v T, h header) {
	k.ctx.header = h
	k.ctx.received++
	if err := k.sink.Write(k.ctx, v); err != nil {
		k.fail(err)
	}
}

func (k *sinkMember[T]) seal() (err error) {
	if c, ok := k.own.(Committer); ok {
		k.ctx.receipt, err = c.Prepare(k.ctx)
	}
	return errors.Join(err, k.instance.seal())
}
