package dstream

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/sparkerr"
)

// ended waits for what g counts to end. Once the run ends at once that has
// spate.streaming.outputStopTimeout for it; if it goes on then, ended is false and
// idle is closed when it ends at last.
func (r *run) ended(g *sync.WaitGroup) (idle <-chan struct{}, ended bool) {
	done := env.Ended(g)
	select {
	case <-done:
		return done, true
	case <-r.ctx.Done():
		return done, env.Within(context.Background(), r.c.env.Clock, r.leaveAfter(), done)
	}
}

func (r *run) leaveAfter() time.Duration {
	return r.c.duration("spate.streaming.outputStopTimeout", 10*time.Second)
}

// leaveGenerator waits for the generator to end. If a function of the program
// keeps it, it is left behind: it makes no more batches.
func (r *run) leaveGenerator() error {
	idle, ended := r.ended(&r.ticks)
	if ended {
		return nil
	}
	r.c.mu.Lock()
	r.c.left = true
	in := r.c.caller
	r.c.mu.Unlock()
	if in == nil {
		<-idle // it has just come back
		return nil
	}
	r.behind = true
	return r.leave("the function of "+in.op+" has not returned", "it must return", in)
}

// leaveJobs waits for the jobs to end. Those that go on are left behind:
// whatever they still do is none of the run's, and their batch has not completed.
func (r *run) leaveJobs() error {
	idle, ended := r.ended(&r.workers)
	if ended {
		return nil
	}
	behind := r.jobs.abandon()
	if len(behind) == 0 {
		<-idle // the last have just ended
		return nil
	}
	r.behind = true
	errs := make([]error, len(behind))
	for i, q := range behind {
		on := q.job.output.on
		errs[i] = r.leave("the output operation "+on.op+" of batch "+q.batch.time.String()+" has not ended", "it must return when its ctx ends", on)
	}
	return errors.Join(errs...)
}

// leave says what is left behind, and what it should have done.
func (r *run) leave(what, must string, n *node) error {
	err := sparkerr.New("", what+" in time ("+printed(r.leaveAfter())+") and is left behind: "+must+"; spate.streaming.outputStopTimeout gives it more time").At(n.site)
	r.c.env.Log.Warn("the run ends without what does not stop", "operation", n.op, "at", n.site, "error", err)
	return err
}
