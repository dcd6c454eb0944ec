package topology

import (
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/flow"
)

// timing is what a source's settings say of event time.
type timing struct {
	of     any           // func(T) time.Time; nil: EmitAt says it
	set    bool          // events have a time
	delay  time.Duration // how far an event may lag behind the latest
	idle   time.Duration // 0: a silent source holds the watermark
	clock  bool          // the watermark follows the clock, not the events
	ingest bool          // and so do the events
}

// EventTime gives the events of a source a time, and a watermark that follows
// the latest one at a distance of delay, instance by instance, or Split by Split:
// an event that lags further behind is late.
func EventTime[T any](of func(T) time.Time, delay time.Duration) Setting {
	set := timed("EventTime", delay, func(t *timing) { t.of, t.set, t.delay = of, true, delay })
	return func(c *component) { c.given(of != nil); set(c) }
}

// EmittedTime is EventTime of a source that says the time itself, by EmitAt.
func EmittedTime(delay time.Duration) Setting {
	return timed("EmittedTime", delay, func(t *timing) { t.set, t.delay = true, delay })
}

// IdleAfter lets the watermark of others pass an instance of the source, or a
// Split of one, that has given nothing for d by the clock. Time in which it waited
// for its consumers does not count.
func IdleAfter(d time.Duration) Setting {
	return timed("IdleAfter", d, func(t *timing) { t.idle = d })
}

// ClockWatermark makes the watermark follow the job's clock at a distance of
// wait, whatever the events say: the watermark of the book's windows. What is
// replayed after that long is late.
func ClockWatermark(wait time.Duration) Setting {
	return timed("ClockWatermark", wait, func(t *timing) { t.clock, t.delay = true, wait })
}

// IngestTime gives the events of a source the time at which they come, by the job's
// clock, and a watermark that follows it: none is late, as long as the clock does not
// go back. An event that is given again, after a failure, has another time.
func IngestTime() Setting {
	return timed("IngestTime", 0, func(t *timing) { *t = timing{set: true, clock: true, ingest: true, idle: t.idle} })
}

// timed is a setting of a source's time, of which d says something.
func timed(what string, d time.Duration, set func(*timing)) Setting {
	return func(c *component) {
		if c.role != source {
			c.job.mistake("%s is a setting of sources, which %s %q is not", what, c.role, c.name)
		}
		if d < 0 {
			c.job.mistake("source %q: %s of %v; the time cannot be negative", c.name, what, d)
		}
		set(&c.time)
	}
}

// stamper gives the events of a source their time.
type stamper[T any] struct {
	ctx    *Context
	of     func(T) time.Time // nil: they have it
	ingest bool
	to     Emitter[T]
}

func (s *stamper[T]) receive(v T, h header) {
	switch {
	case s.ingest:
		h.at = max(eventtime.Of(s.ctx.Now()), s.ctx.reached)
	case s.of != nil:
		h.at = eventtime.Of(s.of(v))
	}
	s.ctx.reach(h.at)
	s.to.send(v, h)
}

// reach notes that a source is at a time, in what it emits now.
func (c *Context) reach(at eventtime.Time) {
	c.reached = max(c.reached, at)
	if c.split != nil {
		c.split.Reach(at)
	}
}

// Reach moves the watermark of a source as an event of that time would, without
// one: a log that tells the time while it has nothing to give. The source has an
// EventTime, or EmittedTime.
func (e *Emitter[T]) Reach(at time.Time) {
	if e.ctx.of.role != source || !e.ctx.of.time.set {
		e.ctx.node.fail(e.ctx, errors.New("Reach is for sources that have an EventTime"))
		return
	}
	e.ctx.told = true
	e.ctx.reach(eventtime.Of(at))
}

// newStamper makes the stamper that a source's settings ask for, nil for none.
func newStamper[T any](c *component) (*stamper[T], error) {
	if !c.time.set {
		return nil, nil
	}
	s := &stamper[T]{ingest: c.time.ingest}
	if c.time.of == nil {
		return s, nil
	}
	of, ok := c.time.of.(func(T) time.Time)
	if !ok {
		return nil, fmt.Errorf("source %q gives %v, its EventTime takes %T", c.name, reflect.TypeFor[T](), c.time.of)
	}
	s.of = of
	return s, nil
}

// watermark returns what the latest event time, or the clock, allows.
func (t *timing) watermark(latest eventtime.Time, now func() time.Time) eventtime.Watermark {
	if t.clock {
		latest = eventtime.Of(now())
	}
	if latest == eventtime.Min {
		return flow.NoWatermark
	}
	return eventtime.Watermark(latest.Millis() - t.delay.Milliseconds() - 1)
}
