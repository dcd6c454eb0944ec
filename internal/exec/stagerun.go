package exec

import (
	"context"
	"slices"
	"strconv"
	"time"
)

// stageRun is a stage of a job that runs. It belongs to the job's goroutine,
// but for the line, which is the desk's.
type stageRun struct {
	*Stage
	line     line
	children []*stageRun
	waits    int // parents that have not ended

	begun   bool
	round   int // runs of the whole stage so far, less one
	ctx     context.Context
	cancel  context.CancelCauseFunc // nil of a stage that never runs again
	broken  error                   // why this round is given up
	tasks   []taskRun
	left    int   // tasks that are not done
	running int   // attempts
	pending []int // tasks that wait for a worker
	slow    []int // tasks that wait for a worker for a second attempt
	took    []time.Duration
}

// taskRun is what is known of a task.
type taskRun struct {
	running  []*attempt
	attempts int // so far
	failures int
	done     bool
	slow     bool // waits for a worker for a second attempt
}

func (j *jobRun) newStage(s *Stage) *stageRun {
	run := &stageRun{Stage: s}
	run.line = line{name: "TaskSet_" + strconv.Itoa(s.ID) + ".0", pool: j.desk.pool(j.Pool), job: j.ID, stage: s.ID, together: s.Together, of: run, grants: j.grants}
	return run
}

// after makes c wait for s, and reports whether it did not already.
func (s *stageRun) after(c *stageRun) bool {
	if slices.Contains(s.children, c) {
		return false
	}
	s.children = append(s.children, c)
	return true
}

// begin makes all tasks wait to be run.
func (s *stageRun) begin(ctx context.Context) {
	s.begun, s.broken, s.ctx = true, nil, ctx
	if s.Together {
		s.ctx, s.cancel = context.WithCancelCause(ctx)
	}
	s.tasks, s.left = make([]taskRun, s.Tasks), s.Tasks
	s.pending = make([]int, s.Tasks)
	for i := range s.pending {
		s.pending[i], s.tasks[i].attempts = i, s.round
	}
	if s.Begun != nil {
		s.Begun(s.round)
	}
}

// tell says how the round ended.
func (s *stageRun) tell(err error) {
	if s.cancel != nil {
		s.cancel(err)
	}
	if s.Ended != nil && s.broken == nil {
		s.Ended(s.round, err)
	}
}

// next takes the task to run next, a slow one if no other is left.
func (s *stageRun) next() (i int, speculative, ok bool) {
	for len(s.pending) > 0 {
		i, s.pending = s.pending[0], s.pending[1:]
		if !s.tasks[i].done {
			return i, false, true
		}
	}
	for len(s.slow) > 0 {
		i, s.slow = s.slow[0], s.slow[1:]
		s.tasks[i].slow = false
		if !s.tasks[i].done && len(s.tasks[i].running) == 1 {
			return i, true, true
		}
	}
	return 0, false, false
}
