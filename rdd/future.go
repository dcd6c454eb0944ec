package rdd

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/spatestream/spate/internal/exec"
)

// Future is the result of an action that runs by itself. It is safe for
// concurrent use.
type Future[T any] struct {
	cancel context.CancelCauseFunc
	jobs   *jobIDs
	done   chan struct{} // closed when the fields below are set
	value  T
	err    error
}

// Async starts an action on a goroutine of its own, which ends with it:
//
//	f := rdd.Async(ctx, words.Count)
//	n, err := f.Get(ctx)
func Async[T any](ctx context.Context, action func(context.Context) (T, error)) *Future[T] {
	f := &Future[T]{cancel: func(error) {}, jobs: &jobIDs{}, done: make(chan struct{})}
	if f.err = strayed(ctx); f.err != nil {
		close(f.done)
		return f
	}
	ctx, cancel := context.WithCancelCause(ctx)
	f.cancel = cancel
	s := scopeOf(ctx)
	s.ids = f.jobs
	ctx = s.in(ctx)
	go func() {
		defer cancel(nil)
		defer close(f.done)
		f.err = exec.Apart(func() (err error) {
			f.value, err = action(ctx)
			return err
		})
	}()
	return f
}

// Get waits for the result, at most until ctx ends.
func (f *Future[T]) Get(ctx context.Context) (T, error) {
	select {
	case <-f.done:
		return f.value, f.err
	case <-ctx.Done():
		var zero T
		return zero, context.Cause(ctx)
	}
}

// Cancel ends the action; Get then returns its error, which is also
// context.Canceled.
func (f *Future[T]) Cancel() { f.cancel(errFuture) }

var errFuture = fmt.Errorf("its future was cancelled: %w", context.Canceled)

// JobIDs returns the numbers of the jobs the action has begun so far.
func (f *Future[T]) JobIDs() []int {
	f.jobs.mu.Lock()
	defer f.jobs.mu.Unlock()
	return slices.Clone(f.jobs.ids)
}

// jobIDs gathers the numbers of jobs. Safe for concurrent use.
type jobIDs struct {
	mu  sync.Mutex
	ids []int // guarded by mu
}

func (j *jobIDs) add(id int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ids = append(j.ids, id)
}

// Done is closed when the action has ended.
func (f *Future[T]) Done() <-chan struct{} { return f.done }
