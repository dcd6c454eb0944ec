package topology

// Operator makes events of events.
type Operator[In, Out any] interface {
	// Apply takes an event and emits what comes of it. An error fails the job.
	Apply(ctx *Context, in In, out *Emitter[Out]) error
}

// Apply makes an operator read a stream, and returns what it emits. create makes
// each of its instances.
func Apply[In, Out any, O Operator[In, Out]](s Stream[In], name string, create func() O, settings ...Setting) Stream[Out] {
	c := s.job.add(name, operator, []input{s.input()}, settings)
	c.make = func(n *node) (built, error) {
		o := &operatorMember[In, Out]{instance: instance{own: create(), ctx: n.context(c)}}
		o.operator = o.own.(Operator[In, Out])
		o.out.ctx = o.ctx
		return built{member: o, receivers: []any{o}, attach: o.attach, ctx: o.ctx}, nil
	}
	return Stream[Out]{job: s.job, refs: []ref{{c, 0}}}
}

type operatorMember[In, Out any] struct {
	instance
	operator Operator[In, Out]
	out      Emitter[Out]
}

func (o *operatorMember[In, Out]) attach(r any) { o.out.attach(r.(receiver[Out])) }

func (o *operatorMember[In, Out]) receive(v In, h header) {
	o.ctx.header = h
	if err := o.operator.Apply(o.ctx, v, &o.out); err != nil {
		o.fail(err)
	}
}
