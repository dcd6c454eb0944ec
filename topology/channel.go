package topology

// Channel is a named output of a component, beside its default one, with a type
// of its own.
//
//	var late = topology.NewChannel[Reading]("late")
//	sums := topology.Apply(readings, "sum", newSum, topology.Emits(late))
//	topology.To(topology.Select(sums, late), "late", newPrinter)
//
// In the component, Out gives the channel's emitter.
type Channel[T any] struct{ name string }

// NewChannel returns a channel. The name stands in plans and errors.
func NewChannel[T any](name string) *Channel[T] { return &Channel[T]{name} }

// outlet is a channel whatever its type.
type outlet interface {
	title() string
	emitter(ctx *Context, number int) (emitter any, attach func(receiver any))
}

func (c *Channel[T]) title() string { return c.name }

func (c *Channel[T]) emitter(ctx *Context, number int) (any, func(any)) {
	e := &Emitter[T]{ctx: ctx}
	if ctx.of.role == source && ctx.of.dead != outlet(c) {
		if p := newPending[T](ctx.node, ctx, number); p != nil {
			e.attach(p)
			return e, func(r any) { p.to.attach(r.(receiver[T])) }
		}
	}
	return e, func(r any) { e.attach(r.(receiver[T])) }
}

// Emits says that a component emits on channels. Somebody must read each.
func Emits(channels ...outlet) Setting {
	return func(c *component) {
		for _, ch := range channels {
			if c.given(!isNil(ch)); isNil(ch) {
				continue
			}
			c.channels = append(c.channels, channel{outlet: ch})
		}
	}
}

// Select returns what a component emits on a channel; s is any stream of it.
func Select[U, T any](s Stream[U], ch *Channel[T]) Stream[T] {
	if s.given("Select", ch != nil); ch == nil {
		return Stream[T]{job: s.job}
	}
	if len(s.refs) != 1 {
		s.job.mistake("Select(%q): the stream comes from several components; select from each and merge", ch.name)
		return Stream[T]{job: s.job}
	}
	from := s.refs[0].from
	for i, have := range from.channels {
		if have.outlet == outlet(ch) {
			return Stream[T]{job: s.job, refs: []ref{{from, i}}}
		}
	}
	s.job.mistake("component %q has no channel %q; name it with Emits", from.name, ch.name)
	return Stream[T]{job: s.job}
}

// Out returns the emitter of a channel that the component was said to emit on,
// good as long as the instance. Of another channel it panics, which fails the job.
func Out[T any](ctx *Context, ch *Channel[T]) *Emitter[T] {
	for i, have := range ctx.of.channels {
		if have.outlet == outlet(ch) {
			return ctx.outs[i].(*Emitter[T])
		}
	}
	ctx.refuse("it has no channel %q; name it with Emits", ch.name)
	return nil
}
