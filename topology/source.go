package topology

import (
	"context"
	"fmt"
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/flow"
)

// Source gives events.
type Source[T any] interface {
	// Next emits the next events, one or a few, waiting for them if there are
	// none. When ctx has ended it returns nil without waiting, and nothing is
	// lost: it is called again. io.EOF: there will be no more.
	Next(ctx context.Context, out *Emitter[T]) error
}

// Scheduled is a source that knows when its next events are due. On a virtual
// clock nothing happens in between, so there it must tell.
type Scheduled interface {
	// NextDue returns the time; zero: it does not depend on the clock.
	NextDue() time.Time
}

// AddSource adds a source to the job. create makes each of its instances.
func AddSource[T any, S Source[T]](j *Job, name string, create func() S, settings ...Setting) Stream[T] {
	c := j.add(name, source, nil, with(settings, needs(create != nil)))
	if _, err := newStamper[T](c); err != nil {
		j.mistake("%v", err)
	}
	able := abilities(c, create)
	if able != nil && !isPositioned(able) {
		c.lacks = fmt.Sprintf("(%T) is not Positioned", able)
	}
	if _, movable := able.(Movable); movable {
		c.state = pooled
	}
	c.make = func(n *node) (built, error) {
		own, err := newInstance(n, c, create)
		if err != nil {
			return built{}, err
		}
		s := &sourceMember[T]{instance: own}
		s.source = s.own.(Source[T])
		s.out.ctx = s.ctx
		n.origin = s
		stamps, err := newStamper[T](c)
		if err != nil {
			return built{}, err
		}
		last := &s.out // in the chain: time, then roots
		if stamps != nil {
			s.stamps, stamps.ctx = stamps, s.ctx
			last.attach(stamps)
			last = &stamps.to
		}
		if p := newPending[T](n, s.ctx, 0); p != nil {
			last.attach(p)
			last = &p.to
		}
		return built{member: s, attach: func(r any) { last.attach(r.(receiver[T])) }, ctx: s.ctx}, nil
	}
	c.dead = NewChannel[DeadLetter[T]](deadLetters)
	return Stream[T]{job: j, refs: []ref{{c, 0}}}
}

func isPositioned(own any) bool { _, ok := own.(Positioned); return ok }

type sourceMember[T any] struct {
	instance
	source Source[T]
	out    Emitter[T]
	stamps *stamper[T]   // nil: events have no time
	place  *Value[place] // nil: no checkpoints
}

func (s *sourceMember[T]) due() time.Time {
	due := s.instance.due()
	if d, ok := s.own.(Scheduled); ok {
		if at := d.NextDue(); at.After(s.ctx.Now()) { // what is due already needs no waking
			due = flow.Earliest(due, at)
		}
	}
	return due
}

// origin is the source of a node, whatever its type.
type origin interface {
	next(ctx context.Context) error
	watermark(now func() time.Time) eventtime.Watermark
	timing() *timing
	given() int // events so far
	told() bool // it has said that its time goes on, since it was asked last
	splits() *flow.Splits
	due() time.Time
}

func (s *sourceMember[T]) next(ctx context.Context) error {
	s.ctx.header, s.ctx.split = header{at: eventtime.Min}, nil
	return s.source.Next(ctx, &s.out)
}

func (s *sourceMember[T]) watermark(now func() time.Time) eventtime.Watermark {
	latest := eventtime.Min
	switch {
	case s.ctx.of.job.pass > 0:
		return flow.NoWatermark // until the end of the input
	case s.ctx.splits != nil:
		latest = s.ctx.splits.Latest()
	case s.stamps != nil:
		latest = s.ctx.reached
	}
	return s.ctx.of.time.watermark(latest, now)
}

func (s *sourceMember[T]) timing() *timing      { return &s.ctx.of.time }
func (s *sourceMember[T]) given() int           { return s.out.n }
func (s *sourceMember[T]) told() (told bool)    { told, s.ctx.told = s.ctx.told, false; return told }
func (s *sourceMember[T]) splits() *flow.Splits { return s.ctx.splits }
