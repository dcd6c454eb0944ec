package exec

import (
	"context"
	"fmt"

	"github.com/spatestream/spate/internal/memory"
)

// Run runs the stage and its parents, each once, and returns the first error
// after every started task has ended. A panic in Run is an error with the
// user's file and line.
func (r *Runner) Run(ctx context.Context, final *Stage) error {
	for _, s := range order(final) {
		err := r.each(ctx, s.Tasks, false, func(ctx context.Context, i int) error {
			return r.attempts(ctx, s, i)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// order returns the stages that lead to final, parents first, each once.
func order(final *Stage) []*Stage {
	var stages []*Stage
	seen := map[*Stage]bool{}
	var visit func(*Stage)
	visit = func(s *Stage) {
		if seen[s] {
			return
		}
		seen[s] = true
		for _, p := range s.Parents {
			visit(p)
		}
		stages = append(stages, s)
	}
	visit(final)
	return stages
}

// attempts runs a task until it succeeds or its retries are used up.
func (r *Runner) attempts(ctx context.Context, s *Stage, index int) error {
	for attempt := 0; ; attempt++ {
		err := r.attempt(ctx, s, index, attempt)
		if err == nil || attempt >= s.Retries || ctx.Err() != nil {
			return err
		}
		if r.env != nil && r.env.Log != nil {
			r.env.Log.Warn("task failed and runs again", "stage", s.ID, "task", index, "attempt", attempt, "error", err)
		}
	}
}

func (r *Runner) attempt(ctx context.Context, s *Stage, index, attempt int) (err error) {
	t := &Task{Stage: s.ID, Index: index, Attempt: attempt, Context: ctx, Spill: r.space()}
	t.Memory = r.account(fmt.Sprintf("%d.%d", s.ID, index), cap(r.slots))
	defer func() {
		t.Memory.Close()
		err = firstOf(err, t.Spill.Close())
	}()
	return Protect(func() error { return s.Run(t) })
}

// account opens an n-th share of the budget: a task must be able to go on by
// spilling alone, whatever the others hold.
func (r *Runner) account(name string, n int) *memory.Account {
	return r.budget.Account(name, r.budget.Total()/int64(n))
}

// space returns a spill space that is made when first used.
func (r *Runner) space() memory.Space { return &lazySpace{make: r.spill} }

// lazySpace belongs to one task.
type lazySpace struct {
	make  func() (memory.Space, error)
	space memory.Space
}

// Create implements memory.Space.
func (l *lazySpace) Create(hint string) (memory.File, error) {
	if l.space == nil {
		if l.make == nil {
			return nil, errNoSpill
		}
		s, err := l.make()
		if err != nil {
			return nil, err
		}
		l.space = s
	}
	return l.space.Create(hint)
}

// Close implements memory.Space.
func (l *lazySpace) Close() error {
	if l.space == nil {
		return nil
	}
	s := l.space
	l.space = nil
	return s.Close()
}

// firstOf is err, or if there is none the error of cleaning up.
func firstOf(err, closing error) error {
	if err != nil {
		return err
	}
	return closing
}
