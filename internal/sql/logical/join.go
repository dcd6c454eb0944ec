package logical

import (
	"github.com/spatestream/spate/internal/expr"
)

// JoinType says which rows a join puts out.
type JoinType uint8

// The join types. Single is left outer that fails with
// SCALAR_SUBQUERY_TOO_MANY_ROWS when a left row has two partners; Mark puts
// out every left row and, as Join.Mark, whether it has a partner.
const (
	Inner JoinType = iota
	Cross
	LeftOuter
	RightOuter
	FullOuter
	LeftSemi
	LeftAnti
	Single
	Mark
)

var joinNames = [...]string{"Inner", "Cross", "LeftOuter", "RightOuter", "FullOuter", "LeftSemi", "LeftAnti", "LeftSingle", "ExistenceJoin"}

func (t JoinType) String() string { return joinNames[t] }

// Words returns the type as SQL writes it: LEFT OUTER.
func (t JoinType) Words() string {
	return [...]string{"INNER", "CROSS", "LEFT OUTER", "RIGHT OUTER", "FULL OUTER", "LEFT SEMI", "LEFT ANTI", "LEFT SINGLE", "EXISTENCE"}[t]
}

// Hint is what the program asks of a join's execution.
type Hint uint8

// The hints of one side or of the join.
const (
	NoHint Hint = iota
	Broadcast
	ShuffleMerge
	ShuffleHash
	NestedLoop
)

// Join pairs rows of Left and Right for which Cond is true (nil: every pair).
// How is left to lowering, which honours BuildRight and the hints.
type Join struct {
	At
	Type        JoinType
	Cond        expr.Node
	Left, Right Node
	// NullAware, of a LeftAnti join: NOT IN. A left row stays only if the
	// condition is false, not null, for every right row.
	NullAware bool
	// Mark is the boolean column of a Mark join.
	Mark *Attr
	// Build says which side the optimiser would keep in memory.
	Build               Side
	LeftHint, RightHint Hint
}

// Side is an input of a join.
type Side uint8

// The sides; Either leaves it to lowering.
const (
	Either Side = iota
	BuildLeft
	BuildRight
)

// Output implements Node.
func (j *Join) Output() []*Attr {
	left, right := j.Left.Output(), j.Right.Output()
	switch j.Type {
	case LeftSemi, LeftAnti:
		return left
	case Mark:
		return append(append([]*Attr(nil), left...), j.Mark)
	case LeftOuter, Single:
		right = Nulled(right)
	case RightOuter:
		left = Nulled(left)
	case FullOuter:
		left, right = Nulled(left), Nulled(right)
	}
	return append(append([]*Attr(nil), left...), right...)
}

// Nulled returns the columns as they are when rows may be missing.
func Nulled(in []*Attr) []*Attr {
	out := make([]*Attr, len(in))
	for i, a := range in {
		out[i] = a.WithNull(true)
	}
	return out
}

// Children implements Node.
func (j *Join) Children() []Node { return []Node{j.Left, j.Right} }

// With implements Node.
func (j *Join) With(c []Node) Node { d := *j; d.Left, d.Right = c[0], c[1]; return &d }

// Exprs implements Node.
func (j *Join) Exprs() []expr.Node {
	if j.Cond == nil {
		return nil
	}
	return []expr.Node{j.Cond}
}

// WithExprs implements Node.
func (j *Join) WithExprs(es []expr.Node) Node {
	d := *j
	if j.Cond != nil {
		d.Cond = es[0]
	}
	return &d
}

// String implements Node.
func (j *Join) String() string {
	s := "Join " + j.Type.String()
	if j.NullAware {
		s = "Join NullAware" + j.Type.String()
	}
	if j.Cond != nil {
		s += ", " + Text(j.Cond)
	}
	return s
}

// Union is the rows of all inputs, which have columns of the same types in the
// same order.
type Union struct {
	At
	plain
	Inputs []Node
	Out    []*Attr
}

// NewUnion returns the union of inputs whose columns already have equal types.
func NewUnion(ids *IDs, inputs []Node, at At) *Union {
	u := &Union{At: at, Inputs: inputs}
	for i, a := range inputs[0].Output() {
		null, tags := a.Null, a.Tags
		for _, in := range inputs[1:] {
			b := in.Output()[i]
			null = null || b.Null
			tags = mergeTags(tags, b.Tags)
		}
		u.Out = append(u.Out, &Attr{ID: ids.Next(), Name: a.Name, T: a.T, Null: null, Tags: tags})
	}
	return u
}

// mergeTags keeps what the first input says, and an event time tag of any.
func mergeTags(a, b Tags) Tags {
	if b.EventTime && (!a.EventTime || b.DelayMs > a.DelayMs) {
		a.EventTime, a.DelayMs = true, b.DelayMs
	}
	a.Window = a.Window && b.Window
	return a
}

// Output implements Node.
func (u *Union) Output() []*Attr { return u.Out }

// Children implements Node.
func (u *Union) Children() []Node { return u.Inputs }

// With implements Node.
func (u *Union) With(c []Node) Node { d := *u; d.Inputs = c; return &d }

// WithExprs implements Node.
func (u *Union) WithExprs([]expr.Node) Node { return u }

// String implements Node.
func (u *Union) String() string { return "Union false, false" }

// SetOp is INTERSECT or EXCEPT of inputs with columns of the same types; the
// optimiser turns it into joins and aggregates.
type SetOp struct {
	At
	plain
	Except      bool
	All         bool
	Left, Right Node
}

// Output implements Node.
func (s *SetOp) Output() []*Attr {
	left := s.Left.Output()
	if s.Except {
		return left
	}
	out := make([]*Attr, len(left))
	for i, a := range left {
		out[i] = a.WithNull(a.Null && s.Right.Output()[i].Null)
	}
	return out
}

// Children implements Node.
func (s *SetOp) Children() []Node { return []Node{s.Left, s.Right} }

// With implements Node.
func (s *SetOp) With(c []Node) Node { d := *s; d.Left, d.Right = c[0], c[1]; return &d }

// WithExprs implements Node.
func (s *SetOp) WithExprs([]expr.Node) Node { return s }

// String implements Node.
func (s *SetOp) String() string {
	name := "Intersect"
	if s.Except {
		name = "Except"
	}
	if s.All {
		return name + " All true"
	}
	return name + " All false"
}
