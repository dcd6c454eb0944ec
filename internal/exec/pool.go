package exec

import (
	"context"
	"sync"
	"sync/atomic"
)

// each calls f(ctx, 0) ... f(ctx, n-1) on at most as many goroutines as the
// runner has workers, and returns the first error after every call has ended.
// An error cancels the context of the others; those not begun are not called.
// With one call, or inline, everything runs on the caller's goroutine.
//
// The goroutines are started here and end before each returns.
func (r *Runner) each(ctx context.Context, n int, inline bool, f func(ctx context.Context, i int) error) error {
	if n <= 1 || inline || r.desk.workers == 1 {
		return eachInline(ctx, n, f)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(n, r.desk.workers) {
		wait.Go(func() {
			if !r.desk.take(ctx) {
				return
			}
			defer r.desk.give(nil, 1)
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				if err := Protect(func() error { return f(ctx, i) }); err != nil {
					cancel(err) // the first cause stays
				}
			}
		})
	}
	wait.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

func eachInline(ctx context.Context, n int, f func(context.Context, int) error) error {
	for i := range n {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := Protect(func() error { return f(ctx, i) }); err != nil {
			return err
		}
	}
	return nil
}
