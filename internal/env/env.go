// Package env is everything the engine may not reach for by itself, as values:
// the clock, the seed, the file system, the log and the listener. Whoever
// builds a session decides; tests hand in their own.
package env

import (
	"context"
	"log/slog"
	"time"

	"github.com/spatestream/spate/internal/vfs"
)

// Clock tells the time and waits. Implementations are safe for concurrent use.
type Clock interface {
	Now() time.Time
	// Sleep waits for d or until ctx ends, and returns ctx's error then.
	Sleep(ctx context.Context, d time.Duration) error
}

// SleepUntil waits until the clock shows until or a later time, or until ctx
// ends, and returns ctx's error then. A clock that stands still between the
// steps of a test has a method of that name: no step is missed that comes
// between a look at the clock and the sleep.
func SleepUntil(ctx context.Context, c Clock, until time.Time) error {
	if still, ok := c.(interface {
		SleepUntil(context.Context, time.Time) error
	}); ok {
		return still.SleepUntil(ctx, until)
	}
	return c.Sleep(ctx, until.Sub(c.Now()))
}

// Env is handed to everything that runs. It is immutable.
type Env struct {
	Clock Clock
	Seed  uint64 // source of all randomness of a run
	FS    vfs.FS // checkpoints, spill and local files
	Log   *slog.Logger
	Fail  FailPoint // nil outside fault tests
}

// FailPoint is called at named points of the checkpoint protocol ("before
// Decide", "after LogOffsets"); a fault test may kill the process or return an
// error, which fails the query there.
type FailPoint func(point string) error

// At calls the fail point if there is one.
func (e *Env) At(point string) error {
	if e.Fail == nil {
		return nil
	}
	return e.Fail(point)
}

// NoteIdle warns of a configuration key that is accepted and has no effect, and
// names the known one that was probably meant, "" for none.
func (e *Env) NoteIdle(key, meant string) {
	if e.Log != nil {
		e.Log.Warn("configuration key is accepted and has no effect", "key", key, "meant", meant)
	}
}

// Around calls f between the fail points of an action.
func (e *Env) Around(action string, f func() error) error {
	if err := e.At("before " + action); err != nil {
		return err
	}
	if err := f(); err != nil {
		return err
	}
	return e.At("after " + action)
}

// System is the clock of this machine.
type System struct{}

// Now implements Clock.
func (System) Now() time.Time { return time.Now() }

// Sleep implements Clock.
func (System) Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
