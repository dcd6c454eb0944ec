package dstream

import (
	"context"
	"errors"
	"sync"
)

// run is a started context: the generator's goroutine and those of the
// scheduler. They are started by start and have ended when stop returns, but for
// those that are left behind.
type run struct {
	c       *Context
	release func()
	ctx     context.Context // ends when the run ends at once
	cancel  context.CancelCauseFunc
	ticking context.CancelFunc // ends the generator
	jobs    *scheduler
	writer  *writer        // nil without a checkpoint directory
	ticks   sync.WaitGroup // the generator
	workers sync.WaitGroup // those of jobs
	writes  sync.WaitGroup // the writer

	stopOnce sync.Once
	patience context.Context // ends when whoever stops the run waits no longer
	hurry    context.CancelFunc
	stopped  chan struct{} // closed when everything has ended
	leftover error         // what has not, once stopped is closed
	behind   bool          // the generator or jobs have not, once stopped is closed
}

var errStopped = errors.New("the streaming context was stopped")

func newRun(c *Context, release func()) *run {
	r := &run{c: c, release: release, stopped: make(chan struct{})}
	r.ctx, r.cancel = context.WithCancelCause(context.Background())
	r.patience, r.hurry = context.WithCancel(context.Background())
	return r
}

// start starts the goroutines; first is the time of the first batch. The end of
// the caller's ctx stops the run.
func (r *run) start(ctx context.Context, first instant) {
	r.jobs = newScheduler(r.c, r.ctx)
	ticking, stopTicking := context.WithCancel(r.ctx)
	r.ticking = stopTicking
	if r.c.dir != nil {
		r.writer = newWriter(r.c, r.c.dir, r.jobs.submit)
		r.writes.Go(r.writer.work)
	}
	r.ticks.Go(func() { r.c.generate(ticking, first) })
	for range r.jobs.width {
		r.workers.Go(r.jobs.work)
	}
	context.AfterFunc(ctx, func() { _ = r.stop(context.Background(), false) })
}

// admit lets a batch run: at once, or when it is in a durable checkpoint.
func (r *run) admit(b *batch) {
	if r.writer != nil {
		r.writer.hold(b)
		return
	}
	r.jobs.submit(b)
}

// stopLater is stop for a goroutine of the run, which has to return for the run
// to end.
func (r *run) stopLater(s stopping) {
	go func() { // ends when the run has
		_ = r.stop(context.Background(), s.graceful)
		r.c.stopped(r, s)
	}()
}

// stop ends the run and waits for it, at most until ctx ends; the first call
// decides how.
func (r *run) stop(ctx context.Context, graceful bool) error {
	r.stopOnce.Do(func() {
		go r.end(graceful) // ends when the run has
	})
	select {
	case <-r.stopped:
		return r.leftover
	case <-ctx.Done():
		r.cancel(context.Cause(ctx)) // no patience left for what was received
		r.hurry()
		<-r.stopped
		return errors.Join(context.Cause(ctx), r.leftover)
	}
}

// end stops the inputs, the generator, the scheduler and the writer, in this
// order. If graceful, a last batch takes what was received, and all batches run.
func (r *run) end(graceful bool) {
	defer close(r.stopped)
	if !graceful {
		r.cancel(errStopped)
	}
	r.leftover = r.stopInputs()
	if graceful {
		r.c.drain(r.ctx)
	}
	r.ticking()
	r.leftover = errors.Join(r.leftover, r.leaveGenerator())
	if r.writer != nil {
		r.writer.settle()
	}
	r.jobs.close()
	r.leftover = errors.Join(r.leftover, r.leaveJobs())
	if r.writer != nil {
		r.writer.close()
		r.writes.Wait()
	}
	r.c.closeInputs()
	r.cancel(errStopped)
	r.hurry()
	r.c.mu.Lock()
	r.c.state = Stopped
	err := r.c.closeDirectory(nil)
	r.c.mu.Unlock()
	r.release()
	r.c.failed.set(err)
	r.c.end()
}

// stopInputs stops all inputs at a time and returns what they say.
func (r *run) stopInputs() error {
	errs := make([]error, len(r.c.inputs))
	var stops sync.WaitGroup
	for i, in := range r.c.inputs {
		stops.Go(func() { errs[i] = in.stop(r.patience) })
	}
	stops.Wait()
	return errors.Join(errs...)
}
