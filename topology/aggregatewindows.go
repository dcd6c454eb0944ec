package topology

import "github.com/spatestream/spate/internal/window"

// Aggregate makes one result of many events, without keeping them. Its functions
// are called by several instances at once: what they share must not change. An A
// that Add or Merge has been given may be changed and returned.
type Aggregate[T, A, R any] struct {
	Init  func() A // nil: the zero A
	Add   func(acc A, v T) A
	Merge func(a, b A) A // associative; of windows by Session
	// Result makes the result; Key gives it the window's key.
	Result func(ctx *Context, w Window, acc A) (R, error)
}

func (a *Aggregate[T, A, R]) init() (acc A) {
	if a.Init != nil {
		acc = a.Init()
	}
	return acc
}

// AggregateWindows gives an aggregate of each window of a stream; see
// ApplyWindows. An A is kept as Value keeps it, so a window costs an A, however
// many events it has.
func AggregateWindows[T, A, R any](s Stream[T], name string, w Windows, a Aggregate[T, A, R], settings ...Setting) Stream[R] {
	if a.Add == nil || a.Result == nil || a.Merge == nil && w.spec.Kind == window.Sessions {
		s.job.mistake("operator %q: an Aggregate needs Add and Result, and Merge for sessions", name)
	}
	return applyWindows(s, name, w, func() held[T, R] { return &folding[T, A, R]{Aggregate: a} }, settings)
}

// folding holds a window's aggregate.
type folding[T, A, R any] struct {
	Aggregate[T, A, R]
	acc    *Value[A]
	loaded A
}

func (f *folding[T, A, R]) setup(ctx *Context) error {
	f.acc = newPartValue[A](ctx, "window.aggregate")
	return nil
}

func (f *folding[T, A, R]) close() error { return nil }

func (f *folding[T, A, R]) add(v T) (first bool) {
	acc, some := f.acc.Get()
	if !some {
		acc = f.init()
	}
	f.acc.Set(f.Add(acc, v))
	return !some
}

func (f *folding[T, A, R]) load() (some bool) {
	f.loaded, some = f.acc.Get()
	return some
}

func (f *folding[T, A, R]) merge() {
	if acc, some := f.acc.Get(); some {
		f.loaded = f.Merge(acc, f.loaded)
	}
	f.acc.Set(f.loaded)
}

func (f *folding[T, A, R]) clear() { f.acc.Clear() }

func (f *folding[T, A, R]) give(ctx *Context, w Window, out *Emitter[R]) error {
	r, err := f.Result(ctx, w, f.loaded)
	if err == nil {
		out.Emit(r)
	}
	return err
}
