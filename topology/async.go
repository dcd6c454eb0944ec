package topology

import (
	"context"
	"fmt"
	"time"

	"github.com/spatestream/spate/internal/calls"
	"github.com/spatestream/spate/internal/encoder"
)

// Caller asks something outside the job about an event: a service, a database.
type Caller[In, Out any] interface {
	// Call returns what comes of an event. It is called by many goroutines at a
	// time, and returns soon when ctx has ended: with the job, or when its
	// CallTimeout has passed.
	Call(ctx context.Context, in In) (Out, error)
}

// Async makes a Caller read a stream, and returns its results: an operator that
// waits for many events at a time. create makes each of its instances; they may
// have Setup and Close, but keep no state, since Call is on no instance's
// goroutine. A Caller that waits does it by the clock of Context.Env, so that
// package topologytest can step it.
//
//	prices := topology.Async(orders, "price", newPricer,
//		topology.InFlight(32), topology.CallTimeout(time.Second), topology.Retry(3, 100*time.Millisecond, time.Second))
//
// A result has the event time of its event, and the watermark stays behind the
// events that are being asked about. What fails for good, in its last attempt, is
// the error of its event: OnError says what becomes of it.
//
// Each guarantee includes calls. AtMostOnce they are lost with the process.
// AtLeastOnce an event is through when its result is; AckTimeout does not count
// while it is being asked about. With checkpoints the events whose results have
// not been emitted are part of the state: after a restart they are asked about
// again, with any number of instances. So a call may be made more than once,
// while its result counts once in a job that is ExactlyOnce.
func Async[In, Out any, C Caller[In, Out]](s Stream[In], name string, create func() C, settings ...Setting) Stream[Out] {
	how := &calls.Settings{InFlight: 64, Attempts: 1}
	asks := func(c *component) { c.calls, c.apart = how, true }
	c := s.job.add(name, operator, []input{s.input()}, with(settings, needs(create != nil), asks))
	checkCalls(c, s.keyed())
	if _, err := encoder.Of[In](); err != nil {
		c.lacks = fmt.Sprintf("asks about events that cannot be kept: %v", err)
	}
	c.make = func(n *node) (built, error) {
		own, err := newInstance(n, c, create)
		if err != nil {
			return built{}, err
		}
		o := newCallMember[In, Out](n, c, own)
		if s.keyed() {
			o.key.Keyer = s.group.key
		}
		return built{member: o, receivers: []any{o}, attach: o.attach, ctx: o.ctx}, nil
	}
	c.dead = NewChannel[DeadLetter[In]](deadLetters)
	return Stream[Out]{job: s.job, refs: []ref{{c, 0}}}
}

// AsyncFunc is Async of a function.
func AsyncFunc[In, Out any](s Stream[In], name string, f func(ctx context.Context, in In) (Out, error), settings ...Setting) Stream[Out] {
	return Async(s, name, func() asker[In, Out] { return f }, with(settings, needs(f != nil))...)
}

type asker[In, Out any] func(context.Context, In) (Out, error)

// Call implements Caller.
func (f asker[In, Out]) Call(ctx context.Context, in In) (Out, error) { return f(ctx, in) }

// ofCalls is a setting of Async.
func ofCalls(what string, set func(*calls.Settings)) Setting {
	return func(c *component) {
		if c.calls == nil {
			c.job.mistake("%s is a setting of Async, which %s %q is not", what, c.role, c.name)
			return
		}
		set(c.calls)
	}
}

// InFlight bounds the calls of an instance that are under way at a time; 64
// without it. An instance that has as many events without a result takes no
// more, so that what gives them waits, as at a full edge.
func InFlight(n int) Setting { return ofCalls("InFlight", func(c *calls.Settings) { c.InFlight = n }) }

// Unordered emits results as they come. Without it they are emitted in the order
// of their events, instance by instance, so that a slow call holds others back.
func Unordered() Setting {
	return ofCalls("Unordered", func(c *calls.Settings) { c.Order = calls.Unordered })
}

// KeyOrder asks about the events of a key, of a stream by Fields, one after the
// other, and emits their results in that order; those of other keys as they
// come. (An attempt that goes on after its CallTimeout runs beside the next.)
func KeyOrder() Setting {
	return ofCalls("KeyOrder", func(c *calls.Settings) { c.Order = calls.ByKey })
}

// CallTimeout is how long a call may take, by the job's clock. Then its context
// ends, and the attempt has failed with context.DeadlineExceeded. A call that goes
// on regardless still counts for InFlight, and a job that is through waits the
// StopTimeout for it.
func CallTimeout(d time.Duration) Setting {
	return ofCalls("CallTimeout", func(c *calls.Settings) { c.Timeout = d })
}

// Retry makes a call that failed be made again, attempts times in all: first
// after the first failure, twice as long after each further one, at most most.
// Panics are not tried again.
func Retry(attempts int, first, most time.Duration) Setting {
	return ofCalls("Retry", func(c *calls.Settings) { c.Attempts, c.First, c.Longest = attempts, first, most })
}

// RetryIf is for failures of which some are for good: only after those that are
// worth it a call is made again.
func RetryIf(worth func(error) bool) Setting {
	set := ofCalls("RetryIf", func(c *calls.Settings) { c.Worth = worth })
	return func(c *component) { c.given(worth != nil); set(c) }
}

func checkCalls(c *component, keyed bool) {
	for _, wrong := range c.calls.Mistakes() {
		c.job.mistake("operator %q: %s", c.name, wrong)
	}
	if c.calls.Order == calls.ByKey && !keyed {
		c.job.mistake("operator %q is in KeyOrder, and its stream has no keys; use Fields", c.name)
	}
	if len(c.channels) > 1 {
		c.job.mistake("operator %q of Async has one output: a call returns its result, and emits on no channel", c.name)
	}
}
