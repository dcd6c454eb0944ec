package topology

import (
	"errors"
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/vault"
)

// Timer is a time at which an operator wants to hear of a key again.
type Timer struct {
	Name  string    // a key has one timer of a name: setting it again moves it
	At    time.Time // when the watermark, or the clock, has reached it
	Clock bool      // by the job's clock, not by event time
}

// TimerHandler is an operator with timers. What it emits has the timer's time.
type TimerHandler[Out any] interface {
	// OnTimer is called once for each timer, in order of time, with its key at
	// hand. It may set timers again.
	OnTimer(ctx *Context, t Timer, out *Emitter[Out]) error
}

func (t Timer) kind() vault.Kind {
	if t.Clock {
		return vault.ByClock
	}
	return vault.ByEvent
}

// SetTimer sets a timer of the key at hand. One whose time has come already
// fires with the next advance. It is for operators that are a TimerHandler;
// others have nothing to hear it with, and fail the job.
func (c *Context) SetTimer(t Timer) {
	if !c.state.HasTimers() {
		c.node.fail(c, errors.New("a timer is set, and the operator has no OnTimer"))
		return
	}
	c.at()
	c.state.Timers[t.kind()].Set([]byte(t.Name), eventtime.Of(t.At))
	c.node.alarmed = c.node.alarmed || t.Clock
	c.check(nil)
}

// ClearTimer removes a timer of the key at hand, by its name.
func (c *Context) ClearTimer(t Timer) {
	if c.state.HasTimers() {
		c.at()
		c.state.Timers[t.kind()].Clear([]byte(t.Name))
		c.check(nil)
	}
}

// fire calls f for the timers that are due at w.
func (c *Context) fire(k vault.Kind, w eventtime.Watermark, f func(Timer) error) error {
	if !c.state.HasTimers() {
		return nil
	}
	err := c.state.Timers[k].Fire(w, func(name []byte, due eventtime.Time) error {
		c.stale, c.header = false, header{at: due}
		if err := f(Timer{string(name), due.Go(), k == vault.ByClock}); err != nil {
			return err
		}
		return c.node.err
	})
	return err
}
