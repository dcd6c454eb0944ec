package rdd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/sparkerr"
)

// errEnough ends a partition early: who wanted rows has them.
var errEnough = errors.New("enough rows")

// Task is one run of a task, as the Try forms see it. It belongs to the task's
// goroutine.
type Task struct {
	x         *exec.Task
	stage     int
	partition int
	// row is the position of the element that user code is looking at, counted
	// in the partition it came from: what a panic's error names.
	row int64
	// over is set when the context has ended: what a loop over rows can afford to
	// look at.
	over     atomic.Bool
	commits  []func()
	closers  []func()
	sums     map[any]any // what the task added to accumulators, by accumulator
	complete []func(error)
	gate     *exec.Rendezvous // of a barrier stage, else nil
}

// Context ends when the task should: its job was cancelled or another attempt
// was faster.
func (t *Task) Context() context.Context { return t.x.Context }

// Partition returns the partition the task computes.
func (t *Task) Partition() int { return t.partition }

// Attempt counts the runs of this task within its stage, from 0.
func (t *Task) Attempt() int { return t.x.Attempt }

// Speculative says that this run was begun because another takes too long.
func (t *Task) Speculative() bool { return t.x.Speculative }

// Stage returns the stage's number in its context.
func (t *Task) Stage() int { return t.stage }

// OnComplete calls f when the task has ended, with its error, nil for success;
// later listeners first.
func (t *Task) OnComplete(f func(error)) { t.complete = append(t.complete, f) }

// onCommit calls f once if this run of the task is the one that counts: of
// several attempts, one commits. Commits of a job run one at a time.
func (t *Task) onCommit(f func()) { t.commits = append(t.commits, f) }

// onClose calls f when this run of the task is over, committed or not.
func (t *Task) onClose(f func()) { t.closers = append(t.closers, f) }

func (t *Task) commit() {
	for _, f := range t.commits {
		f()
	}
}

func (t *Task) close() {
	for _, f := range t.closers {
		f()
	}
}

// live returns why the task should end.
func (t *Task) live() error {
	if t.x.Context.Err() != nil {
		return context.Cause(t.x.Context)
	}
	return nil
}

// next notes the row that user code is to look at, and reports whether it
// should: if not, live says why.
func (t *Task) next(row int64) bool {
	t.row = row
	return !t.over.Load()
}

// userError is an error that a Try form returned; of is the RDD it makes, nil
// in an action.
func (t *Task) userError(err error, of *node) error {
	if t.live() != nil || sparkerr.As(err) != nil {
		return err
	}
	e := &sparkerr.Error{Message: "user code failed", Kind: sparkerr.UserCode, Cause: err}
	if of != nil {
		e.Origin = of.site()
	}
	return e
}

// located says at which row user code failed, as far as that is known, and
// where in the program: where in was made if nothing nearer is known.
func (t *Task) located(err error, in *node) error {
	e := sparkerr.As(err)
	if e == nil || e.Kind != sparkerr.UserCode {
		return err
	}
	at := *e.At(in.site())
	if e != err { // what wraps it stays
		at.Message, at.Cause = "user code failed", err
	}
	if t.row < 0 {
		return &at
	}
	at.Message = fmt.Sprintf("%s (row %d of partition %d, counted from 0)", at.Message, t.row, t.partition)
	return &at
}

// end runs the completion listeners.
func (t *Task) end(err error) error {
	if len(t.complete) == 0 {
		return nil
	}
	return elsewhere(func() error {
		for _, f := range slices.Backward(t.complete) {
			f(err)
		}
		return nil
	})
}
