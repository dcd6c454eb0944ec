package rdd

import (
	"context"

	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/sparkerr"
)

// identity is what a stage keeps when it runs again.
type identity struct{ id, attempts int }

// planned is what planning has come by: a node is looked at once, however many
// ways lead to it.
type planned struct {
	stages map[*exchange]*exec.Stage
	whole  map[*exchange]bool // of them, whose output is made again, all of it
	again  bool               // output was lost: some of it has been read
	// Of the stage being planned:
	nodes   map[*node]bool
	barrier *node // whose tasks start together, nil for none
	renewed bool  // what it reads is not what it was, row by row
}

func (p *planned) next() *planned {
	return &planned{stages: p.stages, whole: p.whole, again: p.again, nodes: map[*node]bool{}}
}

// plan cuts the lineage into stages: one for the map side of each shuffle
// whose output is not there, and the action's. Stages whose output is there
// are skipped.
func (j *job) plan(ctx context.Context, again bool) (*exec.Stage, error) {
	seen := (&planned{stages: map[*exchange]*exec.Stage{}, whole: map[*exchange]bool{}, again: again}).next()
	parents, err := j.parents(ctx, j.final, seen)
	if err != nil {
		return nil, err
	}
	j.mu.Lock()
	done := len(j.done)
	left := make([]int, 0, len(j.parts))
	for _, p := range j.parts {
		if !j.done[p] {
			left = append(left, p)
		}
	}
	if !again {
		j.skipped = len(exchanges(j.final)) - len(seen.stages)
	}
	j.mu.Unlock()
	if seen.renewed && done > 0 {
		return nil, sparkerr.New("", "shuffle output was lost that Repartition has dealt out by the order of its rows; made again, that order may "+
			"differ from what some partitions of the result were computed from: run the action again, or checkpoint the RDD before Repartition").At(j.final.site())
	}
	return j.stage(nil, j.final, left, parents, j.do, seen.barrier)
}

// parents returns the stages that must run before n's partitions can be
// computed in a task, and runs what must come before any stage.
func (j *job) parents(ctx context.Context, n *node, seen *planned) ([]*exec.Stage, error) {
	if seen.nodes[n] || n.allKept() {
		return nil, nil
	}
	seen.nodes[n] = true
	if n.barrier {
		if seen.barrier != nil {
			return nil, errBarrierChain.At(n.site())
		}
		seen.barrier = n
	}
	if n.before != nil {
		if err := n.before(ctx); err != nil {
			return nil, err
		}
	}
	var out []*exec.Stage
	for _, d := range n.parents() {
		var more []*exec.Stage
		var err error
		switch {
		case d.shuffle == nil:
			more, err = j.parents(ctx, d.on, seen)
		default:
			more, err = j.mapStage(ctx, d.shuffle, seen)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// mapStage returns the stage that fills in what is missing of a shuffle's
// output, none if nothing is. If rows may lie elsewhere when they are made
// again, all output is, or rows would be read twice and others never.
func (j *job) mapStage(ctx context.Context, x *exchange, seen *planned) ([]*exec.Stage, error) {
	if s := seen.stages[x]; s != nil {
		seen.renewed = seen.renewed || seen.whole[x]
		return []*exec.Stage{s}, nil
	}
	missing, err := x.out.Missing()
	if len(missing) == 0 || err != nil {
		return nil, err
	}
	of := seen.next()
	parents, err := j.parents(ctx, x.on, of)
	if err != nil {
		return nil, err
	}
	if of.renewed || seen.again && x.byPlace && !x.on.steady() {
		if missing, err = x.forget(); err != nil {
			return nil, err
		}
		seen.whole[x], seen.renewed = true, true
	}
	s, err := j.stage(x, x.on, missing, parents, x.write, of.barrier)
	seen.stages[x] = s
	return []*exec.Stage{s}, err
}

// forget drops all output of a shuffle and returns its map partitions.
func (x *exchange) forget() ([]int, error) {
	n, err := x.on.partitions()
	for i := range n {
		x.out.Drop(i)
	}
	return span(0, n), err
}

// steady reports whether computing a partition of n again gives its rows in the
// same order. What shuffles bring has an order of its own making: it depends on
// how much memory there was.
func (n *node) steady() bool {
	if n.allKept() {
		return true
	}
	for _, d := range n.parents() {
		if d.shuffle != nil || !d.on.steady() {
			return false
		}
	}
	return true
}

// exchanges returns every shuffle in the lineage of n.
func exchanges(n *node) map[*exchange]bool {
	found, seen := map[*exchange]bool{}, map[*node]bool{}
	var visit func(n *node)
	visit = func(n *node) {
		if seen[n] {
			return
		}
		seen[n] = true
		for _, d := range n.parents() {
			if d.shuffle != nil {
				found[d.shuffle] = true
			}
			visit(d.on)
		}
	}
	visit(n)
	return found
}
