package logical

import "github.com/spatestream/spate/internal/expr"

// Recursion is a query that reads its own rows: those of Anchor, then, again
// and again, those of Step over what the round before gave, until there are
// none. The session runs it before the query around it is optimised.
type Recursion struct {
	At
	plain
	ID   ID // of the references in Step
	Name string
	Out  []*Attr
	// Anchor and Step put out the columns of Out, by position, of their types.
	Anchor, Step Node
	// Rounds is the greatest number of rounds of Step.
	Rounds int64
}

// Output implements Node.
func (r *Recursion) Output() []*Attr { return r.Out }

// Children implements Node.
func (r *Recursion) Children() []Node { return []Node{r.Anchor, r.Step} }

// With implements Node.
func (r *Recursion) With(c []Node) Node { d := *r; d.Anchor, d.Step = c[0], c[1]; return &d }

// WithExprs implements Node.
func (r *Recursion) WithExprs([]expr.Node) Node { return r }

// String implements Node.
func (r *Recursion) String() string { return "UnionLoop " + r.Name + " " + texts(r.Out) }

// RecursionRef is the rows of the last round within a Recursion's Step.
type RecursionRef struct {
	At
	leaf
	plain
	Of  ID
	Out []*Attr
}

// Output implements Node.
func (r *RecursionRef) Output() []*Attr { return r.Out }

// With implements Node.
func (r *RecursionRef) With([]Node) Node { return r }

// WithExprs implements Node.
func (r *RecursionRef) WithExprs([]expr.Node) Node { return r }

// String implements Node.
func (r *RecursionRef) String() string { return "UnionLoopRef " + texts(r.Out) }
