package query

import (
	"time"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/checkpoint"
	"github.com/spatestream/spate/sparkerr"
)

// Retry is how often transient trouble of sources and sinks is met with
// another try, and how long the query waits before: First, then twice as long
// each time, at most Most.
type Retry struct {
	Tries int // further tries in a row before the query fails; 0: none
	First time.Duration
	Most  time.Duration
}

// DefaultRetry gives up after about seven seconds.
var DefaultRetry = Retry{Tries: 5, First: 200 * time.Millisecond, Most: 10 * time.Second}

// wait returns how long to wait before try n, from 1 on.
func (r Retry) wait(n int) time.Duration {
	d := r.First
	for ; n > 1 && d < r.Most; n-- {
		d *= 2
	}
	return min(d, r.Most)
}

// tryAgain meets a failed action: if the trouble is transient and the action
// may be repeated, it waits and returns what goes on instead; else the error.
// Repeated are: asking sources for their ends, committing a sink (a committed
// epoch is not committed twice), and running an epoch, from the state before
// it. What fails in the checkpoint itself is not: nobody knows what is on the
// disk then, and a restart reads it.
func (l *loop) tryAgain(a checkpoint.Action, err error) (checkpoint.Event, error) {
	if sparkerr.KindOf(err) != sparkerr.Transient || l.failures >= l.cfg.Retry.Tries {
		return nil, err
	}
	switch a.(type) {
	case checkpoint.AskEnds, checkpoint.CommitSinks, checkpoint.Run:
	default:
		return nil, err
	}
	l.failures++
	l.report.retried()
	wait := l.cfg.Retry.wait(l.failures)
	l.cfg.Env.Log.Warn("a source or sink failed; it is tried again", "error", err, "try", l.failures, "of", l.cfg.Retry.Tries, "wait", wait)
	l.q.setStatus("Waiting "+wait.String()+" to try again: "+err.Error(), false, true)
	if l.cfg.Env.Clock.Sleep(l.q.waiting, wait) != nil || l.stopped() {
		return l.stopRetrying(a, err)
	}
	if _, ok := a.(checkpoint.Run); ok {
		return checkpoint.Retry{}, nil
	}
	l.todo = append([]checkpoint.Action{a}, l.todo...)
	return nil, nil
}

// stopRetrying ends a wait that Stop has cut short: a query that had nothing
// under way ends well; one in an epoch cannot finish it and says why.
func (l *loop) stopRetrying(a checkpoint.Action, err error) (checkpoint.Event, error) {
	ask, ok := a.(checkpoint.AskEnds)
	if !ok {
		return nil, err
	}
	return checkpoint.Ends{Ends: append([]connector.Offset(nil), ask.From...)}, nil
}
