package topology

import "github.com/spatestream/spate/internal/cells"

// ApplyWindows makes an operator take the windows of a stream, which is by Fields
// unless the windows are PerInstance. create makes each of its instances; they
// have state by key, as in Apply, but no timers. Late events go to LateEvents.
func ApplyWindows[T, Out any, O Operator[WindowOf[T], Out]](s Stream[T], name string, w Windows, create func() O, settings ...Setting) Stream[Out] {
	var o O
	if _, ok := any(o).(TimerHandler[Out]); ok {
		s.job.mistake("operator %q of windows cannot have timers; read what it gives with one that has", name)
	}
	if _, ok := any(o).(Snapshotter); ok {
		s.job.mistake("operator %q of windows cannot be a Snapshotter: its state is that of its windows; keep more in one that reads what it gives", name)
	}
	return applyWindows(s, name, w, func() held[T, Out] {
		own := create()
		if isNil(own) {
			return nil
		}
		return &eventList[T, Out]{own: own, apply: func(ctx *Context, w Window, events []T, out *Emitter[Out]) error {
			return own.Apply(ctx, WindowOf[T]{w, events}, out)
		}}
	}, with(settings, needs(create != nil)))
}

// WindowsOf gives the windows of a stream as events, to be read by any operator
// or sink; see ApplyWindows.
func WindowsOf[T any](s Stream[T], name string, w Windows, settings ...Setting) Stream[WindowOf[T]] {
	return applyWindows(s, name, w, func() held[T, WindowOf[T]] {
		return &eventList[T, WindowOf[T]]{apply: func(_ *Context, w Window, events []T, out *Emitter[WindowOf[T]]) error {
			out.Emit(WindowOf[T]{w, events})
			return nil
		}}
	}, settings)
}

func applyWindows[T, Out any](s Stream[T], name string, w Windows, hold func() held[T, Out], settings []Setting) Stream[Out] {
	if err := w.spec.Check(); err != nil {
		s.job.mistake("operator %q: %w", name, err)
	}
	if !w.spec.Instance && !s.keyed() {
		s.job.mistake("operator %q has windows of each key, and its stream has none; use Fields, or PerInstance", name)
	}
	late := NewChannel[T](lateName)
	return Apply(s, name, func() *windowing[T, Out] {
		held := hold()
		if held == nil { // the user's constructor returned nil
			return nil
		}
		return &windowing[T, Out]{Spec: w.spec, held: held, late: func(ctx *Context) func(T) { return lateTo(ctx, late) }}
	}, with(settings, emitsLate(late), laidOut(cells.Layout{Windows: &w.spec}))...)
}

// eventList holds a window's events one by one.
type eventList[T, Out any] struct {
	own    any // the user's; nil: there is none
	apply  func(ctx *Context, w Window, events []T, out *Emitter[Out]) error
	events *List[T]
	loaded []T
}

func (l *eventList[T, Out]) setup(ctx *Context) error {
	l.events = newPartList[T](ctx, "window.events")
	if s, ok := l.own.(Setup); ok {
		return s.Setup(ctx)
	}
	return nil
}

func (l *eventList[T, Out]) close() error {
	if c, ok := l.own.(Closer); ok {
		return c.Close()
	}
	return nil
}

func (l *eventList[T, Out]) add(v T) (first bool) {
	first = l.events.empty()
	l.events.Add(v)
	return first
}

func (l *eventList[T, Out]) load() bool {
	l.loaded = nil // the user has it
	for v := range l.events.All() {
		l.loaded = append(l.loaded, v)
	}
	return len(l.loaded) > 0
}

func (l *eventList[T, Out]) merge() {
	for _, v := range l.loaded {
		l.events.Add(v)
	}
}

func (l *eventList[T, Out]) clear() { l.events.Clear() }

func (l *eventList[T, Out]) give(ctx *Context, w Window, out *Emitter[Out]) error {
	return l.apply(ctx, w, l.loaded, out)
}
