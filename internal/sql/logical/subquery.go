package logical

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// OuterRef reads a column of the query around a subquery. It stands only
// inside the plan of a subquery expression or of a lateral join; decorrelation
// removes it.
type OuterRef struct{ Attr *Attr }

// Type implements expr.Node.
func (o *OuterRef) Type() sqltype.Type { return o.Attr.T }

// Nullable implements expr.Node.
func (o *OuterRef) Nullable() bool { return o.Attr.Null }

// Children implements expr.Node.
func (o *OuterRef) Children() []expr.Node { return nil }

// With implements expr.Node.
func (o *OuterRef) With([]expr.Node) expr.Node { return o }

// String implements expr.Node.
func (o *OuterRef) String() string { return "outer(" + o.Attr.String() + ")" }

// Subquery is a plan in the place of an expression. The optimiser turns every
// Subquery into a join, so that nothing below it knows the form.
type Subquery struct {
	Form SubqueryForm
	Plan Node
	// Args are what an IN subquery compares with the columns of Plan, in
	// order and of their types.
	Args   []expr.Node
	Origin sparkerr.Origin
}

// SubqueryForm says what a Subquery is worth.
type SubqueryForm uint8

// The forms: the one value of the one row (null of none, an error of more);
// whether there is a row; whether a row equals Args, of Kleene's three values.
const (
	Scalar SubqueryForm = iota
	Exists
	InQuery
)

// Type implements expr.Node.
func (s *Subquery) Type() sqltype.Type {
	if s.Form == Scalar {
		return s.Plan.Output()[0].T
	}
	return sqltype.Boolean
}

// Nullable implements expr.Node.
func (s *Subquery) Nullable() bool {
	switch s.Form {
	case Scalar:
		return true
	case Exists:
		return false
	}
	for i, a := range s.Plan.Output() {
		if a.Null || s.Args[i].Nullable() {
			return true
		}
	}
	return false
}

// Outer returns the columns of the query around that Plan reads, each once.
func (s *Subquery) Outer() []*Attr { return OuterRefs(s.Plan) }

// OuterRefs returns the columns that n reads through OuterRef, each once.
func OuterRefs(n Node) []*Attr {
	var out []*Attr
	seen := Set{}
	for _, a := range mentions(n) {
		if !seen[a.ID] {
			seen[a.ID] = true
			out = append(out, a)
		}
	}
	return out
}

// mentions returns the columns that n reads through OuterRef as often as it
// does.
func mentions(n Node) []*Attr {
	var out []*Attr
	add := func(e expr.Node) bool {
		if x, ok := e.(*OuterRef); ok {
			out = append(out, x.Attr)
		}
		return true
	}
	Visit(n, func(m Node) bool {
		for _, e := range m.Exprs() {
			expr.Walk(e, add)
		}
		return true
	})
	return out
}

// Children implements expr.Node: Args, then the outer columns Plan reads (so
// that walks see what the expression depends on).
func (s *Subquery) Children() []expr.Node {
	return append(append([]expr.Node(nil), s.Args...), Nodes(s.Outer())...)
}

// With implements expr.Node: outer columns given as other attributes are
// replaced inside Plan.
func (s *Subquery) With(c []expr.Node) expr.Node {
	d := *s
	d.Args = c[:len(s.Args):len(s.Args)]
	with := map[ID]expr.Node{}
	for i, a := range s.Outer() {
		if n := c[len(s.Args)+i]; n != expr.Node(a) {
			with[a.ID] = n
		}
	}
	if len(with) > 0 {
		d.Plan = replaceOuter(s.Plan, with)
	}
	return &d
}

// replaceOuter puts expressions over the outer query in the place of its
// attributes.
func replaceOuter(n Node, with map[ID]expr.Node) Node {
	return Transform(n, func(m Node) Node {
		return MapExprs(m, func(e expr.Node) expr.Node {
			return expr.Transform(e, func(x expr.Node) expr.Node {
				o, ok := x.(*OuterRef)
				if !ok || with[o.Attr.ID] == nil {
					return x
				}
				return expr.Transform(with[o.Attr.ID], func(y expr.Node) expr.Node {
					if a, ok := y.(*Attr); ok {
						return &OuterRef{Attr: a}
					}
					return y
				})
			})
		})
	})
}

// String implements expr.Node: as Spark names it, by the outer columns it reads.
func (s *Subquery) String() string {
	outer := "(" + list(Nodes(mentions(s.Plan))) + ")"
	switch s.Form {
	case Exists:
		return "exists" + outer
	case InQuery:
		lhs := list(s.Args)
		if len(s.Args) > 1 {
			lhs = "(" + lhs + ")"
		}
		return "(" + lhs + " IN (listquery" + outer + "))"
	}
	return "scalarsubquery" + outer
}
