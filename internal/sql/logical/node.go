package logical

import (
	"fmt"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Node is a relation: a bag of rows with named, typed columns.
type Node interface {
	// Output returns the columns in order; the slice is not to be changed.
	Output() []*Attr
	// Children returns the inputs in order; the slice is not to be changed.
	Children() []Node
	// With returns the same operation over other inputs, as many as Children,
	// which put out at least the attributes the operation reads.
	With(children []Node) Node
	// Exprs returns the expressions the node evaluates; the slice is not to be
	// changed.
	Exprs() []expr.Node
	// WithExprs returns the node with other expressions, as many as Exprs.
	WithExprs([]expr.Node) Node
	// Where says what in the program made the node.
	Where() sparkerr.Origin
	// String prints the node without its inputs.
	String() string
}

// At is the place in the program that made a node; nodes embed it.
type At struct{ Origin sparkerr.Origin }

// Where implements Node.
func (a At) Where() sparkerr.Origin { return a.Origin }

// leaf is a node without inputs.
type leaf struct{}

func (leaf) Children() []Node { return nil }

// plain is a node that evaluates nothing.
type plain struct{}

func (plain) Exprs() []expr.Node { return nil }

// Relation is a table, file set, stream or buffer that a Scan reads. The
// session makes them; lowering asks the concrete type for a reader.
type Relation interface {
	// Name is how EXPLAIN calls it.
	Name() string
	Schema() *sqltype.Struct
	// Streaming reports whether it never ends.
	Streaming() bool
	// Size estimates the bytes of all rows, -1 if unknown.
	Size() int64
}

// Scan reads columns of a relation.
type Scan struct {
	At
	leaf
	Rel Relation
	// Cols are the columns to read, in order; Ordinals their places in
	// Rel.Schema(), hidden columns behind it.
	Cols     []*Attr
	Ordinals []int
	// Filters are conditions over Cols that every row the query needs meets:
	// a source may use them to skip rows, and may ignore them.
	Filters []expr.Node
}

// Hider is a Relation with columns that are there only for those who name them.
type Hider interface {
	// Hidden returns them; none has the name of a column of Schema.
	Hidden() []sqltype.Field
}

// NewScan reads every column of rel, the hidden ones last.
func NewScan(ids *IDs, rel Relation, at sparkerr.Origin) *Scan {
	s := &Scan{At: At{at}, Rel: rel}
	s.add(ids, rel.Schema().Fields, false)
	if h, ok := rel.(Hider); ok {
		s.add(ids, h.Hidden(), true)
	}
	return s
}

func (s *Scan) add(ids *IDs, fields []sqltype.Field, hidden bool) {
	for _, f := range fields {
		a := NewAttr(ids, f.Name, f.Type, f.Nullable)
		a.Tags.Fields, a.Hidden, a.Meta = f.Metadata, hidden, hidden
		s.Cols = append(s.Cols, a)
		s.Ordinals = append(s.Ordinals, len(s.Ordinals))
	}
}

// Output implements Node.
func (s *Scan) Output() []*Attr { return s.Cols }

// With implements Node.
func (s *Scan) With([]Node) Node { return s }

// Exprs implements Node.
func (s *Scan) Exprs() []expr.Node { return s.Filters }

// WithExprs implements Node.
func (s *Scan) WithExprs(es []expr.Node) Node { d := *s; d.Filters = es; return &d }

// String implements Node.
func (s *Scan) String() string {
	kind := "Relation "
	if s.Rel.Streaming() {
		kind = "StreamingRelation "
	}
	t := kind + s.Rel.Name() + texts(s.Cols)
	if len(s.Filters) > 0 {
		t += ", PushedFilters: " + texts(s.Filters)
	}
	return t
}

// Values is rows written in the program: each a literal or an expression
// without inputs, of its column's type.
type Values struct {
	At
	leaf
	Out  []*Attr
	Rows [][]expr.Node
}

// OneRow returns the relation without columns that has one row: SELECT without
// FROM.
func OneRow(at sparkerr.Origin) *Values { return &Values{At: At{at}, Rows: [][]expr.Node{{}}} }

// Output implements Node.
func (v *Values) Output() []*Attr { return v.Out }

// With implements Node.
func (v *Values) With([]Node) Node { return v }

// Exprs implements Node.
func (v *Values) Exprs() []expr.Node {
	var es []expr.Node
	for _, r := range v.Rows {
		es = append(es, r...)
	}
	return es
}

// WithExprs implements Node.
func (v *Values) WithExprs(es []expr.Node) Node {
	d := *v
	w := len(v.Out)
	d.Rows = make([][]expr.Node, len(v.Rows))
	for i := range d.Rows {
		d.Rows[i] = es[i*w : (i+1)*w : (i+1)*w]
	}
	return &d
}

// String implements Node.
func (v *Values) String() string {
	if len(v.Out) == 0 {
		return "OneRowRelation"
	}
	return "LocalRelation " + texts(v.Out)
}

// Range is the integers [Start, End) by Step, in Partitions parts (0: as the
// engine likes).
type Range struct {
	At
	leaf
	plain
	Out              *Attr
	Start, End, Step int64
	Partitions       int
}

// Output implements Node.
func (r *Range) Output() []*Attr { return []*Attr{r.Out} }

// With implements Node.
func (r *Range) With([]Node) Node { return r }

// WithExprs implements Node.
func (r *Range) WithExprs([]expr.Node) Node { return r }

// String implements Node.
func (r *Range) String() string {
	parts := "None"
	if r.Partitions > 0 {
		parts = fmt.Sprintf("Some(%d)", r.Partitions)
	}
	return fmt.Sprintf("Range (%d, %d, step=%d, splits=%s)", r.Start, r.End, r.Step, parts)
}
