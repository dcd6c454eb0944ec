package exec

import "context"

// Work runs f as a part of a task: below it Working is true, also on a goroutine
// that the engine lends to the task.
//
//go:noinline
func Work(f func() error) error { return f() }

// Working reports whether the caller is called within a task. It looks for Work
// on the stack, which takes some microseconds and cannot be evaded by handing on
// the wrong context; of goroutines that the function of a task starts by itself it
// knows nothing.
func Working() bool { return CalledBy("internal/exec.Work") != "" }

// Strays reports whether a job under ctx would wait for workers of which its own
// caller holds one: it is asked for within a task, and not under the context of
// one.
func Strays(ctx context.Context) bool { return ctx.Value(holding{}) == nil && Working() }
