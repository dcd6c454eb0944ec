package rdd

import "sync"

// Accumulator sums up what tasks add: what a task adds counts once it has
// succeeded, and once only for each partition of an action, however often the
// task ran. In a transformation that is computed again for another job it counts
// again, as in Spark. Only the driver reads the value. It is safe for concurrent
// use.
type Accumulator[T, U any] struct {
	name  string
	zero  func() U
	add   func(U, T) U
	merge func(U, U) U

	mu    sync.Mutex
	value U // guarded by mu
}

// NewAccumulator makes an accumulator from its zero, how an element is added to
// a sum, and how two sums are merged. One with a name, unlike "", is shown to
// listeners.
func NewAccumulator[T, U any](c *Context, name string, zero func() U, add func(U, T) U, merge func(U, U) U) *Accumulator[T, U] {
	a := &Accumulator[T, U]{name: name, zero: zero, add: add, merge: merge, value: zero()}
	if name != "" {
		c.shown(name, func() any { return a.Value() })
	}
	return a
}

// Tally is the value of an accumulator of numbers.
type Tally[T Number] struct {
	Sum   T
	Count int64
}

// Avg returns the mean, NaN for nothing.
func (s Tally[T]) Avg() float64 { return float64(s.Sum) / float64(s.Count) }

// LongAccumulator sums up whole numbers.
func LongAccumulator(c *Context, name string) *Accumulator[int64, Tally[int64]] {
	return sumAccumulator[int64](c, name)
}

// DoubleAccumulator sums up floating point numbers.
func DoubleAccumulator(c *Context, name string) *Accumulator[float64, Tally[float64]] {
	return sumAccumulator[float64](c, name)
}

func sumAccumulator[T Number](c *Context, name string) *Accumulator[T, Tally[T]] {
	return NewAccumulator(c, name, func() Tally[T] { return Tally[T]{} },
		func(s Tally[T], x T) Tally[T] { return Tally[T]{s.Sum + x, s.Count + 1} },
		func(a, b Tally[T]) Tally[T] { return Tally[T]{a.Sum + b.Sum, a.Count + b.Count} })
}

// CollectionAccumulator gathers elements into a slice.
func CollectionAccumulator[T any](c *Context, name string) *Accumulator[T, []T] {
	return NewAccumulator(c, name, func() []T { return nil },
		func(s []T, x T) []T { return append(s, x) },
		func(a, b []T) []T { return append(a[:len(a):len(a)], b...) })
}

// Add adds x: within the task t, or from the driver if t is nil.
func (a *Accumulator[T, U]) Add(t *Task, x T) {
	if t == nil {
		a.take(a.add(a.zero(), x))
		return
	}
	sum, ok := t.sums[a].(*U)
	if !ok {
		zero := a.zero()
		sum = &zero
		if t.sums == nil {
			t.sums = map[any]any{}
		}
		t.sums[a] = sum
		t.onCommit(func() { a.take(*sum) })
	}
	*sum = a.add(*sum, x)
}

// take merges a sum into the value.
func (a *Accumulator[T, U]) take(sum U) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.value = a.merge(a.value, sum)
}

// Value returns the sum so far. It must not be changed.
func (a *Accumulator[T, U]) Value() U {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.value
}

// Reset makes the value zero again.
func (a *Accumulator[T, U]) Reset() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.value = a.zero()
}

// Name returns the name, "" for none.
func (a *Accumulator[T, U]) Name() string { return a.name }
