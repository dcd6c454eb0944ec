package physical

import (
	"fmt"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/internal/task"
)

// fragment is the part of a stage that a subtree has become.
type fragment struct {
	root *step
	out  []*logical.Attr // what leaves root, in order
	// single: the stage has one task, so that nothing need be exchanged to
	// meet.
	single bool
	// hashed are the attributes whose equal values are already in one task,
	// nil for none.
	hashed []logical.ID
	// id is the stage's name in the checkpoint, "" for a stage without state.
	id string
}

// step is an operator, a union of its inputs, or an input of the stage.
type step struct {
	name  string
	make  func() task.Operator // nil: union or input
	from  []*step
	input *task.Input // a leaf
	below *step       // of a leaf that reads a stage: its root, for print
}

// then puts an operator on top of f.
func (f *fragment) then(name string, out []*logical.Attr, make func() task.Operator) *fragment {
	return &fragment{root: &step{name: name, make: make, from: []*step{f.root}}, out: out, single: f.single, hashed: f.hashed, id: f.id}
}

// bind replaces attributes by the ordinals of f's columns.
func (f *fragment) bind(e expr.Node) expr.Node { return bind(e, f.out) }

func (f *fragment) bindAll(es []expr.Node) []expr.Node { return bindAll(es, f.out) }

// bind replaces attributes by ordinals, and aliases by what they name.
func bind(e expr.Node, in []*logical.Attr) expr.Node {
	return expr.Transform(e, func(n expr.Node) expr.Node {
		switch x := n.(type) {
		case *logical.Attr:
			for i, a := range in {
				if a.ID == x.ID {
					return &expr.Column{Ordinal: i, Name: x.Name, T: a.T, Null: a.Null}
				}
			}
			panic(fmt.Sprintf("physical: %s is not among the input columns", x.Ref()))
		case *logical.Alias:
			return x.Arg
		}
		return n
	})
}

func bindAll(es []expr.Node, in []*logical.Attr) []expr.Node {
	out := make([]expr.Node, len(es))
	for i, e := range es {
		out[i] = bind(e, in)
	}
	return out
}

// cut ends f's stage: its rows leave by the exchange, and the fragment returned
// reads them.
func (l *lowering) cut(f *fragment, x task.Exchange, keys []expr.Node) *fragment {
	number := len(l.plan.Graph.Stages)
	s := &task.Stage{ID: f.id, Output: x, Keys: keys}
	if s.ID == "" {
		s.ID = fmt.Sprintf("stage-%d", number)
	}
	leaves := f.root.inputs(nil)
	for _, leaf := range leaves {
		s.Inputs = append(s.Inputs, *leaf.input)
	}
	root := f.root
	s.Build = func(c *task.Context, outlet task.Outlet) (*task.Chain, error) { return build(c, outlet, root) }
	l.plan.Graph.Stages = append(l.plan.Graph.Stages, s)
	leaf := &step{name: exchangeName(x), input: &task.Input{From: number}, below: root}
	return &fragment{root: leaf, out: f.out, single: x == task.Single}
}

func exchangeName(x task.Exchange) string {
	return "Exchange " + [...]string{"forward", "hashpartitioning", "rangepartitioning", "roundrobin", "broadcast", "SinglePartition"}[x]
}

// inputs returns the leaves of a step, left to right: the order in which the
// stage's inputs are pushed.
func (s *step) inputs(out []*step) []*step {
	if s.input != nil {
		return append(out, s)
	}
	for _, c := range s.from {
		out = c.inputs(out)
	}
	return out
}

// build makes a chain of the steps, from the outlet to the inputs.
func build(c *task.Context, outlet task.Outlet, root *step) (*task.Chain, error) {
	chain := task.NewChain(c, outlet)
	if err := root.add(chain, task.ToOutlet, 0); err != nil {
		return chain, err
	}
	return chain, nil
}

func (s *step) add(chain *task.Chain, next task.Ref, in int) error {
	switch {
	case s.input != nil:
		chain.Input(next, in)
		return nil
	case s.make == nil: // a union: every input goes on to the same place
		for _, c := range s.from {
			if err := c.add(chain, next, in); err != nil {
				return err
			}
		}
		return nil
	}
	ref, err := chain.Add(s.make(), next, in)
	if err != nil {
		return err
	}
	for i, c := range s.from {
		if err := c.add(chain, ref, i); err != nil {
			return err
		}
	}
	return nil
}
