package dstream

import (
	"context"
	"errors"
	"time"

	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/sparkerr"
)

// inTime waits until done is closed, at most for limit and until ctx ends, and
// reports whether it is.
func (c *Context) inTime(ctx context.Context, done <-chan struct{}, limit time.Duration) bool {
	until := c.env.Clock.Now().Add(limit)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	late := make(chan struct{})
	go func() { // ends when the clock has slept or this call returns
		defer close(late)
		_ = env.SleepUntil(ctx, c.env.Clock, until)
	}()
	select {
	case <-done:
		return true
	case <-late:
	}
	select {
	case <-done:
		return true
	default:
		return false
	}
}

// leaveJobs waits for the jobs to end. Once the run ends at once they have
// spate.streaming.outputStopTimeout for it. Those that go on are left behind:
// whatever they still do is none of the run's, and whose batch has not completed.
func (r *run) leaveJobs() error {
	idle := make(chan struct{})
	go func() { // ends with the last job, also one that is left behind
		defer close(idle)
		r.workers.Wait()
	}()
	select {
	case <-idle:
		return nil
	case <-r.ctx.Done():
	}
	limit := r.c.duration("spate.streaming.outputStopTimeout", 10*time.Second)
	if r.c.inTime(context.Background(), idle, limit) {
		return nil
	}
	behind := r.jobs.abandon()
	if len(behind) == 0 {
		<-idle // the last have just ended
		return nil
	}
	errs := make([]error, len(behind))
	for i, q := range behind {
		o := q.job.output
		errs[i] = sparkerr.New("", "the output operation "+o.op+" of batch "+q.batch.time.String()+" has not ended in time ("+printed(limit)+
			") and is left behind: it must return when its ctx ends; spate.streaming.outputStopTimeout gives it more time").At(o.site)
		r.c.env.Log.Warn("an output operation does not stop", "operation", o.op, "at", o.site, "error", errs[i])
	}
	r.behind = true
	return errors.Join(errs...)
}
