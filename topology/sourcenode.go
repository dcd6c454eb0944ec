package topology

import (
	"cmp"
	"context"
	"errors"
	"io"
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/flow"
)

// sourceNode is a node whose head is a source. It implements flow.Source and
// flow.Waker.
type sourceNode struct {
	node
	active time.Time // when the source gave something last, in free time, if it may become idle
	quiet  bool      // it is idle
	over   bool
	ended  bool // the members know that nothing follows
	brake  flow.Brake
}

// polls is how often a source is asked before others are heard.
const polls = 256

// Poll implements flow.Source.
func (n *sourceNode) Poll(ctx context.Context) (worked bool, err error) {
	if n.resumed > n.held {
		if err := n.raise(n.resumed); err != nil {
			return true, err
		}
	}
	timed := n.timed()
	defer n.settle()
	for range polls {
		last := n.origin.given()
		if n.ledger != nil {
			if goOn, attended, err := n.attend(ctx); !goOn {
				return worked || attended, err
			}
		}
		if n.brake.Holds(n.stage.head.limit.Get(), last, n.now) {
			break
		}
		if err := n.origin.next(ctx); err != nil || n.err != nil {
			return true, n.end(err)
		}
		gave := n.origin.told() || n.origin.given() > last
		worked = worked || gave
		if timed && (gave || n.turned()) {
			if err := n.tellTime(gave); err != nil {
				return true, err
			}
		}
		if gave {
			n.out.Flush()
		}
		if ctx.Err() != nil || n.alarmed {
			break
		}
	}
	n.alarmed = false
	return worked, nil
}

// end sees to a source that has no more, if that is what the error means.
func (n *sourceNode) end(err error) error {
	if n.err != nil {
		return n.err
	}
	if !errors.Is(err, io.EOF) {
		return err
	}
	n.over = true
	if n.ledger != nil {
		return nil // attend waits for what is under way
	}
	return cmp.Or(n.tellEnd(), io.EOF)
}

// tellEnd tells all that no time is missing.
func (n *sourceNode) tellEnd() error {
	if n.ended {
		return nil
	}
	n.ended = true
	if err := n.Advance(eventtime.End); err != nil { // the members emit their last, in time
		return err
	}
	n.out.Idle(false)
	n.out.Advance(eventtime.End)
	return nil
}

func (n *sourceNode) timed() bool {
	t := n.origin.timing()
	return t.set || t.clock || t.idle > 0
}

// turned reports whether splits of the source moved the watermark, which gave
// nothing.
func (n *sourceNode) turned() bool {
	x := n.origin.splits()
	return x != nil && x.Turned()
}

// tellTime moves the watermark to where the source is.
func (n *sourceNode) tellTime(gave bool) error {
	if n.origin.timing().idle > 0 {
		now := n.free(n.now())
		if gave {
			n.active = now
			n.quieten(false)
		}
		n.hear(now)
	} else {
		n.hear(time.Time{})
	}
	return n.raise(n.origin.watermark(n.now))
}

// hear tells the splits of free time.
func (n *sourceNode) hear(now time.Time) {
	if x := n.origin.splits(); x != nil {
		x.Heard(now)
	}
}

// free returns a time of the clock without what the instance has waited for its
// consumers so far.
func (n *sourceNode) free(t time.Time) time.Time { return t.Add(-n.blocked()) }

func (n *sourceNode) blocked() time.Duration { return time.Duration(n.in.Usage.Blocked.Load()) }

// raise moves the watermark of members and outputs to w, if that is ahead.
func (n *sourceNode) raise(w eventtime.Watermark) error {
	if w <= n.held {
		return nil
	}
	n.held = w
	if err := n.Advance(w); err != nil {
		return err
	}
	n.out.Advance(w)
	return nil
}

func (n *sourceNode) quieten(quiet bool) {
	if n.quiet != quiet {
		n.quiet = quiet
		n.out.Idle(quiet)
	}
}

func (n *sourceNode) now() time.Time { return n.in.Env.Clock.Now() }

// clockTick is how far a watermark that follows the clock may lag behind it.
const clockTick = 100 * time.Millisecond

// Due implements flow.Waker.
func (n *sourceNode) Due() time.Time {
	due := flow.Earliest(flow.Earliest(n.node.Due(), n.dueItself()), n.brake.Until())
	for _, p := range n.pending {
		due = flow.Earliest(due, p.due())
	}
	return due
}

// dueItself is when the watermark moves, or the source becomes idle.
func (n *sourceNode) dueItself() time.Time {
	t := n.origin.timing()
	switch {
	case n.over:
	case t.clock:
		return (n.held + 1).Time().Go().Add(t.delay + clockTick)
	case t.idle > 0 && !n.quiet:
		if n.active.IsZero() {
			n.active = n.free(n.now())
		}
		return n.dueIdle(t.idle).Add(n.blocked())
	}
	return time.Time{}
}

// dueIdle is the free time at which the source, or a split of it, may become idle.
func (n *sourceNode) dueIdle(d time.Duration) time.Time {
	due := n.active.Add(d)
	if x := n.origin.splits(); x != nil {
		due = flow.Earliest(due, x.Due(func() time.Time { return n.free(n.now()) }, d))
	}
	return due
}

// Wake implements flow.Waker.
func (n *sourceNode) Wake(now time.Time) error {
	n.brake.Pass(now)
	if err := n.node.Wake(now); err != nil {
		return err
	}
	for _, p := range n.pending {
		if err := p.wake(now); err != nil {
			return err
		}
	}
	n.settle()
	if own := n.dueItself(); own.IsZero() || own.After(now) {
		return nil
	}
	if t := n.origin.timing(); !t.clock {
		return n.rest(n.free(now), t.idle)
	}
	return n.raise(n.origin.watermark(func() time.Time { return now }))
}

// rest makes idle what was silent for d.
func (n *sourceNode) rest(now time.Time, d time.Duration) error {
	if !n.active.Add(d).After(now) {
		n.quieten(true)
	}
	x := n.origin.splits()
	if x == nil {
		return nil
	}
	x.Heard(now)
	x.Rest(now, d)
	return n.raise(n.origin.watermark(nil))
}

var _ interface {
	flow.Source
	flow.Waker
} = (*sourceNode)(nil)
