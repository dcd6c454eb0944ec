package exec

import (
	"context"
	"sync"

	"github.com/spatestream/spate/sparkerr"
)

// Job is stages to run.
type Job struct {
	ID    int    // lower ones come first
	Pool  string // whose share of the workers it takes, if the runner has pools
	Final *Stage
	// Fatal says of an error that its task need not run again; nil: no error
	// is.
	Fatal func(error) bool
	// Speculation runs slow tasks a second time; nil: never.
	Speculation *Speculation
}

// jobRun is a job that runs. It belongs to the goroutine that called RunJob,
// which alone decides what runs next; attempts only tell it how they ended.
type jobRun struct {
	Job
	r      *Runner
	desk   *desk
	ctx    context.Context
	cancel context.CancelCauseFunc
	active []*stageRun    // stages that have begun and not ended
	left   int            // stages that have not ended
	busy   int            // attempts that run on goroutines of their own
	grants chan *line     // workers that the desk hands over
	ended  chan *attempt  // attempts that have ended
	over   chan struct{}  // closed when nobody receives from ended any more
	ticks  chan struct{}  // when to look for slow tasks
	wait   sync.WaitGroup // for who sends ticks
	err    error
}

// holding marks the context of a task: what it runs has its worker.
type holding struct{}

// RunJob runs the job's stages, each once its parents have ended, and returns
// the first error after every started task has ended. An error cancels the
// context of the others. Of a task that runs twice, for speculation, it does
// not wait for the slower when all is done.
//
// Attempts run on goroutines started here, which end before it returns, those
// slower ones excepted (see Wait); a single task runs on the caller's.
func (r *Runner) RunJob(ctx context.Context, job Job) error {
	j := &jobRun{Job: job, r: r, desk: r.desk}
	if ctx.Value(holding{}) != nil { // within a task: its worker does all of it
		j.desk = newDesk(1)
	}
	j.grants, j.ended, j.over = make(chan *line, j.desk.workers), make(chan *attempt), make(chan struct{})
	j.ctx, j.cancel = context.WithCancelCause(context.WithValue(ctx, holding{}, true))
	j.begin()
	for j.left > 0 && j.err == nil {
		j.step()
	}
	j.end()
	return j.err
}

// begin submits the stages without parents.
func (j *jobRun) begin() {
	j.startTicks()
	stages := order(j.Final)
	j.left = len(stages)
	runs := make(map[*Stage]*stageRun, len(stages))
	all := make([]*stageRun, len(stages))
	for i, s := range stages {
		run := j.newStage(s)
		for _, p := range s.Parents {
			if runs[p].after(run) {
				run.waits++
			}
		}
		runs[s], all[i] = run, run
	}
	for _, s := range all {
		if s.waits == 0 && !s.begun {
			j.submit(s)
		}
	}
}

// step is the next thing that happens.
func (j *jobRun) step() {
	select {
	case <-j.ctx.Done():
		j.fail(context.Cause(j.ctx))
	case l := <-j.grants:
		j.start(l.of)
	case a := <-j.ended:
		j.busy--
		j.finish(a)
	case <-j.ticks:
		j.speculate()
	}
}

// fail ends the job; the first cause stays.
func (j *jobRun) fail(err error) {
	if j.err == nil {
		j.err = err
	}
	j.cancel(err)
}

// end cancels what still runs. A job that failed waits for it.
func (j *jobRun) end() {
	j.cancel(j.err)
	for _, s := range j.active {
		j.desk.leave(&s.line)
	}
	for len(j.grants) > 0 {
		l := <-j.grants
		j.desk.give(l, l.width())
	}
	for ; j.err != nil && j.busy > 0; j.busy-- {
		a := <-j.ended
		j.desk.give(&a.stage.line, 1)
	}
	close(j.over)
	for _, s := range j.active {
		s.tell(j.err)
	}
	j.wait.Wait()
}

// width is how many workers a grant is.
func (l *line) width() int {
	if l.together {
		return l.of.Tasks
	}
	return 1
}

// submit makes the tasks of a stage wait for workers.
func (j *jobRun) submit(s *stageRun) {
	if j.err != nil {
		return
	}
	s.begin(j.ctx)
	j.active = append(j.active, s)
	switch {
	case s.Tasks == 0:
		j.complete(s)
	case s.Together && s.Tasks > j.desk.workers:
		j.fail(sparkerr.New("", "a barrier stage has "+times(s.Tasks, "task")+" that must start together, and there are "+
			times(j.desk.workers, "worker")+": give it no more partitions than workers (rdd.Workers), with Repartition before Barrier"))
	default:
		j.desk.ask(&s.line, s.Tasks)
	}
}

// complete ends a stage that has done its work and submits those that waited
// for it.
func (j *jobRun) complete(s *stageRun) {
	j.desk.leave(&s.line)
	for i, o := range j.active {
		if o == s {
			j.active = append(j.active[:i], j.active[i+1:]...)
			break
		}
	}
	j.left--
	s.tell(nil)
	for _, c := range s.children {
		if c.waits--; c.waits == 0 {
			j.submit(c)
		}
	}
}
