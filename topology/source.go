package topology

import (
	"context"

	"github.com/spatestream/spate/eventtime"
)

// Source gives events.
type Source[T any] interface {
	// Next emits the next events, one or a few, waiting for them if there are
	// none. When ctx has ended it returns nil without waiting, and nothing is
	// lost: it is called again. io.EOF: there will be no more.
	Next(ctx context.Context, out *Emitter[T]) error
}

// AddSource adds a source to the job. create makes each of its instances.
func AddSource[T any, S Source[T]](j *Job, name string, create func() S, settings ...Setting) Stream[T] {
	c := j.add(name, source, nil, settings)
	c.make = func(n *node) (built, error) {
		s := &sourceMember[T]{instance: instance{own: create(), ctx: n.context(c)}}
		s.source = s.own.(Source[T])
		s.out.ctx = s.ctx
		n.poll = s.poll
		return built{member: s, attach: s.attach}, nil
	}
	return Stream[T]{job: j, refs: []ref{{c, 0}}}
}

type sourceMember[T any] struct {
	instance
	source Source[T]
	out    Emitter[T]
}

func (s *sourceMember[T]) attach(_ int, r any) { s.out.attach(r.(receiver[T])) }

func (s *sourceMember[T]) poll(ctx context.Context) error {
	s.ctx.header = header{at: eventtime.Min}
	return s.source.Next(ctx, &s.out)
}
