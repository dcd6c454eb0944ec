// Package calls makes calls for events side by side: so many at a time, with
// time-outs, tried again after failures, their results in the order that is wanted.
//
// An event is there from Take until its result has been given. It waits until it
// may be asked about, or behind one of the same key, and between attempts. The
// goroutines of attempts only post answers; everything else belongs to one
// goroutine, that of the owner, who is roused to Attend.
package calls

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	"github.com/spatestream/spate/internal/agenda"
	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/flow"
	"github.com/spatestream/spate/sparkerr"
)

// Order is that of results.
type Order uint8

// Results come in the order of their events, as they are, or in the order of the
// events of their key, one call after the other.
const (
	Ordered Order = iota
	Unordered
	ByKey
)

// Settings say how calls are made.
type Settings struct {
	InFlight       int // at a time, at least 1
	Order          Order
	Timeout        time.Duration    // of an attempt; 0: none
	Attempts       int              // at least 1
	First, Longest time.Duration    // waits between attempts, which double
	Worth          func(error) bool // whether to try again; nil: always
}

// Mistakes says what is wrong with the settings, as their author wrote them.
func (s *Settings) Mistakes() (all []string) {
	wrong := func(bad bool, format string, args ...any) {
		if bad {
			all = append(all, fmt.Sprintf(format, args...))
		}
	}
	wrong(s.InFlight < 1, "InFlight(%d): at least one call is under way at a time", s.InFlight)
	wrong(s.Timeout < 0, "CallTimeout(%v): the time cannot be negative; 0 is none", s.Timeout)
	wrong(s.Attempts < 1, "Retry of %d attempts: a call is made at least once", s.Attempts)
	wrong(s.First < 0 || s.Longest < s.First, "Retry after %v, at most %v: waits are not negative, and the first is not the longer", s.First, s.Longest)
	return all
}

// Owner is where calls are made.
type Owner struct {
	Now   func() time.Time
	Go    func(ctx context.Context, f func(context.Context)) // runs f beside the owner
	Rouse func()                                             // has Attend called soon; for any goroutine
	Again func()                                             // an attempt failed and is made again
}

// Calls are those of an owner, for events of type E.
type Calls[E, Out any] struct {
	*Settings
	owner Owner
	ask   func(ctx context.Context, e E) (Out, error)
	give  func(e E, out Out, err error)

	life   context.Context // of attempts
	end    context.CancelFunc
	busy   int        // attempts that have not returned
	all    *list.List // of *call, in order of arrival
	timed  *list.List // of *call, attempts under way in order of their time-outs
	ready  []*call[E, Out]
	again  agenda.Agenda[*call[E, Out]]
	latest map[string]*call[E, Out] // by key

	mu      sync.Mutex
	answers []answer[E, Out] // guarded by mu
}

// call is an event that is being asked about.
type call[E, Out any] struct {
	event   E
	key     string
	next    *call[E, Out] // of the same key
	attempt int
	under   bool // an attempt is under way
	over    bool // out or err is for good
	out     Out
	err     error
	cancel  context.CancelCauseFunc
	due     time.Time // of the attempt's time-out

	place, timed *list.Element // in all, and in timed while there is a time-out
}

// answer is what an attempt has come to.
type answer[E, Out any] struct {
	to      *call[E, Out]
	attempt int
	out     Out
	err     error
}

// New returns calls of ask, as long as ctx lives. give is called with what came of
// an event, when its turn has come.
func New[E, Out any](ctx context.Context, s *Settings, owner Owner, ask func(context.Context, E) (Out, error), give func(E, Out, error)) *Calls[E, Out] {
	c := &Calls[E, Out]{Settings: s, owner: owner, ask: ask, give: give, all: list.New(), timed: list.New(), latest: map[string]*call[E, Out]{}}
	c.life, c.end = context.WithCancel(ctx)
	return c
}

// Take enters an event; the key counts if results come ByKey.
func (c *Calls[E, Out]) Take(e E, key string) {
	x := &call[E, Out]{event: e, key: key}
	x.place = c.all.PushBack(x)
	if c.Order == ByKey {
		before := c.latest[key]
		c.latest[key] = x
		if before != nil {
			before.next = x
			return
		}
	}
	c.ready = append(c.ready, x)
}

// Start begins as many attempts as may be under way.
func (c *Calls[E, Out]) Start() {
	for c.busy < c.InFlight && len(c.ready) > 0 {
		x := c.ready[0]
		c.ready[0] = nil
		c.ready = c.ready[1:]
		c.begin(x)
	}
}

var errGone = errors.New("the call ended its goroutine")

func (c *Calls[E, Out]) begin(x *call[E, Out]) {
	ctx, cancel := context.WithCancelCause(c.life)
	x.attempt++
	x.under, x.cancel = true, cancel
	if c.Timeout > 0 {
		x.due = c.owner.Now().Add(c.Timeout)
		x.timed = c.timed.PushBack(x)
	}
	c.busy++
	e, attempt := x.event, x.attempt
	c.owner.Go(ctx, func(ctx context.Context) {
		a := answer[E, Out]{to: x, attempt: attempt, err: errGone}
		defer func() { c.post(a) }()
		a.err = exec.Protect(func() (err error) {
			a.out, err = c.ask(ctx, e)
			return err
		})
	})
}

// post is what goroutines end with.
func (c *Calls[E, Out]) post(a answer[E, Out]) {
	c.mu.Lock()
	c.answers = append(c.answers, a)
	c.mu.Unlock()
	c.owner.Rouse()
}

// Over reports whether the owner has ended, after which nothing is given.
func (c *Calls[E, Out]) Over() bool { return c.life.Err() != nil }

// Attend sees to the attempts that have returned. What ends with the owner is no
// answer: the error of a call may be that the owner ends.
func (c *Calls[E, Out]) Attend() {
	if c.Over() {
		return
	}
	c.mu.Lock()
	answers := c.answers
	c.answers = nil
	c.mu.Unlock()
	for _, a := range answers {
		c.busy--
		if x := a.to; x.under && x.attempt == a.attempt { // else it was too late
			c.stop(x, nil)
			c.hear(x, a.out, a.err)
		}
	}
	c.emit()
	c.Start()
}

// stop ends an attempt.
func (c *Calls[E, Out]) stop(x *call[E, Out], why error) {
	x.under = false
	x.cancel(why)
	if x.timed != nil {
		c.timed.Remove(x.timed)
		x.timed = nil
	}
}

// hear takes what came of an attempt. Panics are not tried again.
func (c *Calls[E, Out]) hear(x *call[E, Out], out Out, err error) {
	var panicked *sparkerr.Error
	if err != nil && x.attempt < c.Attempts && !(errors.As(err, &panicked) && panicked.Kind == sparkerr.UserCode) && (c.Worth == nil || c.Worth(err)) {
		c.owner.Again()
		c.again.Add(c.owner.Now().Add(agenda.Backoff(c.First, c.Longest, x.attempt)), x)
		return
	}
	if err != nil && x.attempt > 1 {
		err = fmt.Errorf("after %d attempts: %w", x.attempt, err)
	}
	x.out, x.err, x.over = out, err, true
	if c.Order != Ordered {
		c.release(x)
	}
}

// emit lets go, in order, of what need not wait any more.
func (c *Calls[E, Out]) emit() {
	for c.Order == Ordered && c.all.Len() > 0 {
		x := c.all.Front().Value.(*call[E, Out])
		if !x.over {
			return
		}
		c.release(x)
	}
}

// release gives a result.
func (c *Calls[E, Out]) release(x *call[E, Out]) {
	c.all.Remove(x.place)
	if x.next != nil {
		c.ready = append(c.ready, x.next)
	} else if c.latest[x.key] == x {
		delete(c.latest, x.key)
	}
	c.give(x.event, x.out, x.err)
}

// Due returns when Wake is to be called, zero: not by the clock.
func (c *Calls[E, Out]) Due() time.Time {
	next := c.again.Next()
	if first := c.timed.Front(); first != nil {
		next = flow.Earliest(first.Value.(*call[E, Out]).due, next)
	}
	return next
}

// Wake makes the attempts fail whose time has passed, and others be made again.
func (c *Calls[E, Out]) Wake(now time.Time) {
	if c.Over() {
		return
	}
	for first := c.timed.Front(); first != nil; first = c.timed.Front() {
		x := first.Value.(*call[E, Out])
		if x.due.After(now) {
			break
		}
		err := fmt.Errorf("the call took longer than %v: %w", c.Timeout, context.DeadlineExceeded)
		c.stop(x, err)
		var none Out
		c.hear(x, none, err)
	}
	for len(c.again) > 0 && !c.again.Next().After(now) {
		c.ready = append(c.ready, c.again.Take())
	}
	c.emit()
	c.Start()
}

// Len returns how many events are being asked about.
func (c *Calls[E, Out]) Len() int { return c.all.Len() }

// All yields the events that are being asked about, in order of their arrival.
func (c *Calls[E, Out]) All() iter.Seq[E] {
	return func(yield func(E) bool) {
		for e := c.all.Front(); e != nil; e = e.Next() {
			if !yield(e.Value.(*call[E, Out]).event) {
				return
			}
		}
	}
}

// End ends the contexts of all attempts.
func (c *Calls[E, Out]) End() { c.end() }
