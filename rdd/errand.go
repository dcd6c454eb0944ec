package rdd

import (
	"context"
	"sync/atomic"
)

// errand is what must have been done before others can be planned: a sort
// samples its keys, ZipWithIndex counts, files are looked up. It is done once,
// under the context of the action that first needs it, and safe for concurrent
// use.
type errand[T any] struct {
	c    *Context
	work func(context.Context) (T, error)
	turn chan struct{} // has an element while somebody is at it

	done  atomic.Bool
	value T // once done, as err
	err   error
}

func newErrand[T any](c *Context, work func(context.Context) (T, error)) *errand[T] {
	c.errands.Add(1)
	return &errand[T]{c: c, work: work, turn: make(chan struct{}, 1)}
}

// get returns what the work gives. That ctx ended in between is forgotten: who
// asks next has it done.
func (e *errand[T]) get(ctx context.Context) (T, error) {
	if !e.done.Load() {
		if err := e.run(ctx); err != nil {
			var none T
			return none, err
		}
	}
	return e.value, e.err
}

func (e *errand[T]) run(ctx context.Context) error {
	if err := strayed(ctx); err != nil {
		return err
	}
	select {
	case e.turn <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { <-e.turn }()
	if e.done.Load() {
		return nil
	}
	value, err := e.work(ctx)
	if err != nil && ctx.Err() != nil {
		return err
	}
	e.value, e.err = value, err
	e.done.Store(true)
	e.c.errands.Add(-1)
	return nil
}

// now is get for those who have no context: what an action has prepared is
// there.
func (e *errand[T]) now() (T, error) { return e.get(context.Background()) }

// ready does it.
func (e *errand[T]) ready(ctx context.Context) error {
	_, err := e.get(ctx)
	return err
}

// ready does what must be done before n's partitions are known, in the order of
// the lineage.
func (n *node) ready(ctx context.Context) error {
	if n.err != nil || n.ctx.errands.Load() == 0 {
		return n.err
	}
	seen := map[*node]bool{}
	var visit func(n *node) error
	visit = func(n *node) error {
		if seen[n] {
			return nil
		}
		seen[n] = true
		for _, d := range n.parents() {
			if err := visit(d.on); err != nil {
				return err
			}
		}
		if n.first == nil {
			return nil
		}
		return n.first(ctx)
	}
	return visit(n)
}

// partitionsIn is partitions for an action that gets ctx.
func (n *node) partitionsIn(ctx context.Context) (int, error) {
	if err := n.ready(ctx); err != nil {
		return 0, err
	}
	return n.partitions()
}
