package exec

import (
	"context"
	"fmt"

	"github.com/spatestream/spate/internal/memory"
)

// Run is RunJob of stages alone.
func (r *Runner) Run(ctx context.Context, final *Stage) error {
	return r.RunJob(ctx, Job{Final: final})
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

// runTask is one run of a task. A panic is an error with the user's file and
// line.
func (r *Runner) runTask(run func(*Task) error, t *Task) (err error) {
	t.Spill = r.space()
	t.Memory = r.account(fmt.Sprintf("%d.%d", t.Stage, t.Index), r.desk.workers)
	defer func() {
		t.Memory.Close()
		err = firstOf(err, t.Spill.Close())
	}()
	return Protect(func() error { return Work(func() error { return run(t) }) })
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
