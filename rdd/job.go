package rdd

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/shuffle"
	"github.com/spatestream/spate/sparkerr"
)

// job is one run of an action.
type job struct {
	ctx    *Context
	id     int
	action string
	place  exec.Place // of the action
	scope  scope
	begun  time.Time
	final  *node
	parts  []int // of final
	// do computes one partition of final. Results are handed over by
	// Task.onCommit, so that each partition counts once.
	do     func(t *Task, part int) error
	cancel context.CancelCauseFunc
	ended  chan struct{}           // closed when the job is over
	ids    map[*exchange]*identity // of stages; nil: the last. Of the job's goroutine

	hearing sync.Mutex // held while listeners hear of something

	mu      sync.Mutex
	done    map[int]bool // guarded by mu: partitions that have committed
	active  []*stage     // guarded by mu
	ran     int          // guarded by mu: stages that began
	skipped int          // guarded by mu
}

// run runs an action: do for every partition of n in parts.
func run(ctx context.Context, n *node, action string, parts []int, do func(t *Task, part int) error) error {
	c := n.ctx
	if err := strayed(ctx); err != nil {
		return err
	}
	if err := errors.Join(c.usable(), n.err); err != nil {
		return err
	}
	j := &job{
		ctx: c, id: int(c.jobs.Add(1)) - 1, action: action, place: exec.Here(), scope: scopeOf(ctx), begun: c.env.Clock.Now(),
		final: n, parts: parts, do: do, done: map[int]bool{}, ended: make(chan struct{}), ids: map[*exchange]*identity{},
	}
	if err := j.start(ctx); err != nil {
		return err
	}
	return c.checkpointAbove(ctx, n)
}

// start runs the job from its first event to its last.
func (j *job) start(ctx context.Context) error {
	ctx, j.cancel = context.WithCancelCause(ctx)
	defer j.cancel(nil)
	if err := j.ctx.enter(j); err != nil {
		return err
	}
	defer j.ctx.exit(j)
	j.tell(func(l *Listener) { call(l.JobStarted, j.info()) })
	err := j.explained(ctx, j.run(ctx))
	j.tell(func(l *Listener) {
		end := j.info()
		end.Err, end.At, end.Accumulators = err, j.ctx.env.Clock.Now(), j.ctx.accumulators()
		call(l.JobEnded, end)
	})
	return err
}

// info is the job as listeners see it.
func (j *job) info() JobInfo {
	j.mu.Lock()
	defer j.mu.Unlock()
	return JobInfo{
		ID: j.id, Name: j.name(), Stages: j.ran, Skipped: j.skipped, At: j.begun,
		Pool: j.scope.pool, Group: j.scope.group, Description: j.scope.description, Tags: j.scope.tags,
	}
}

// name is the action and where it was called.
func (j *job) name() string { return named(j.action, j.place.Site()) }

// all lists every partition of n, for an action that gets ctx.
func all(ctx context.Context, n *node) ([]int, error) {
	if err := lacking(ctx); err != nil {
		return nil, err
	}
	count, err := n.partitionsIn(ctx)
	parts := make([]int, count)
	for i := range parts {
		parts[i] = i
	}
	return parts, err
}

// run runs the stages until every partition has committed. Shuffle output that
// turns out to be lost is made again, with all that leads to it.
func (j *job) run(ctx context.Context) error {
	for attempt := 1; ; attempt++ {
		final, err := j.plan(ctx, attempt > 1)
		if err == nil {
			err = j.ctx.runner.RunJob(ctx, exec.Job{ID: j.id, Pool: j.scope.pool, Final: final, Fatal: fatal, Speculation: j.ctx.speculation})
		}
		var lost *shuffle.LostError
		if err == nil || !errors.As(err, &lost) || ctx.Err() != nil {
			return err
		}
		if attempt >= j.ctx.conf.number("spark.stage.maxConsecutiveAttempts") {
			return fmt.Errorf("job %d (%s): shuffle output was lost in %d runs: %w", j.id, j.name(), attempt, err)
		}
	}
}

// uncommitted is why the results of a task do not count, though some of its sums may:
// so it must not run again.
type uncommitted struct{ error }

func (u uncommitted) Unwrap() error { return u.error }

// fatal says of a task's error that running the task again cannot help.
func fatal(err error) bool {
	var lost *shuffle.LostError
	class := sparkerr.ClassOf(err)
	var half uncommitted
	return errors.As(err, &lost) || errors.As(err, &half) || class == "ENCODER_NOT_FOUND" || class == notInTask
}

// explained is the error of a job, which says of one that was cancelled which
// and why.
func (j *job) explained(ctx context.Context, err error) error {
	cause := context.Cause(ctx)
	if err == nil || cause == nil || !errors.Is(err, cause) {
		return err
	}
	if e := sparkerr.As(cause); e != nil && e.Class == jobCancelled && e.Params["jobId"] == itoa(j.id) {
		return e
	}
	return j.cancelled("").Because(cause)
}

func call[T any](f func(T), x T) {
	if f != nil {
		f(x)
	}
}
