package exec

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/sparkerr"
)

// Rendezvous is where the tasks of a stage that run together meet, in one round of
// it. It is safe for concurrent use; nil is one where nobody meets.
type Rendezvous struct {
	n       int
	clock   env.Clock
	timeout time.Duration

	mu   sync.Mutex
	now  *meeting // guarded by mu: nil when nobody waits
	left int      // guarded by mu: tasks that have ended
}

// meeting is one time that all meet. Its fields are guarded by the mu of Rendezvous
// until over is closed.
type meeting struct {
	call     string
	messages []string
	came     int
	err      error
	over     chan struct{}
}

// NewRendezvous returns one of n tasks, which wait for one another for at most
// timeout by the clock.
func NewRendezvous(clock env.Clock, n int, timeout time.Duration) *Rendezvous {
	return &Rendezvous{n: n, clock: clock, timeout: timeout}
}

// Tasks returns how many meet.
func (g *Rendezvous) Tasks() int { return g.n }

// Meet waits until all tasks have come by the same call and returns the messages of
// all, by task; i is the caller's number. It is an error if one leaves before, if
// another comes by another call, or if they take too long.
func (g *Rendezvous) Meet(ctx context.Context, call string, i int, message string) ([]string, error) {
	m := g.come(call, i, message)
	ctx, cancel := context.WithCancelCause(ctx)
	var wait sync.WaitGroup
	defer wait.Wait()
	defer cancel(nil)
	wait.Go(func() { // ends with the meeting
		if g.clock.Sleep(ctx, g.timeout) == nil {
			cancel(sparkerr.New("", "not all tasks came to the barrier within spark.barrier.sync.timeout ("+g.timeout.String()+")"))
		}
	})
	select {
	case <-m.over:
		return slices.Clone(m.messages), m.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// come joins the meeting, or opens it.
func (g *Rendezvous) come(call string, i int, message string) *meeting {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.now == nil {
		g.now = &meeting{call: call, messages: make([]string, g.n), over: make(chan struct{})}
	}
	m := g.now
	m.messages[i] = message
	m.came++
	switch {
	case m.call != call:
		g.close(sparkerr.New("", "some tasks of a barrier stage wait in "+m.call+", others in "+call+": all must call the same"))
	case g.left > 0:
		g.close(errLeft)
	case m.came == g.n:
		g.close(nil)
	}
	return m
}

var errLeft = sparkerr.New("", "a task of a barrier stage ended while others wait for it at the barrier: all must call Barrier and AllGather as often")

// Leave says that a task has ended, and will come no more.
func (g *Rendezvous) Leave() {
	if g == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.left++
	if g.now != nil {
		g.close(errLeft)
	}
}

// close ends the meeting. g.mu is held.
func (g *Rendezvous) close(err error) {
	g.now.err = err
	close(g.now.over)
	g.now = nil
}
