package logical

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spatestream/spate/internal/expr"
)

// Project computes columns from each row: List holds *Attr and *Alias.
type Project struct {
	At
	List  []expr.Node
	Child Node
}

// Output implements Node.
func (p *Project) Output() []*Attr { return ToAttrs(p.List) }

// Children implements Node.
func (p *Project) Children() []Node { return []Node{p.Child} }

// With implements Node.
func (p *Project) With(c []Node) Node { d := *p; d.Child = c[0]; return &d }

// Exprs implements Node.
func (p *Project) Exprs() []expr.Node { return p.List }

// WithExprs implements Node.
func (p *Project) WithExprs(es []expr.Node) Node { d := *p; d.List = es; return &d }

// String implements Node.
func (p *Project) String() string { return "Project " + texts(p.List) }

// Filter keeps the rows for which Cond is true.
type Filter struct {
	At
	Cond  expr.Node
	Child Node
}

// Output implements Node.
func (f *Filter) Output() []*Attr { return f.Child.Output() }

// Children implements Node.
func (f *Filter) Children() []Node { return []Node{f.Child} }

// With implements Node.
func (f *Filter) With(c []Node) Node { d := *f; d.Child = c[0]; return &d }

// Exprs implements Node.
func (f *Filter) Exprs() []expr.Node { return []expr.Node{f.Cond} }

// WithExprs implements Node.
func (f *Filter) WithExprs(es []expr.Node) Node { d := *f; d.Cond = es[0]; return &d }

// String implements Node.
func (f *Filter) String() string { return "Filter " + Text(f.Cond) }

// Order is a sort key.
type Order struct {
	Expr       expr.Node
	Desc       bool
	NullsFirst bool
}

func (o Order) text() string { return o.words(Text(o.Expr)) }

// words is the order of what key says.
func (o Order) words(key string) string {
	s := key + " ASC"
	if o.Desc {
		s = key + " DESC"
	}
	if o.NullsFirst {
		return s + " NULLS FIRST"
	}
	return s + " NULLS LAST"
}

// Sort orders rows: all of them (Global), or those of each task.
type Sort struct {
	At
	Orders []Order
	Global bool
	Child  Node
}

// Output implements Node.
func (s *Sort) Output() []*Attr { return s.Child.Output() }

// Children implements Node.
func (s *Sort) Children() []Node { return []Node{s.Child} }

// With implements Node.
func (s *Sort) With(c []Node) Node { d := *s; d.Child = c[0]; return &d }

// Exprs implements Node.
func (s *Sort) Exprs() []expr.Node { return orderExprs(s.Orders) }

// WithExprs implements Node.
func (s *Sort) WithExprs(es []expr.Node) Node {
	d := *s
	d.Orders = withOrders(s.Orders, es)
	return &d
}

// String implements Node.
func (s *Sort) String() string { return "Sort " + orderTexts(s.Orders) + fmt.Sprintf(", %v", s.Global) }

func orderExprs(os []Order) []expr.Node {
	es := make([]expr.Node, len(os))
	for i, o := range os {
		es[i] = o.Expr
	}
	return es
}

func withOrders(os []Order, es []expr.Node) []Order {
	out := append([]Order(nil), os...)
	for i := range out {
		out[i].Expr = es[i]
	}
	return out
}

func orderTexts(os []Order) string {
	parts := make([]string, len(os))
	for i, o := range os {
		parts[i] = o.text()
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// Limit keeps the first N rows, in a stream of the whole query.
type Limit struct {
	At
	plain
	N     int64
	Child Node
}

// Output implements Node.
func (l *Limit) Output() []*Attr { return l.Child.Output() }

// Children implements Node.
func (l *Limit) Children() []Node { return []Node{l.Child} }

// With implements Node.
func (l *Limit) With(c []Node) Node { d := *l; d.Child = c[0]; return &d }

// WithExprs implements Node.
func (l *Limit) WithExprs([]expr.Node) Node { return l }

// String implements Node.
func (l *Limit) String() string { return "GlobalLimit " + strconv.FormatInt(l.N, 10) }

// Offset drops the first N rows.
type Offset struct {
	At
	plain
	N     int64
	Child Node
}

// Output implements Node.
func (o *Offset) Output() []*Attr { return o.Child.Output() }

// Children implements Node.
func (o *Offset) Children() []Node { return []Node{o.Child} }

// With implements Node.
func (o *Offset) With(c []Node) Node { d := *o; d.Child = c[0]; return &d }

// WithExprs implements Node.
func (o *Offset) WithExprs([]expr.Node) Node { return o }

// String implements Node.
func (o *Offset) String() string { return "Offset " + strconv.FormatInt(o.N, 10) }

// SubqueryAlias gives the columns of its input another qualifier; the
// optimiser drops it.
type SubqueryAlias struct {
	At
	plain
	Name  []string
	Child Node
}

// Output implements Node.
func (s *SubqueryAlias) Output() []*Attr {
	in := s.Child.Output()
	out := make([]*Attr, len(in))
	for i, a := range in {
		out[i] = a.Qualified(s.Name)
	}
	return out
}

// Children implements Node.
func (s *SubqueryAlias) Children() []Node { return []Node{s.Child} }

// With implements Node.
func (s *SubqueryAlias) With(c []Node) Node { d := *s; d.Child = c[0]; return &d }

// WithExprs implements Node.
func (s *SubqueryAlias) WithExprs([]expr.Node) Node { return s }

// String implements Node.
func (s *SubqueryAlias) String() string { return "SubqueryAlias " + strings.Join(s.Name, ".") }

// Sample keeps each row with probability Upper-Lower, or, with Replacement,
// repeats it a Poisson number of times. Same Seed, same rows.
type Sample struct {
	At
	plain
	Lower, Upper float64
	Replacement  bool
	Seed         uint64
	Child        Node
}

// Output implements Node.
func (s *Sample) Output() []*Attr { return s.Child.Output() }

// Children implements Node.
func (s *Sample) Children() []Node { return []Node{s.Child} }

// With implements Node.
func (s *Sample) With(c []Node) Node { d := *s; d.Child = c[0]; return &d }

// WithExprs implements Node.
func (s *Sample) WithExprs([]expr.Node) Node { return s }

// String implements Node.
func (s *Sample) String() string {
	return fmt.Sprintf("Sample %v, %v, %v, %d", s.Lower, s.Upper, s.Replacement, s.Seed)
}

// Repartition spreads rows over N tasks (0: as many as the engine likes): by
// hash of By, by ranges of Orders, or evenly if both are empty. Without
// Shuffle it only merges tasks.
type Repartition struct {
	At
	N       int
	Shuffle bool
	By      []expr.Node
	Orders  []Order
	Child   Node
}

// Output implements Node.
func (r *Repartition) Output() []*Attr { return r.Child.Output() }

// Children implements Node.
func (r *Repartition) Children() []Node { return []Node{r.Child} }

// With implements Node.
func (r *Repartition) With(c []Node) Node { d := *r; d.Child = c[0]; return &d }

// Exprs implements Node.
func (r *Repartition) Exprs() []expr.Node {
	return append(append([]expr.Node(nil), r.By...), orderExprs(r.Orders)...)
}

// WithExprs implements Node.
func (r *Repartition) WithExprs(es []expr.Node) Node {
	d := *r
	d.By = es[:len(r.By):len(r.By)]
	d.Orders = withOrders(r.Orders, es[len(r.By):])
	return &d
}

// String implements Node.
func (r *Repartition) String() string {
	switch {
	case len(r.By) > 0:
		return fmt.Sprintf("RepartitionByExpression %s, %d", texts(r.By), r.N)
	case len(r.Orders) > 0:
		return fmt.Sprintf("RepartitionByExpression %s, %d", orderTexts(r.Orders), r.N)
	}
	return fmt.Sprintf("Repartition %d, %v", r.N, r.Shuffle)
}

// Generate makes rows from each row: the columns of the row, then those of the
// generator. Outer keeps a row for which nothing is made, with nulls.
type Generate struct {
	At
	Call   *GeneratorCall
	Outer  bool
	Made   []*Attr // the generator's columns
	Unread Set     // columns of the row that nobody reads and that are left out
	Child  Node
}

// Output implements Node.
func (g *Generate) Output() []*Attr {
	var out []*Attr
	for _, a := range g.Child.Output() {
		if !g.Unread[a.ID] {
			out = append(out, a)
		}
	}
	return append(out, g.Made...)
}

// Children implements Node.
func (g *Generate) Children() []Node { return []Node{g.Child} }

// With implements Node.
func (g *Generate) With(c []Node) Node { d := *g; d.Child = c[0]; return &d }

// Exprs implements Node.
func (g *Generate) Exprs() []expr.Node { return []expr.Node{g.Call} }

// WithExprs implements Node.
func (g *Generate) WithExprs(es []expr.Node) Node {
	d := *g
	d.Call = es[0].(*GeneratorCall)
	return &d
}

// String implements Node.
func (g *Generate) String() string {
	return fmt.Sprintf("Generate %s, %v, %s", Text(g.Call), g.Outer, texts(g.Made))
}

// Expand makes len(Rows) rows of each row: Rows[i] computes the columns Out of
// the i-th. It serves grouping sets and several distinct aggregates.
type Expand struct {
	At
	Rows  [][]expr.Node
	Out   []*Attr
	Child Node
}

// Output implements Node.
func (e *Expand) Output() []*Attr { return e.Out }

// Children implements Node.
func (e *Expand) Children() []Node { return []Node{e.Child} }

// With implements Node.
func (e *Expand) With(c []Node) Node { d := *e; d.Child = c[0]; return &d }

// Exprs implements Node.
func (e *Expand) Exprs() []expr.Node {
	var es []expr.Node
	for _, r := range e.Rows {
		es = append(es, r...)
	}
	return es
}

// WithExprs implements Node.
func (e *Expand) WithExprs(es []expr.Node) Node {
	d := *e
	w := len(e.Out)
	d.Rows = make([][]expr.Node, len(e.Rows))
	for i := range d.Rows {
		d.Rows[i] = es[i*w : (i+1)*w : (i+1)*w]
	}
	return &d
}

// String implements Node.
func (e *Expand) String() string {
	parts := make([]string, len(e.Rows))
	for i, r := range e.Rows {
		parts[i] = texts(r)
	}
	return "Expand [" + strings.Join(parts, ", ") + "], " + texts(e.Out)
}

// Named returns the relation that has the name.
func (s *SubqueryAlias) Named() Node { return s.Child }
