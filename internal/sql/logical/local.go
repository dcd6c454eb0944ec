package logical

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sqltype"
)

// Local is rows the program holds. The batches are never changed.
type Local struct {
	At
	leaf
	plain
	Out     []*Attr
	Batches []*columnar.Batch
}

// Output implements Node.
func (l *Local) Output() []*Attr { return l.Out }

// With implements Node.
func (l *Local) With([]Node) Node { return l }

// WithExprs implements Node.
func (l *Local) WithExprs([]expr.Node) Node { return l }

// String implements Node.
func (l *Local) String() string { return "LocalRelation " + texts(l.Out) }

// StateKind says what a Go function over rows keeps between epochs.
type StateKind uint8

// The kinds: nothing; mapGroupsWithState; flatMapGroupsWithState;
// transformWithState.
const (
	Stateless StateKind = iota
	MapGroups
	FlatMapGroups
	TransformState
)

// RowFunc is what the trees must know of a Go function over rows; the layer
// that makes the plan node implements it, and lowering asks for the rest.
type RowFunc interface {
	// Name is how EXPLAIN calls it: MapPartitions, FlatMapGroupsWithState.
	Name() string
	// Inputs are the columns it wants of each input, matched by name and cast;
	// a nil schema takes the columns as they are.
	Inputs() []*sqltype.Struct
	Output() *sqltype.Struct
	State() StateKind
	// Mode is the output mode of FlatMapGroups.
	Mode() connector.Mode
	// EventTimeout: it waits for event time.
	EventTimeout() bool
}

// GoRows runs a Go function over rows, or over the rows of each key of its
// inputs: Keys[i] are the keys of Inputs[i].
type GoRows struct {
	At
	Fn     RowFunc
	Keys   [][]expr.Node
	Out    []*Attr
	Inputs []Node
}

// Output implements Node.
func (g *GoRows) Output() []*Attr { return g.Out }

// Children implements Node.
func (g *GoRows) Children() []Node { return g.Inputs }

// With implements Node.
func (g *GoRows) With(c []Node) Node { d := *g; d.Inputs = c; return &d }

// Exprs implements Node.
func (g *GoRows) Exprs() []expr.Node {
	var es []expr.Node
	for _, k := range g.Keys {
		es = append(es, k...)
	}
	return es
}

// WithExprs implements Node.
func (g *GoRows) WithExprs(es []expr.Node) Node {
	d := *g
	d.Keys = make([][]expr.Node, len(g.Keys))
	for i, k := range g.Keys {
		d.Keys[i], es = es[:len(k):len(k)], es[len(k):]
	}
	return &d
}

// String implements Node.
func (g *GoRows) String() string { return g.Fn.Name() + " " + texts(g.Exprs()) + ", " + texts(g.Out) }

// Observe counts metrics over the rows that pass; Calls are *Alias, as in
// Aggregate.Aggs, and Metrics are computed of what they put out, by ordinal.
// Heard is told of the metrics of a batch.
type Observe struct {
	At
	Name    string
	Calls   []expr.Node
	Metrics []expr.Node
	Out     *sqltype.Struct // of Metrics
	Heard   func(*columnar.Batch)
	Child   Node
}

// Output implements Node.
func (o *Observe) Output() []*Attr { return o.Child.Output() }

// Children implements Node.
func (o *Observe) Children() []Node { return []Node{o.Child} }

// With implements Node.
func (o *Observe) With(c []Node) Node { d := *o; d.Child = c[0]; return &d }

// Exprs implements Node.
func (o *Observe) Exprs() []expr.Node { return o.Calls }

// WithExprs implements Node.
func (o *Observe) WithExprs(es []expr.Node) Node { d := *o; d.Calls = es; return &d }

// String implements Node.
func (o *Observe) String() string { return "CollectMetrics " + o.Name + ", " + texts(o.Metrics) }
