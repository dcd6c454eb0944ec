package topology

import (
	"errors"
	"fmt"
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/vault"
)

// Lifetime says how long a state lasts after it was written: each value, each
// element of a list and each entry of a map by itself. It is a value; its methods
// return changed copies.
//
//	topology.NewValue[int](ctx, "visits", topology.TTL(24*time.Hour))
//	topology.NewMap[string, int](ctx, "sessions", topology.TTL(time.Hour).ByClock().OnRead())
//
// It counts in event time: what an event has written is there for events, and
// timers, whose time is less than the lifetime behind it, whatever the order in
// which they come, and gone for others. An event without a time fails the job.
// What ends costs no timer: it is removed when the watermark has passed it.
type Lifetime struct {
	span        time.Duration
	clock, read bool
}

// TTL is the time that a state lives.
func TTL(d time.Duration) Lifetime { return Lifetime{span: d} }

// ByClock makes the lifetime count by the job's clock.
func (l Lifetime) ByClock() Lifetime { l.clock = true; return l }

// OnRead makes reading count as writing: what is looked at lives on. (To yield
// an element of a list is to look at the list.)
func (l Lifetime) OnRead() Lifetime { l.read = true; return l }

// only returns the lifetime of a state, zero: for ever.
func only(c *Context, lives []Lifetime) (l Lifetime) {
	switch {
	case len(lives) == 0:
		return l
	case len(lives) > 1:
		c.node.fail(c, fmt.Errorf("a state has one lifetime, not %v; %s", lives, exec.CallSite()))
	case lives[0].span < time.Millisecond:
		c.node.fail(c, fmt.Errorf("TTL(%v): a lifetime is at least a millisecond; a state without a TTL lasts until it is cleared; %s", lives[0].span, exec.CallSite()))
	}
	return lives[0]
}

// String returns the lifetime, "for ever" for the zero one.
func (l Lifetime) String() string {
	if l.span == 0 {
		return "for ever"
	}
	text := l.span.String()
	if l.clock {
		text += " by the clock"
	}
	if l.read {
		text += " since it was read"
	}
	return text
}

// end tells states of lifetimes that do not count alike.
func (l Lifetime) end() cells.End {
	switch {
	case l.span == 0:
		return cells.Never
	case l.clock:
		return cells.ByClock
	}
	return cells.ByEvent
}

func (l Lifetime) kind() vault.Kind { return Timer{Clock: l.clock}.kind() }

// now is the time at hand of a context, as the lifetime counts.
func (l Lifetime) now(c *Context) eventtime.Time {
	if l.clock {
		return eventtime.Of(c.Now())
	}
	if c.header.at == eventtime.Min {
		c.node.fail(c, errors.New("a state with a TTL in event time is used without a time at hand; give the source EventTime, or use TTL(...).ByClock()"))
		return 0
	}
	return c.header.at
}

// live sets the time of calls to come.
func (l Lifetime) live(c *Context, m interface{ Live(now, due eventtime.Time) }) {
	if l.span > 0 {
		now := l.now(c)
		m.Live(now, now+eventtime.Time(l.span.Microseconds()))
	}
}

// bury has a state's cells removed when they have ended; what ends by the clock
// at the latest an eighth of its lifetime later, so that an instance is not woken
// for each.
func (l Lifetime) bury(v *vault.Vault, c cells.Ending) {
	if l.span > 0 {
		v.Bury(l.kind(), c, l.span/8)
	}
}
