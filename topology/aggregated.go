package topology

import (
	"errors"
	"fmt"
)

// Aggregated is a state of an aggregate for each key: of all that was added to
// it, an A is kept; see Value.
type Aggregated[T, A, R any] struct {
	of  Aggregate[T, A, R]
	acc *Value[A]
}

// NewAggregated declares a state, in Setup; see NewValue. The aggregate is one that
// windows take as well; its Result is called with the zero Window. Without Merge,
// the method of that name fails the job.
func NewAggregated[T, A, R any](ctx *Context, name string, a Aggregate[T, A, R], life ...Lifetime) *Aggregated[T, A, R] {
	if a.Add == nil || a.Result == nil {
		ctx.node.fail(ctx, fmt.Errorf("the Aggregate of the state %q needs Add and Result, of which one is nil", name))
	}
	return &Aggregated[T, A, R]{a, NewValue[A](ctx, name, life...)}
}

// Add adds v.
func (s *Aggregated[T, A, R]) Add(v T) {
	acc, some := s.acc.Get()
	if !some {
		acc = s.of.init()
	}
	s.acc.Set(s.of.Add(acc, v))
}

// Merge adds all that another A was made of.
func (s *Aggregated[T, A, R]) Merge(other A) {
	if s.of.Merge == nil {
		s.acc.ctx.check(errors.New("Aggregated.Merge of an Aggregate that has no Merge"))
		return
	}
	if acc, some := s.acc.Get(); some {
		other = s.of.Merge(acc, other)
	}
	s.acc.Set(other)
}

// Get returns the A, and whether anything was added since Clear.
func (s *Aggregated[T, A, R]) Get() (acc A, some bool) { return s.acc.Get() }

// Result returns the aggregate's result, of Init if nothing was added.
func (s *Aggregated[T, A, R]) Result() (R, error) {
	acc, some := s.acc.Get()
	if !some {
		acc = s.of.init()
	}
	return s.of.Result(s.acc.ctx, Window{}, acc)
}

// Clear removes it.
func (s *Aggregated[T, A, R]) Clear() { s.acc.Clear() }
