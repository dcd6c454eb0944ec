package physical

import (
	"fmt"
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/operator"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// node lowers a subtree.
func (l *lowering) node(n logical.Node) (*fragment, error) {
	switch n := n.(type) {
	case *logical.Scan:
		return l.scan(n)
	case *logical.Values:
		return l.values(n)
	case *logical.Local:
		return l.local(n.Out, n.Batches), nil
	case *logical.Range:
		return l.source(&operator.RangeSource{Start: n.Start, End: n.End, Step: n.Step, Parts: n.Partitions}, n.Output(), n.String()), nil
	case *logical.SubqueryAlias:
		f, err := l.node(n.Child)
		if err == nil {
			f.out = n.Output()
		}
		return f, err
	case *logical.Union:
		return l.union(n)
	case *logical.Join:
		return l.join(n)
	case *logical.Aggregate:
		return l.aggregate(n)
	case *logical.Limit:
		return l.limit(n)
	}
	if c := n.Children(); len(c) == 1 {
		f, err := l.node(c[0])
		if err != nil {
			return nil, err
		}
		return l.unary(n, f)
	}
	return nil, unsupported(n)
}

// unary lowers a node over its lowered input.
func (l *lowering) unary(n logical.Node, f *fragment) (*fragment, error) {
	switch n := n.(type) {
	case *logical.Project:
		exprs, out := f.bindAll(n.List), logical.Schema(n.Output())
		return f.then(n.String(), n.Output(), func() task.Operator { return &operator.Project{Exprs: exprs, Out: out} }), nil
	case *logical.Filter:
		cond := f.bind(n.Cond)
		return f.then(n.String(), f.out, func() task.Operator { return &operator.Filter{Predicate: cond} }), nil
	case *logical.Watermark:
		return l.watermark(n, f), nil
	case *logical.Windows:
		return l.windows(n, f), nil
	case *logical.Sessions:
		return l.sessions(n, f), nil
	case *logical.Sort:
		return l.sort(n, f, -1, 0), nil
	case *logical.Offset:
		return l.limited(f, n.String(), -1, n.N), nil
	case *logical.LimitBy:
		return l.limitBy(n, f), nil
	case *logical.Deduplicate:
		return l.deduplicate(n, f), nil
	case *logical.Expand:
		return l.expand(n, f), nil
	case *logical.Generate:
		return l.generate(n, f), nil
	case *logical.Sample:
		return f.then(n.String(), f.out, func() task.Operator {
			return &operator.Sample{Lower: n.Lower, Upper: n.Upper, Seed: n.Seed}
		}), nil
	case *logical.Repartition:
		return l.repartition(n, f), nil
	case *logical.Observe:
		return l.observe(n, f)
	}
	return nil, unsupported(n)
}

func unsupported(n logical.Node) error {
	return sparkerr.New("UNSUPPORTED_FEATURE", fmt.Sprintf("%s is not supported by this version of Spate", n)).At(n.Where())
}

// scan reads a relation; streams are numbered as they are met.
func (l *lowering) scan(n *logical.Scan) (*fragment, error) {
	ordinal := -1
	if n.Rel.Streaming() {
		ordinal = len(l.plan.Sources)
	}
	src, err := l.Open(n.Rel, ordinal)
	if err != nil {
		return nil, err
	}
	if ordinal < 0 {
		l.plan.Static = append(l.plan.Static, src)
	} else {
		l.plan.Sources = append(l.plan.Sources, src)
	}
	s := &task.Scan{Source: src, Want: l.wanted(n), Ordinal: ordinal, Name: n.Rel.Name()}
	f := &fragment{root: &step{name: n.String(), input: &task.Input{Scan: s}}, out: n.Cols}
	return l.narrow(n, f, connector.Columns(src, s.Want)), nil
}

// narrow projects a scan to the wanted columns: a source hands out batches of
// its whole schema, in which only the wanted columns are filled.
func (l *lowering) narrow(n *logical.Scan, f *fragment, schema *sqltype.Struct) *fragment {
	if len(n.Ordinals) == len(schema.Fields) {
		return f
	}
	exprs := make([]expr.Node, len(n.Cols))
	for i, a := range n.Cols {
		exprs[i] = &expr.Column{Ordinal: n.Ordinals[i], Name: a.Name, T: a.T, Null: a.Null}
	}
	out := logical.Schema(n.Cols)
	return f.then("Columns "+out.String(), n.Cols, func() task.Operator { return &operator.Project{Exprs: exprs, Out: out} })
}

func (l *lowering) wanted(n *logical.Scan) connector.Wanted {
	w := connector.Wanted{Columns: n.Ordinals}
	if w.Columns == nil {
		w.Columns = []int{} // no column: only the number of rows counts
	}
	for _, e := range n.Filters {
		if f, ok := filter(e, n); ok {
			w.Filters = append(w.Filters, f)
		}
	}
	return w
}

// filter turns "column operator literal" into what a source understands.
func filter(e expr.Node, n *logical.Scan) (connector.Filter, bool) {
	c, ok := e.(*expr.Call)
	if !ok || len(c.Args) == 0 {
		return connector.Filter{}, false
	}
	a, ok := c.Args[0].(*logical.Attr)
	if !ok {
		return connector.Filter{}, false
	}
	f := connector.Filter{Op: c.Fn.Name, Column: -1}
	for i, col := range n.Cols {
		if col.ID == a.ID {
			f.Column = n.Ordinals[i]
		}
	}
	for _, arg := range c.Args[1:] {
		lit, ok := arg.(*expr.Literal)
		if !ok || lit.Value == nil {
			return f, false
		}
		f.Values = append(f.Values, lit.Value)
	}
	switch f.Op {
	case "=", "<", "<=", ">", ">=":
		return f, f.Column >= 0 && len(f.Values) == 1
	case "isnull", "isnotnull":
		return f, f.Column >= 0
	case "contains", "startswith", "endswith":
		return f, f.Column >= 0 && isText(f.Values)
	case "like":
		return f, f.Column >= 0 && isText(f.Values) && likeSearch(&f)
	}
	return f, false
}

func isText(values []any) bool {
	if len(values) != 1 {
		return false
	}
	_, ok := values[0].(string)
	return ok
}

// likeSearch turns a pattern of a text with percent signs around into a search
// for the text.
func likeSearch(f *connector.Filter) bool {
	pattern := f.Values[0].(string)
	text, before := strings.CutPrefix(pattern, "%")
	text, after := strings.CutSuffix(text, "%")
	switch {
	case strings.ContainsAny(text, `%_\`):
		return false
	case before && after:
		f.Op = "contains"
	case before:
		f.Op = "endswith"
	case after:
		f.Op = "startswith"
	default:
		f.Op = "="
	}
	f.Values = []any{text}
	return true
}

// source reads a source of the plan itself.
func (l *lowering) source(src connector.Source, out []*logical.Attr, name string) *fragment {
	all := make([]int, len(out))
	for i := range all {
		all[i] = i
	}
	s := &task.Scan{Source: src, Want: connector.Wanted{Columns: all}, Ordinal: -1, Name: name}
	return &fragment{root: &step{name: name, input: &task.Input{Scan: s}}, out: out}
}

func (l *lowering) local(out []*logical.Attr, batches []*columnar.Batch) *fragment {
	return l.source(&operator.Rows{Of: logical.Schema(out), Batches: batches}, out, "LocalTableScan")
}

// values evaluates rows written in the program: a projection for each over one
// row without columns.
func (l *lowering) values(n *logical.Values) (*fragment, error) {
	one := columnar.NewBatch(logical.Schema(nil))
	one.Len = 1
	u := &step{name: n.String()}
	out := logical.Schema(n.Out)
	for _, row := range n.Rows {
		exprs := bindAll(row, nil)
		f := l.local(nil, []*columnar.Batch{one})
		if len(n.Rows) == 1 && len(row) == 0 {
			return f, nil
		}
		f = f.then("Project", n.Out, func() task.Operator { return &operator.Project{Exprs: exprs, Out: out} })
		u.from = append(u.from, f.root)
	}
	if len(u.from) == 0 {
		return l.local(n.Out, nil), nil
	}
	return &fragment{root: u, out: n.Out}, nil
}

// union puts its inputs into one stage.
func (l *lowering) union(n *logical.Union) (*fragment, error) {
	u := &step{name: "Union"}
	single := true
	for _, c := range n.Inputs {
		f, err := l.node(c)
		if err != nil {
			return nil, err
		}
		f = renamed(f, n.Out)
		if f.single != single && len(u.from) > 0 || f.id != "" {
			f = l.cut(f, task.RoundRobin, nil)
		}
		single = f.single
		u.from = append(u.from, f.root)
	}
	return &fragment{root: u, out: n.Out, single: single}, nil
}

// renamed gives f's columns, which have the types of out, the names of out.
func renamed(f *fragment, out []*logical.Attr) *fragment {
	schema := logical.Schema(out)
	if sqltype.Equal(logical.Schema(f.out), schema) {
		return f
	}
	exprs := columnsOf(f.out)
	return f.then("Columns "+schema.String(), f.out, func() task.Operator { return &operator.Project{Exprs: exprs, Out: schema} })
}

func (l *lowering) expand(n *logical.Expand, f *fragment) *fragment {
	lists := make([][]expr.Node, len(n.Rows))
	for i, r := range n.Rows {
		lists[i] = f.bindAll(r)
	}
	out := logical.Schema(n.Out)
	g := f.then(n.String(), n.Out, func() task.Operator { return &operator.Expand{Lists: lists, Out: out} })
	g.hashed = nil
	return g
}

func (l *lowering) generate(n *logical.Generate, f *fragment) *fragment {
	args, out := f.bindAll(n.Call.Args), logical.Schema(n.Output())
	var keep []int
	for i, a := range f.out {
		if !n.Unread[a.ID] {
			keep = append(keep, i)
		}
	}
	return f.then(n.String(), n.Output(), func() task.Operator {
		if n.Call.Sig.Elements && !n.Outer {
			return &operator.Explode{List: args[0], Keep: keep, Out: out}
		}
		return &operator.Generate{Sig: n.Call.Sig, Args: args, Outer: n.Outer, Keep: keep, Out: out}
	})
}

func (l *lowering) repartition(n *logical.Repartition, f *fragment) *fragment {
	switch {
	case n.N == 1:
		return l.cut(f, task.Single, nil)
	case !n.Shuffle:
		return f
	case len(n.By) > 0:
		return l.cut(f, task.Hash, f.bindAll(n.By))
	}
	return l.cut(f, task.RoundRobin, nil)
}
