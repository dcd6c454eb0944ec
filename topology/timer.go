package topology

import (
	"errors"
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/flow"
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

type timerKind uint8

const (
	eventTimers timerKind = iota
	clockTimers
)

func (t Timer) kind() timerKind {
	if t.Clock {
		return clockTimers
	}
	return eventTimers
}

var timerTables = [...]string{eventTimers: "timers", clockTimers: "clocktimers"}

// SetTimer sets a timer of the key at hand. One whose time has come already
// fires with the next advance. It is for operators that are a TimerHandler;
// others have nothing to hear it with, and fail the job.
func (c *Context) SetTimer(t Timer) {
	if !c.hasTimers() {
		c.node.fail(c, errors.New("a timer is set, and the operator has no OnTimer"))
		return
	}
	c.at()
	c.state.timers[t.kind()].Set([]byte(t.Name), eventtime.Of(t.At))
	c.node.alarmed = c.node.alarmed || t.Clock
	c.check(nil)
}

func (c *Context) hasTimers() bool { return c.state != nil && c.state.timers[eventTimers] != nil }

// openTimers readies the tables of timers.
func (c *Context) openTimers() {
	v := c.vault()
	for k := range v.timers {
		v.timers[k] = v.cells.Timers(timerTables[k])
	}
}

// ClearTimer removes a timer of the key at hand, by its name.
func (c *Context) ClearTimer(t Timer) {
	if c.hasTimers() {
		c.at()
		c.state.timers[t.kind()].Clear([]byte(t.Name))
		c.check(nil)
	}
}

// fire calls f for the timers that are due at w.
func (c *Context) fire(k timerKind, w eventtime.Watermark, f func(Timer) error) error {
	if !c.hasTimers() {
		return nil
	}
	err := c.state.timers[k].Fire(w, func(name []byte, due eventtime.Time) error {
		c.stale, c.header = false, header{at: due}
		if err := f(Timer{string(name), due.Go(), k == clockTimers}); err != nil {
			return err
		}
		return c.node.err
	})
	return err
}

// due returns when the clock is to wake the instance, zero: never.
func (c *Context) due() (next time.Time) {
	if c.state == nil {
		return next
	}
	if c.hasTimers() {
		if at := c.state.timers[clockTimers].Next(); at != eventtime.Max {
			next = at.Go()
		}
	}
	if at := c.state.mortals[clockTimers].Due(); at != eventtime.Max {
		next = flow.Earliest(next, at.Go())
	}
	return next
}
