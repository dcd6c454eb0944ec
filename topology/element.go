package topology

// MapFunc makes an event of each event. f is called by all instances, several at a
// time.
func MapFunc[In, Out any](s Stream[In], name string, f func(In) Out, settings ...Setting) Stream[Out] {
	return Apply(s, name, func() mapper[In, Out] { return f }, with(settings, needs(f != nil))...)
}

type mapper[In, Out any] func(In) Out

// Apply implements Operator.
func (f mapper[In, Out]) Apply(_ *Context, in In, out *Emitter[Out]) error {
	out.Emit(f(in))
	return nil
}

// FlatMapFunc makes any number of events of each event. f is called by all
// instances, several at a time.
func FlatMapFunc[In, Out any](s Stream[In], name string, f func(In) []Out, settings ...Setting) Stream[Out] {
	return Apply(s, name, func() flatMapper[In, Out] { return f }, with(settings, needs(f != nil))...)
}

type flatMapper[In, Out any] func(In) []Out

// Apply implements Operator.
func (f flatMapper[In, Out]) Apply(_ *Context, in In, out *Emitter[Out]) error {
	for _, v := range f(in) {
		out.Emit(v)
	}
	return nil
}

// FilterFunc keeps the events for which keep returns true. It is called by all
// instances, several at a time.
func FilterFunc[T any](s Stream[T], name string, keep func(T) bool, settings ...Setting) Stream[T] {
	return Apply(s, name, func() filter[T] { return keep }, with(settings, needs(keep != nil))...)
}

type filter[T any] func(T) bool

// Apply implements Operator.
func (keep filter[T]) Apply(_ *Context, in T, out *Emitter[T]) error {
	if keep(in) {
		out.Emit(in)
	}
	return nil
}

// Discard says that nobody need read a stream.
func Discard[T any](s Stream[T]) {
	s.job.there()
	for _, r := range s.refs {
		r.from.channels[r.channel].optional = true
	}
}
