package topology

import (
	"context"
	"time"

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
	if _, err := newStamper[T](c); err != nil {
		j.mistake("%v", err)
	}
	c.make = func(n *node) (built, error) {
		s := &sourceMember[T]{instance: instance{own: create(), ctx: n.context(c)}}
		s.source = s.own.(Source[T])
		s.out.ctx = s.ctx
		n.origin = s
		stamps, err := newStamper[T](c)
		if err != nil || stamps == nil {
			return built{member: s, attach: s.attach, ctx: s.ctx}, err
		}
		s.stamps = stamps
		s.out.attach(stamps)
		return built{member: s, attach: s.attachStamped, ctx: s.ctx}, nil
	}
	return Stream[T]{job: j, refs: []ref{{c, 0}}}
}

type sourceMember[T any] struct {
	instance
	source Source[T]
	out    Emitter[T]
	stamps *stamper[T] // nil: events have no time
}

func (s *sourceMember[T]) attach(r any)        { s.out.attach(r.(receiver[T])) }
func (s *sourceMember[T]) attachStamped(r any) { s.stamps.to.attach(r.(receiver[T])) }

// origin is the source of a node, whatever its type.
type origin interface {
	next(ctx context.Context) error
	watermark(now func() time.Time) eventtime.Watermark
	timing() *timing
	given() int // events so far
}

func (s *sourceMember[T]) next(ctx context.Context) error {
	s.ctx.header = header{at: eventtime.Min}
	return s.source.Next(ctx, &s.out)
}

func (s *sourceMember[T]) watermark(now func() time.Time) eventtime.Watermark {
	latest := eventtime.Min
	if s.stamps != nil {
		latest = s.stamps.latest
	}
	return s.ctx.of.time.watermark(latest, now)
}

func (s *sourceMember[T]) timing() *timing { return &s.ctx.of.time }
func (s *sourceMember[T]) given() int      { return s.out.n }
