package optimize

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sparkerr"
)

// domain makes any correlated plan one without correlation: it evaluates the
// plan for every distinct combination of the outer columns it reads, all at
// once, and puts those columns out beside the plan's own. It serves the plans
// whose conditions cannot be lifted (parting), at the price of reading the
// query around twice. After Neumann and Kemper, "Unnesting Arbitrary Queries".
type domain struct {
	o     *Optimizer
	outer logical.Node
	cols  []*logical.Attr // columns of outer that the plan reads
}

// depend returns n without references to outer, and the conditions that pick
// the rows which belong to a row of outer.
func (o *Optimizer) depend(n, outer logical.Node) (logical.Node, []expr.Node, error) {
	d := &domain{o: o, outer: outer}
	own := logical.SetOf(outer.Output())
	for _, a := range logical.OuterRefs(n) {
		if own[a.ID] {
			d.cols = append(d.cols, a)
		}
	}
	m, values, err := d.node(n)
	if err != nil {
		return nil, nil, err
	}
	conds, err := d.match(d.cols, values)
	return m, conds, err
}

// match is null safe equality of two rows of the domain.
func (d *domain) match(a, b []*logical.Attr) ([]expr.Node, error) {
	var conds []expr.Node
	for i := range a {
		c, err := d.o.call("<=>", a[i], b[i])
		if err != nil {
			return nil, err
		}
		conds = append(conds, c)
	}
	return conds, nil
}

// values is a relation of the distinct combinations.
func (d *domain) values() (logical.Node, []*logical.Attr) {
	r := &renamer{ids: d.o.IDs, names: map[logical.ID]logical.ID{}}
	agg := &logical.Aggregate{Child: r.node(d.outer)}
	out := r.attrs(d.cols)
	agg.Group = logical.Nodes(out)
	return agg, out
}

func (d *domain) reads(n logical.Node) bool { return refersTo(n, d.outer) }

// bind puts the columns of a domain in the place of outer references.
func (d *domain) bind(e expr.Node, values []*logical.Attr) expr.Node {
	return expr.Transform(e, func(x expr.Node) expr.Node {
		if r, ok := x.(*logical.OuterRef); ok {
			for i, a := range d.cols {
				if a.ID == r.Attr.ID {
					return values[i]
				}
			}
		}
		return x
	})
}

// node returns n for every combination, and the columns that hold it.
func (d *domain) node(n logical.Node) (logical.Node, []*logical.Attr, error) {
	if !d.reads(n) {
		v, cols := d.values()
		return &logical.Join{Type: logical.Inner, Left: v, Right: n}, cols, nil
	}
	switch x := n.(type) {
	case *logical.Project:
		return d.project(x)
	case *logical.Aggregate:
		return d.aggregate(x)
	case *logical.Limit, *logical.Offset:
		return d.limit(n)
	case *logical.Join:
		return d.join(x)
	case *logical.Union:
		return d.union(x)
	case *logical.SetOp:
		return d.setOp(x)
	case *logical.Values:
		return d.rows(x)
	case *logical.Sort: // the order of rows means nothing to who joins them
		return d.node(x.Child)
	case *logical.Filter, *logical.Distinct, *logical.Generate, *logical.Windows, *logical.SubqueryAlias, *logical.Repartition:
		return d.through(n)
	}
	return nil, nil, unsupported(n)
}

func unsupported(n logical.Node) error {
	return fail(n, "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.ACCESSING_OUTER_QUERY_COLUMN_IS_NOT_ALLOWED",
		"The subquery uses columns of the query around it below "+n.String()+", where that is not supported. Join instead.", "treeNode", n.String())
}

// through serves nodes that hand the columns of their input on.
func (d *domain) through(n logical.Node) (logical.Node, []*logical.Attr, error) {
	child, cols, err := d.node(n.Children()[0])
	if err != nil {
		return nil, nil, err
	}
	n = logical.MapExprs(n, func(e expr.Node) expr.Node { return d.bind(e, cols) })
	return n.With([]logical.Node{child}), cols, nil
}

func (d *domain) project(x *logical.Project) (logical.Node, []*logical.Attr, error) {
	child, cols, err := d.node(x.Child)
	if err != nil {
		return nil, nil, err
	}
	list := logical.Nodes(cols)
	for _, e := range x.List {
		list = append(list, d.bind(e, cols))
	}
	return &logical.Project{At: x.At, List: list, Child: child}, cols, nil
}

// aggregate groups by the combination too. Without keys of its own there is a
// row for every combination, so those without rows are brought back.
func (d *domain) aggregate(x *logical.Aggregate) (logical.Node, []*logical.Attr, error) {
	child, cols, err := d.node(x.Child)
	if err != nil {
		return nil, nil, err
	}
	agg := &logical.Aggregate{At: x.At, Child: child, Group: logical.Nodes(cols)}
	for _, e := range x.Group {
		agg.Group = append(agg.Group, d.bind(e, cols))
	}
	for _, e := range x.Aggs {
		agg.Aggs = append(agg.Aggs, d.bind(e, cols))
	}
	if len(x.Group) > 0 {
		return agg, cols, nil
	}
	return d.always(x, agg, cols)
}

// always joins an aggregation with every combination of the domain.
func (d *domain) always(x, agg *logical.Aggregate, have []*logical.Attr) (logical.Node, []*logical.Attr, error) {
	all, cols := d.values()
	conds, err := d.match(cols, have)
	if err != nil {
		return nil, nil, err
	}
	p := &parting{o: d.o, nothing: map[logical.ID]expr.Node{}}
	for i, g := range x.Aggs {
		if p.nothing[logical.ToAttr(g).ID], err = d.o.ofNothing(x.Call(i)); err != nil {
			return nil, nil, err
		}
	}
	j := &logical.Join{At: x.At, Type: logical.LeftOuter, Cond: logical.And(conds...), Left: all, Right: agg}
	values, err := p.missing(j, x.Output())
	if err != nil {
		return nil, nil, err
	}
	list := logical.Nodes(cols)
	for i, a := range x.Output() {
		if t, ok := values[i].(*logical.Attr); ok && t.ID == a.ID {
			list = append(list, t)
		} else {
			list = append(list, &logical.Alias{Arg: values[i], Name: a.Name, ID: a.ID, Qualifier: a.Qualifier, Tags: a.Tags})
		}
	}
	return &logical.Project{At: x.At, List: list, Child: j}, cols, nil
}

// limit keeps the first rows of every combination.
func (d *domain) limit(n logical.Node) (logical.Node, []*logical.Attr, error) {
	l := &logical.LimitBy{N: -1}
	if x, ok := n.(*logical.Limit); ok {
		l.At, l.N, n = x.At, x.N, x.Child
	}
	if x, ok := n.(*logical.Offset); ok {
		l.At, l.Skip, n = x.At, x.N, x.Child
	}
	sort, sorted := n.(*logical.Sort)
	if sorted {
		n = sort.Child
	}
	child, cols, err := d.node(n)
	if err != nil {
		return nil, nil, err
	}
	if sorted {
		for _, o := range sort.Orders {
			o.Expr = d.bind(o.Expr, cols)
			l.Orders = append(l.Orders, o)
		}
	}
	l.Keys, l.Child = logical.Nodes(cols), child
	return l, cols, nil
}

// join evaluates the sides that read the domain, and always the one whose rows
// all come out, so that each combination has its own.
func (d *domain) join(x *logical.Join) (logical.Node, []*logical.Attr, error) {
	j := *x
	left, right := d.reads(x.Left), d.reads(x.Right)
	switch x.Type {
	case logical.Inner, logical.Cross:
		left = left || !right
	case logical.RightOuter:
		right = true
	case logical.FullOuter:
		return nil, nil, unsupported(x)
	default:
		left = true
	}
	var lcols, rcols []*logical.Attr
	var err error
	if left {
		if j.Left, lcols, err = d.node(x.Left); err != nil {
			return nil, nil, err
		}
	}
	if right {
		if j.Right, rcols, err = d.node(x.Right); err != nil {
			return nil, nil, err
		}
	}
	cols := lcols
	if x.Type == logical.RightOuter || !left {
		cols = rcols
	}
	conds, err := d.nullAware(&j, cols)
	if err != nil {
		return nil, nil, err
	}
	if left && right {
		same, err := d.match(lcols, rcols)
		if err != nil {
			return nil, nil, err
		}
		conds = append(conds, same...)
	}
	if j.Cond = logical.And(conds...); j.Cond != nil && j.Type == logical.Cross {
		j.Type = logical.Inner
	}
	return &j, cols, nil
}

// nullAware returns the condition of a join; of a null aware one in the plain
// form that other conditions may stand beside.
func (d *domain) nullAware(j *logical.Join, cols []*logical.Attr) ([]expr.Node, error) {
	if j.Cond == nil {
		return nil, nil
	}
	cond := d.bind(j.Cond, cols)
	if !j.NullAware {
		return []expr.Node{cond}, nil
	}
	j.NullAware = false
	open, err := d.o.call("isnull", cond)
	return []expr.Node{&expr.Logic{Or: true, Left: cond, Right: open}}, err
}

// beside returns n with the combination first and n's columns after it, in
// their order.
func (d *domain) beside(n logical.Node) (logical.Node, error) {
	m, cols, err := d.node(n)
	if err != nil {
		return nil, err
	}
	return &logical.Project{List: append(logical.Nodes(cols), logical.Nodes(n.Output())...), Child: m}, nil
}

func (d *domain) union(x *logical.Union) (logical.Node, []*logical.Attr, error) {
	u := &logical.Union{At: x.At}
	for _, in := range x.Inputs {
		m, err := d.beside(in)
		if err != nil {
			return nil, nil, err
		}
		u.Inputs = append(u.Inputs, m)
	}
	cols := logical.NewUnion(d.o.IDs, u.Inputs, x.At).Out[:len(d.cols)]
	u.Out = append(cols[:len(cols):len(cols)], x.Out...)
	return u, cols, nil
}

func (d *domain) setOp(x *logical.SetOp) (logical.Node, []*logical.Attr, error) {
	s := *x
	var err error
	if s.Left, err = d.beside(x.Left); err != nil {
		return nil, nil, err
	}
	if s.Right, err = d.beside(x.Right); err != nil {
		return nil, nil, err
	}
	return &s, s.Left.Output()[:len(d.cols)], nil
}

// rows evaluates written rows over the domain.
func (d *domain) rows(x *logical.Values) (logical.Node, []*logical.Attr, error) {
	if len(x.Rows) == 0 {
		return nil, nil, sparkerr.Internalf("no rows read the query around")
	}
	var inputs []logical.Node
	for _, row := range x.Rows {
		v, cols := d.values()
		list := logical.Nodes(cols)
		for i, e := range row {
			list = append(list, &logical.Alias{Arg: d.bind(e, cols), Name: x.Out[i].Name, ID: d.o.IDs.Next()})
		}
		inputs = append(inputs, &logical.Project{At: x.At, List: list, Child: v})
	}
	u := logical.NewUnion(d.o.IDs, inputs, x.At)
	w := len(d.cols)
	u.Out = append(u.Out[:w:w], x.Out...)
	return u, u.Out[:w], nil
}
