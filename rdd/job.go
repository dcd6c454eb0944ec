package rdd

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/shuffle"
)

// job is one run of an action.
type job struct {
	ctx   *Context
	id    int
	name  string
	final *node
	parts []int // of final
	// do computes one partition of final. Results are handed over by
	// Task.onCommit, so that each partition counts once.
	do func(t *Task, part int) error

	mu   sync.Mutex
	done map[int]bool // guarded by mu: partitions that have committed
	ran  int          // stages that ran
}

// run runs an action: do for every partition of r in parts.
func run[T any](ctx context.Context, r *RDD[T], action string, parts []int, do func(t *Task, part int) error) error {
	c := r.n.ctx
	if err := errors.Join(c.usable(), r.n.err); err != nil {
		return err
	}
	j := &job{ctx: c, id: int(c.jobs.Add(1)) - 1, name: action + " at " + callSite().String(), final: r.n, parts: parts, do: do, done: map[int]bool{}}
	c.tell(func(l *Listener) { call(l.JobStarted, JobInfo{ID: j.id, Name: j.name, At: c.env.Clock.Now()}) })
	err := j.run(ctx)
	c.tell(func(l *Listener) {
		call(l.JobEnded, JobInfo{ID: j.id, Name: j.name, Stages: j.ran, Err: err, At: c.env.Clock.Now(), Accumulators: c.accumulators()})
	})
	if err != nil {
		return err
	}
	return c.checkpointAbove(ctx, r.n)
}

// all lists every partition of r.
func all[T any](r *RDD[T]) ([]int, error) {
	n, err := r.n.partitions()
	parts := make([]int, n)
	for i := range parts {
		parts[i] = i
	}
	return parts, err
}

// run runs the stages until every partition has committed. Shuffle output that
// turns out to be lost is made again, with all that leads to it.
func (j *job) run(ctx context.Context) error {
	for attempt := 1; ; attempt++ {
		final, err := j.plan()
		if err == nil {
			err = j.ctx.runner.Run(ctx, final)
		}
		var lost *shuffle.LostError
		if err == nil || !errors.As(err, &lost) || ctx.Err() != nil {
			return err
		}
		if attempt >= j.ctx.conf.number("spark.stage.maxConsecutiveAttempts") {
			return fmt.Errorf("job %d (%s): shuffle output was lost in %d runs: %w", j.id, j.name, attempt, err)
		}
	}
}

// plan cuts the lineage into stages: one for the map side of each shuffle
// whose output is not there, and the action's. Stages whose output is there
// are skipped.
func (j *job) plan() (*exec.Stage, error) {
	parents, err := j.parents(j.final, newPlanned())
	if err != nil {
		return nil, err
	}
	var left []int
	for _, p := range j.parts {
		if !j.done[p] {
			left = append(left, p)
		}
	}
	return j.stage(j.final, left, parents, j.do), nil
}

// planned is what planning has come by: a node is looked at once, however many
// ways lead to it.
type planned struct {
	stages map[*exchange]*exec.Stage
	nodes  map[*node]bool // within the stage being planned
}

func newPlanned() *planned {
	return &planned{stages: map[*exchange]*exec.Stage{}, nodes: map[*node]bool{}}
}

// parents returns the stages that must run before n's partitions can be
// computed in a task.
func (j *job) parents(n *node, seen *planned) ([]*exec.Stage, error) {
	if seen.nodes[n] || n.allKept() {
		return nil, nil
	}
	seen.nodes[n] = true
	var out []*exec.Stage
	for _, d := range n.parents() {
		var more []*exec.Stage
		var err error
		switch {
		case d.shuffle == nil:
			more, err = j.parents(d.on, seen)
		default:
			more, err = j.mapStage(d.shuffle, seen)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// mapStage returns the stage that fills in what is missing of a shuffle's
// output, none if nothing is.
func (j *job) mapStage(x *exchange, seen *planned) ([]*exec.Stage, error) {
	if s := seen.stages[x]; s != nil {
		return []*exec.Stage{s}, nil
	}
	missing, err := x.out.Missing()
	if len(missing) == 0 || err != nil {
		return nil, err
	}
	parents, err := j.parents(x.on, &planned{stages: seen.stages, nodes: map[*node]bool{}})
	if err != nil {
		return nil, err
	}
	s := j.stage(x.on, missing, parents, x.write)
	seen.stages[x] = s
	return []*exec.Stage{s}, nil
}

// stage makes a stage of tasks that call do, one a partition of n.
func (j *job) stage(n *node, parts []int, parents []*exec.Stage, do func(t *Task, part int) error) *exec.Stage {
	id := int(j.ctx.stages.Add(1)) - 1
	j.ran++
	return &exec.Stage{
		ID: id, Tasks: len(parts), Parents: parents,
		Retries: j.ctx.conf.number("spark.task.maxFailures") - 1,
		Run: func(x *exec.Task) error {
			return j.task(&Task{x: x, stage: id, partition: parts[x.Index]}, n, do)
		},
	}
}

// task runs one attempt of a task and commits it if it is the first to
// succeed.
func (j *job) task(t *Task, n *node, do func(t *Task, part int) error) error {
	start := j.ctx.env.Clock.Now()
	t.row = -1
	err := t.located(exec.Protect(func() error { return do(t, t.partition) }))
	t.end(err)
	if err == nil {
		j.commit(t, n == j.final)
	}
	t.close()
	end := j.ctx.env.Clock.Now()
	j.ctx.tell(func(l *Listener) {
		call(l.TaskEnded, TaskInfo{Stage: t.stage, Partition: t.partition, Attempt: t.x.Attempt, Err: err, Start: start, End: end})
	})
	return err
}

// commit makes the results of a task count, unless another attempt of it was
// first.
func (j *job) commit(t *Task, final bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if final {
		if j.done[t.partition] {
			return
		}
		j.done[t.partition] = true
	}
	for _, f := range t.commits {
		f()
	}
}

func call[T any](f func(T), x T) {
	if f != nil {
		f(x)
	}
}
