package exec

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// attempt is one run of a task.
type attempt struct {
	stage  *stageRun
	task   Task
	begun  time.Time
	cancel context.CancelCauseFunc // nil unless another may be faster
	err    error
}

// errSlower ends an attempt that is not needed any more.
var errSlower = errors.New("another attempt of the task was faster")

// TaskError is the error of a task that has failed for good. Class, kind and
// place are those of Err.
type TaskError struct {
	Stage, Task, Failures int
	Err                   error // the most recent failure
}

func (e *TaskError) Error() string {
	return fmt.Sprintf("task %d of stage %d failed %s, most recent failure: %v", e.Task, e.Stage, times(e.Failures, "time"), e.Err)
}

// Unwrap returns the most recent failure.
func (e *TaskError) Unwrap() error { return e.Err }

func times(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// start uses a grant of the desk: it begins the next task of the stage, or all
// of them.
func (j *jobRun) start(s *stageRun) {
	for range s.line.width() {
		i, speculative, ok := s.next()
		if !ok {
			j.desk.give(&s.line, 1)
			continue
		}
		j.attempt(s, i, speculative)
	}
}

// attempt runs a task: on this goroutine if nothing else can happen meanwhile.
func (j *jobRun) attempt(s *stageRun, i int, speculative bool) {
	t := &s.tasks[i]
	a := &attempt{stage: s, task: Task{Stage: s.ID, Index: i, Attempt: t.attempts, Round: s.round, Speculative: speculative, Context: s.ctx}}
	if j.ticks != nil {
		a.task.Context, a.cancel = context.WithCancelCause(s.ctx)
		a.begun = j.r.now()
	}
	t.attempts++
	t.running = append(t.running, a)
	s.running++
	if j.ticks == nil && (j.desk.workers == 1 || s.Tasks == 1 && len(j.active) == 1) {
		a.err = j.r.runTask(s.Run, &a.task)
		j.finish(a)
		return
	}
	j.busy++
	j.r.late.Go(func() {
		a.err = j.r.runTask(s.Run, &a.task)
		select {
		case j.ended <- a:
		case <-j.over:
			j.desk.give(&s.line, 1)
		}
	})
}

// finish draws the conclusions from the end of an attempt.
func (j *jobRun) finish(a *attempt) {
	s, t := a.stage, &a.stage.tasks[a.task.Index]
	j.desk.give(&s.line, 1)
	s.running--
	if a.cancel != nil {
		a.cancel(nil)
	}
	t.running = slices.DeleteFunc(t.running, func(o *attempt) bool { return o == a })
	switch {
	case s.broken != nil:
		if s.running == 0 {
			j.again(s)
		}
	case t.done:
	case a.err == nil:
		j.succeeded(a, t)
	case j.ctx.Err() != nil:
		j.fail(context.Cause(j.ctx))
	case j.Fatal != nil && j.Fatal(a.err):
		j.fail(a.err)
	case s.Together:
		j.giveUp(s, a)
	default:
		j.failed(a, t)
	}
}

func (j *jobRun) succeeded(a *attempt, t *taskRun) {
	s := a.stage
	t.done = true
	for _, o := range t.running {
		o.cancel(errSlower)
	}
	if j.ticks != nil {
		s.took = append(s.took, j.r.now().Sub(a.begun))
	}
	if s.left--; s.left == 0 {
		j.complete(s)
	}
}

// failed makes the task wait to run again, unless it has failed too often or
// another attempt of it runs.
func (j *jobRun) failed(a *attempt, t *taskRun) {
	s := a.stage
	if t.failures++; t.failures > s.Retries {
		j.fail(&TaskError{Stage: s.ID, Task: a.task.Index, Failures: t.failures, Err: a.err})
		return
	}
	j.warn("task failed and runs again", a)
	if len(t.running) == 0 {
		s.pending = append(s.pending, a.task.Index)
		j.desk.ask(&s.line, 1)
	}
}

// giveUp ends a round of a stage whose tasks run together.
func (j *jobRun) giveUp(s *stageRun, a *attempt) {
	if s.round >= s.Retries {
		j.fail(&TaskError{Stage: s.ID, Task: a.task.Index, Failures: s.round + 1, Err: a.err})
		return
	}
	j.warn("a task of a barrier stage failed and all of them run again", a)
	s.tell(a.err)
	s.broken = a.err
	if s.running == 0 {
		j.again(s)
	}
}

// again begins the next round of a stage.
func (j *jobRun) again(s *stageRun) {
	s.round++
	s.begin(j.ctx)
	j.desk.ask(&s.line, s.Tasks)
}

func (j *jobRun) warn(what string, a *attempt) {
	if j.r.env != nil && j.r.env.Log != nil {
		j.r.env.Log.Warn(what, "stage", a.stage.ID, "task", a.task.Index, "attempt", a.task.Attempt, "error", a.err)
	}
}
