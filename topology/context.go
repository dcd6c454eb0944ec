package topology

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/flow"
	"github.com/spatestream/spate/internal/vault"
	"github.com/spatestream/spate/sparkerr"
)

// Context is what an instance knows of itself, its job and the event it deals
// with. It ends when the job does, or when another instance takes its place
// (StallTimeout). It belongs to the instance's goroutine, as
// emitters and state do: none of them may be used by another one, or after the
// call has returned. The use of state panics where that can be seen for certain,
// which is while the instance waits for something to do; emitters look at nothing.
type Context struct {
	context.Context
	of        *component
	instance  int
	instances int
	env       *env.Env
	node      *node
	usage     *flow.Usage
	ready     bool                 // it has been set up
	outs      []any                // *Emitter by channel, nil for the default one
	attach    []func(receiver any) // by channel
	header    header
	id        int64 // of the event that a source emits, if named
	named     bool
	failed    error // what became of the event, for the guard
	received  int   // events, as far as not counted
	watermark eventtime.Watermark
	reached   eventtime.Time // of a source: the latest time of its events
	told      bool           // it has said so without an event
	splits    *flow.Splits   // of a source; nil: none
	split     *flow.Split    // of what is being emitted

	keyed func(*cells.Store) error // puts the key of the event at hand in focus; nil: not by Fields
	stale bool                     // it has not been done yet
	own   bool                     // state is the instance's, or some of it: there must be as many again
	state *vault.Vault             // nil: never asked for
	coder any                      // *typed of the key that was asked for last

	receipt []byte // what a sink has prepared for the epoch being saved
}

// refuse ends a call of the user's that cannot be returned an error: it panics
// with one, which is the user's.
func (c *Context) refuse(format string, args ...any) {
	who := fmt.Sprintf("component %q, instance %d: ", c.of.name, c.instance)
	panic(sparkerr.New("", who+fmt.Sprintf(format, args...)).At(exec.CallSite()))
}

// inCall refuses who uses the instance's state while that waits. Emitters do not ask:
// it would cost a job of small steps a third of its time.
func (c *Context) inCall() {
	if c.usage.Waits() {
		c.strange()
	}
}

func (c *Context) strange() {
	c.refuse("its state or timers are used while none of its calls is under way, so by another goroutine; use them before the call returns, and Async for what takes long")
}

// Component returns the name of the component.
func (c *Context) Component() string { return c.of.name }

// Instance returns the number of the instance, from 0.
func (c *Context) Instance() int { return c.instance }

// Instances returns the number of instances of the component.
func (c *Context) Instances() int { return c.instances }

// Log returns the job's log, with component and instance.
func (c *Context) Log() *slog.Logger {
	return c.env.Log.With("component", c.of.name, "instance", c.instance)
}

// Now returns the time by the job's clock.
func (c *Context) Now() time.Time { return c.env.Clock.Now() }

// WaitUntil is how a source waits for a time by the job's clock: until then, or until
// ctx ends, which is that of Next. The instance is idle meanwhile.
func (c *Context) WaitUntil(ctx context.Context, at time.Time) {
	c.usage.Rest(ctx, c.env.Clock, at)
}

// EventTime returns the time of the event that is being dealt with; zero if it
// has none.
func (c *Context) EventTime() time.Time {
	if c.header.at == eventtime.Min {
		return time.Time{}
	}
	return c.header.at.Go()
}

// Watermark returns the time up to which all events are in, late ones excepted;
// zero before the first watermark.
func (c *Context) Watermark() time.Time {
	if c.watermark == flow.NoWatermark {
		return time.Time{}
	}
	return c.watermark.Time().Go()
}

// An instance may have these abilities beside what its role asks for.
type (
	// Setup is called before the first event.
	Setup interface {
		Setup(ctx *Context) error
	}
	// Closer is called after the last event, however the job ends.
	Closer interface {
		Close() error
	}
)

// Checkpointed reports whether the job has checkpoints.
func (c *Context) Checkpointed() bool { return c.of.job.checkpoints != nil }
