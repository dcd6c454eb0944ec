package topology

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/agenda"
	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/flow"
	"github.com/spatestream/spate/sparkerr"
)

// call is an event that is being asked about.
type call[In, Out any] struct {
	in      In
	h       header
	behind  eventtime.Watermark // of the input, when it came: the output's stays there
	key     string              // in KeyOrder
	next    *call[In, Out]      // of the same key
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
type answer[In, Out any] struct {
	to      *call[In, Out]
	attempt int
	out     Out
	err     error
}

// callMember is an instance of Async. An event is in all from when it was
// received until its result has been emitted; it waits in ready, or behind one of
// the same key, until it may be asked about, and in again between attempts.
// Goroutines post answers; everything else belongs to the instance's goroutine,
// which is roused to attend to them.
type callMember[In, Out any] struct {
	instance
	*calling
	caller Caller[In, Out]
	node   *node
	out    Emitter[Out]
	guard  *guard[In]
	key    finder[In]
	kept   *List[unanswered[In]] // nil: no checkpoints

	mark   eventtime.Watermark // of the input
	life   context.Context     // of attempts
	end    context.CancelFunc
	busy   int        // attempts that have not returned
	all    *list.List // of *call, in order of arrival
	timed  *list.List // of *call, attempts under way in order of their time-outs
	ready  []*call[In, Out]
	again  agenda.Agenda[*call[In, Out]]
	latest map[string]*call[In, Out] // by key, in KeyOrder

	mu      sync.Mutex
	answers []answer[In, Out] // guarded by mu
}

func newCallMember[In, Out any](n *node, c *component, own instance) *callMember[In, Out] {
	o := &callMember[In, Out]{instance: own, calling: c.calls, caller: own.own.(Caller[In, Out]), node: n, mark: flow.NoWatermark, all: list.New(), timed: list.New(), latest: map[string]*call[In, Out]{}}
	o.out.ctx = o.ctx
	o.guard = newGuard[In](c, o.ctx, nil)
	o.life, o.end = context.WithCancel(n.ctx)
	n.keeps = o
	return o
}

func (o *callMember[In, Out]) attach(r any) { o.out.attach(r.(receiver[Out])) }

// receive implements receiver.
func (o *callMember[In, Out]) receive(v In, h header) {
	o.ctx.received++
	if l := o.node.ledger; l != nil && !l.Await(h.root) {
		return
	}
	o.take(v, h, o.mark)
	o.start()
}

// take enters an event.
func (o *callMember[In, Out]) take(v In, h header, behind eventtime.Watermark) {
	c := &call[In, Out]{in: v, h: h, behind: behind}
	c.place = o.all.PushBack(c)
	o.ctx.of.tally.asking.Add(1)
	if o.order == orderedByKey {
		_, key, err := o.key.of(v)
		if err != nil {
			o.node.fail(o.ctx, err)
			return
		}
		c.key = string(key)
		before := o.latest[c.key]
		o.latest[c.key] = c
		if before != nil {
			before.next = c
			return
		}
	}
	o.ready = append(o.ready, c)
}

// start begins as many attempts as may be under way.
func (o *callMember[In, Out]) start() {
	for o.busy < o.inFlight && len(o.ready) > 0 {
		c := o.ready[0]
		o.ready[0] = nil
		o.ready = o.ready[1:]
		o.begin(c)
	}
}

var errGone = errors.New("the call ended its goroutine")

func (o *callMember[In, Out]) begin(c *call[In, Out]) {
	ctx, cancel := context.WithCancelCause(o.life)
	c.attempt++
	c.under, c.cancel = true, cancel
	if o.timeout > 0 {
		c.due = o.ctx.Now().Add(o.timeout)
		c.timed = o.timed.PushBack(c)
	}
	o.busy++
	in, attempt := c.in, c.attempt
	o.node.in.Go(ctx, func(ctx context.Context) {
		a := answer[In, Out]{to: c, attempt: attempt, err: errGone}
		defer func() { o.post(a) }()
		a.err = exec.Protect(func() (err error) {
			a.out, err = o.caller.Call(ctx, in)
			return err
		})
	})
}

// post is what goroutines end with.
func (o *callMember[In, Out]) post(a answer[In, Out]) {
	o.mu.Lock()
	o.answers = append(o.answers, a)
	o.mu.Unlock()
	o.node.in.Rouse()
}

// attend implements keeping. What ends with the job is no answer: the error of a
// call may be that the job ends, and its event is not through.
func (o *callMember[In, Out]) attend() {
	if o.life.Err() != nil {
		return
	}
	o.mu.Lock()
	answers := o.answers
	o.answers = nil
	o.mu.Unlock()
	for _, a := range answers {
		o.busy--
		if c := a.to; c.under && c.attempt == a.attempt { // else it was too late
			o.stop(c, nil)
			o.hear(c, a.out, a.err)
		}
	}
	o.emit()
	o.start()
}

// stop ends an attempt.
func (o *callMember[In, Out]) stop(c *call[In, Out], why error) {
	c.under = false
	c.cancel(why)
	if c.timed != nil {
		o.timed.Remove(c.timed)
		c.timed = nil
	}
}

// hear takes what came of an attempt.
func (o *callMember[In, Out]) hear(c *call[In, Out], out Out, err error) {
	var panicked *sparkerr.Error
	if err != nil && c.attempt < o.attempts && !(errors.As(err, &panicked) && panicked.Kind == sparkerr.UserCode) && (o.worth == nil || o.worth(err)) {
		o.ctx.of.tally.again.Add(1)
		o.again.Add(o.ctx.Now().Add(agenda.Backoff(o.first, o.longest, c.attempt)), c)
		return
	}
	if err != nil && c.attempt > 1 {
		err = fmt.Errorf("after %d attempts: %w", c.attempt, err)
	}
	c.out, c.err, c.over = out, err, true
	if o.order != ordered {
		o.release(c)
	}
}

// emit lets go, in order, of what need not wait any more.
func (o *callMember[In, Out]) emit() {
	for o.order == ordered && o.all.Len() > 0 {
		c := o.all.Front().Value.(*call[In, Out])
		if !c.over {
			return
		}
		o.release(c)
	}
}

// release emits a result, or deals with its error.
func (o *callMember[In, Out]) release(c *call[In, Out]) {
	o.all.Remove(c.place)
	o.ctx.of.tally.asking.Add(-1)
	if c.next != nil {
		o.ready = append(o.ready, c.next)
	} else if o.latest[c.key] == c {
		delete(o.latest, c.key)
	}
	o.ctx.header = c.h
	o.node.resume(c.h.root, func() { o.give(c) })
}

func (o *callMember[In, Out]) give(c *call[In, Out]) {
	switch {
	case o.node.err != nil: // the job has failed
	case c.err == nil:
		o.out.send(c.out, c.h)
	case o.ctx.of.job.onError == Fail:
		o.node.fail(o.ctx, c.err)
	default:
		o.guard.reject(c.in, c.h, c.err)
	}
}

// due implements member.
func (o *callMember[In, Out]) due() time.Time {
	next := o.again.Next()
	if first := o.timed.Front(); first != nil {
		next = flow.Earliest(first.Value.(*call[In, Out]).due, next)
	}
	return next
}

// wake implements member: attempts whose time has passed have failed, and others
// are made again.
func (o *callMember[In, Out]) wake(now time.Time) error {
	if o.life.Err() != nil {
		return o.node.err
	}
	for first := o.timed.Front(); first != nil; first = o.timed.Front() {
		c := first.Value.(*call[In, Out])
		if c.due.After(now) {
			break
		}
		err := fmt.Errorf("the call took longer than %v: %w", o.timeout, context.DeadlineExceeded)
		o.stop(c, err)
		var none Out
		o.hear(c, none, err)
	}
	for len(o.again) > 0 && !o.again.Next().After(now) {
		o.ready = append(o.ready, o.again.Take())
	}
	o.emit()
	o.start()
	return o.node.err
}

// close implements member: it waits for the calls under way.
func (o *callMember[In, Out]) close() error {
	o.end()
	o.ctx.of.tally.asking.Add(-int64(o.all.Len()))
	o.node.in.Join()
	return o.instance.close()
}
