package exec

import (
	"errors"
	"fmt"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sparkerr"
)

var errNoSpill = errors.New("exec: this runner has no spill space")

// Bound is a graph with its parallelism decided: hash stages get ranges of key
// groups, source stages take splits from a queue. Used by one goroutine.
type Bound struct {
	runner *Runner
	graph  *task.Graph
	groups int
	outlet func(task int) task.Outlet
	stages []*stage
	tasks  int // of all stages
}

// stage is a stage of the graph with its tasks.
type stage struct {
	*task.Stage
	tasks    []*boundTask
	exchange exchange // nil of a last stage
	readers  int      // tasks that read the exchange
	scans    []*queue // by input, nil for exchanges
	// static: nothing it reads is a stream, so each epoch runs it as a batch,
	// to its end: the table side of a join.
	static bool
}

// boundTask is a task and what lives with it between epochs. It is used by one
// goroutine at a time.
type boundTask struct {
	index    int
	chain    *task.Chain
	params   task.Params
	stats    task.Stats
	memory   *memory.Account
	spill    memory.Space
	scans    []*scanner          // by input, nil for exchanges
	advanced eventtime.Watermark // what the chain was advanced to last
}

// Bind builds the chains of g for parallelism p over groups key groups. outlet
// makes the end of task i of the last stage.
func (r *Runner) Bind(g *task.Graph, p, groups int, outlet func(task int) task.Outlet) (*Bound, error) {
	if p < 1 || groups < 1 || groups&(groups-1) != 0 {
		return nil, sparkerr.Internalf("a graph is bound to parallelism %d and %d key groups; the second must be a power of two", p, groups)
	}
	b := &Bound{runner: r, graph: g, groups: groups, outlet: outlet}
	for i, s := range g.Stages {
		bs := &stage{Stage: s, static: true}
		bs.tasks = make([]*boundTask, b.width(s, min(p, groups)))
		for _, in := range s.Inputs {
			bs.static = bs.static && b.isStatic(in)
			if in.Scan == nil {
				if err := b.stages[in.From].readBy(len(bs.tasks)); err != nil {
					return nil, err
				}
				bs.scans = append(bs.scans, nil)
			} else {
				bs.scans = append(bs.scans, &queue{scan: in.Scan})
			}
		}
		if s.Output == task.Forward && i != len(g.Stages)-1 {
			return nil, sparkerr.Internalf("stage %s ends without an exchange and is not the last", s.ID)
		}
		b.stages = append(b.stages, bs)
		b.tasks += len(bs.tasks)
	}
	if err := b.build(); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

// readBy says that a stage of n tasks reads this one.
func (s *stage) readBy(n int) error {
	if s.readers != 0 && s.readers != n && s.Output != task.Broadcast && s.Output != task.Single {
		return sparkerr.Internalf("stages of %d and of %d tasks read stage %s", s.readers, n, s.ID)
	}
	s.readers = max(s.readers, n)
	return nil
}

// isStatic reports whether an input ends in every epoch.
func (b *Bound) isStatic(in task.Input) bool {
	if in.Scan != nil {
		return in.Scan.Ordinal < 0
	}
	return b.stages[in.From].static
}

// width is how many tasks a stage has: one behind Single, else p; a stage that
// reads nothing but broadcasts has one.
func (b *Bound) width(s *task.Stage, p int) int {
	spread := len(s.Inputs) == 0
	for _, in := range s.Inputs {
		switch {
		case in.Scan != nil:
			spread = true
		case b.stages[in.From].Output == task.Single:
			return 1
		case b.stages[in.From].Output != task.Broadcast:
			spread = true
		}
	}
	if !spread {
		return 1
	}
	return p
}

// build makes exchanges and chains, empty.
func (b *Bound) build() error {
	for i, s := range b.stages {
		s.exchange = nil
		if i < len(b.stages)-1 {
			s.exchange = newExchange(s.Stage, len(s.tasks), max(s.readers, 1), b.groups)
		}
		for k := range s.tasks {
			t, err := b.newTask(s, k)
			s.tasks[k] = t
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *Bound) newTask(s *stage, k int) (*boundTask, error) {
	t := &boundTask{index: k, spill: b.runner.space()}
	t.memory = b.runner.account(fmt.Sprintf("%s/%d", s.ID, k), b.tasks)
	c := &task.Context{
		Params: &t.params, Task: k, Groups: share(k, len(s.tasks), b.groups),
		Memory: t.memory, Spill: t.spill, Stats: &t.stats,
	}
	t.params.Expr.Task = k
	var out task.Outlet
	if s.exchange == nil {
		out = b.outlet(k)
	} else {
		w, err := s.exchange.outlet(t)
		if err != nil {
			return t, err
		}
		out = w
	}
	for _, q := range s.scans {
		if q == nil {
			t.scans = append(t.scans, nil)
		} else {
			t.scans = append(t.scans, newScanner(q))
		}
	}
	chain, err := s.Build(c, out)
	t.chain = chain
	return t, err
}

// share is the interval of key groups of task k of n.
func share(k, n, groups int) store.Groups {
	return store.Groups{Lo: k * groups / n, Hi: (k + 1) * groups / n, Of: groups}
}

// Stateful reports whether some chain opened a table that is kept between
// epochs.
func (b *Bound) Stateful() bool {
	for _, s := range b.stages {
		if s.stateful() {
			return true
		}
	}
	return false
}

func (s *stage) stateful() bool {
	for _, t := range s.tasks {
		if t.chain.Stateful() {
			return true
		}
	}
	return false
}

// StageStores are the stores of one stage's tasks.
type StageStores struct {
	Stage  string
	Stores []*store.Store
}

// Stores returns the stores of the stages that have tables, one a task.
func (b *Bound) Stores() []StageStores {
	var all []StageStores
	for _, s := range b.stages {
		if !s.stateful() {
			continue
		}
		of := StageStores{Stage: s.ID}
		for _, t := range s.tasks {
			of.Stores = append(of.Stores, t.chain.Store())
		}
		all = append(all, of)
	}
	return all
}

// Wants reports whether an operator asks for an epoch at w without data.
func (b *Bound) Wants(w eventtime.Watermark) bool {
	marks := make([]eventtime.Watermark, len(b.stages))
	for i, s := range b.stages {
		in := b.mark(s, marks, w)
		if len(s.tasks) > 0 {
			marks[i] = s.tasks[0].chain.Out(in)
		}
		for _, t := range s.tasks {
			if t.chain.Wants(in) {
				return true
			}
		}
	}
	return false
}

// mark is the watermark that enters a stage: the least that leaves the stages
// it reads, w for scans.
func (b *Bound) mark(s *stage, marks []eventtime.Watermark, w eventtime.Watermark) eventtime.Watermark {
	for _, in := range s.Inputs {
		if in.Scan == nil {
			w = min(w, marks[in.From])
		}
	}
	return w
}

// Reset drops all chains and builds them anew, empty, holding the watermark:
// what a restore starts from.
func (b *Bound) Reset(held eventtime.Watermark) error {
	err := b.Close()
	if err == nil {
		err = b.build()
	}
	if err == nil {
		b.hold(held)
	}
	return err
}

// hold gives every chain the watermark that reaches its stage.
func (b *Bound) hold(w eventtime.Watermark) {
	marks := make([]eventtime.Watermark, len(b.stages))
	for i, s := range b.stages {
		in := b.mark(s, marks, w)
		for _, t := range s.tasks {
			t.chain.Hold(in)
		}
		marks[i] = s.tasks[0].chain.Out(in)
	}
}

// Close closes every chain.
func (b *Bound) Close() error {
	var errs []error
	for _, s := range b.stages {
		for k, t := range s.tasks {
			if t == nil {
				continue
			}
			if t.chain != nil {
				errs = append(errs, t.chain.Close())
			}
			if s.exchange != nil {
				s.exchange.release(k)
			}
			t.memory.Close()
			errs = append(errs, t.spill.Close())
			s.tasks[k] = nil
		}
	}
	return errors.Join(errs...)
}
