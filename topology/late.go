package topology

import "reflect"

// lateName is the name of the predefined channel.
const lateName = "late"

// LateEvents returns the late events of type T of the windows or the join that s
// comes from: those that nothing could be done with any more. It need not be
// read; they are counted.
func LateEvents[T, U any](s Stream[U]) Stream[T] {
	out := Stream[T]{job: s.job.there()}
	for _, r := range s.refs {
		for i, c := range r.from.channels {
			if ch, ok := c.outlet.(*Channel[T]); ok && ch.name == lateName {
				out.refs = append(out.refs, ref{r.from, i})
			}
		}
	}
	if len(out.refs) == 0 {
		s.job.mistake("LateEvents: the stream has no late events of type %v", reflect.TypeFor[T]())
	}
	return out
}

// emitsLate adds a channel for late events.
func emitsLate[T any](ch *Channel[T]) Setting {
	return func(c *component) { c.channels = append(c.channels, channel{outlet: ch, optional: true}) }
}

// lateTo returns what takes an instance's late events.
func lateTo[T any](ctx *Context, ch *Channel[T]) func(T) {
	out := Out(ctx, ch)
	return func(v T) {
		ctx.of.late.Add(1)
		out.Emit(v)
	}
}
