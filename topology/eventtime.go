package topology

import (
	"fmt"
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
	return func(c *component) { c.time.of, c.time.set, c.time.delay = of, true, delay }
}

// EmittedTime is EventTime of a source that says the time itself, by EmitAt.
func EmittedTime(delay time.Duration) Setting {
	return func(c *component) { c.time.set, c.time.delay = true, delay }
}

// IdleAfter lets the watermark of others pass an instance of the source, or a
// Split of one, that has given nothing for d by the clock. Time in which it waited
// for its consumers does not count.
func IdleAfter(d time.Duration) Setting { return func(c *component) { c.time.idle = d } }

// ClockWatermark makes the watermark follow the job's clock at a distance of
// wait, whatever the events say: the watermark of the book's windows. What is
// replayed after that long is late.
func ClockWatermark(wait time.Duration) Setting {
	return func(c *component) { c.time.clock, c.time.delay = true, wait }
}

// IngestTime gives the events of a source the time at which they come, by the job's
// clock, and a watermark that follows it: none is late, as long as the clock does not
// go back. An event that is given again, after a failure, has another time.
func IngestTime() Setting {
	return func(c *component) { c.time = timing{set: true, clock: true, ingest: true, idle: c.time.idle} }
}

// stamper gives the events of a source their time.
type stamper[T any] struct {
	ctx    *Context
	of     func(T) time.Time // nil: they have it
	ingest bool
	latest eventtime.Time
	to     Emitter[T]
}

func (s *stamper[T]) receive(v T, h header) {
	switch {
	case s.ingest:
		h.at = max(eventtime.Of(s.ctx.Now()), s.latest)
	case s.of != nil:
		h.at = eventtime.Of(s.of(v))
	}
	s.latest = max(s.latest, h.at)
	if s.ctx.split != nil {
		s.ctx.split.Reach(h.at)
	}
	s.to.send(v, h)
}

// newStamper makes the stamper that a source's settings ask for, nil for none.
func newStamper[T any](c *component) (*stamper[T], error) {
	if !c.time.set {
		return nil, nil
	}
	s := &stamper[T]{latest: eventtime.Min, ingest: c.time.ingest}
	if c.time.of == nil {
		return s, nil
	}
	of, ok := c.time.of.(func(T) time.Time)
	if !ok {
		var v T
		return nil, fmt.Errorf("source %q gives %T, its EventTime takes %T", c.name, v, c.time.of)
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
