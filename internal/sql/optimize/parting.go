package optimize

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/sql/logical"
)

// parting takes the conditions that read the query around (OuterRef) out of a
// subquery's plan and keeps the columns they need, so that a join on them
// stands for the correlation.
type parting struct {
	o      *Optimizer
	exists bool         // only whether there are rows matters
	outer  logical.Node // the query around
	node   logical.Node
	conds  []expr.Node // over the outer query and node
	// deferred are columns that read the outer query: computed above the join.
	deferred map[logical.ID]expr.Node
	// nothing are the columns' values for an outer row without partners where
	// the plan always has one row, nil where it may have none.
	nothing map[logical.ID]expr.Node
}

// value returns what stands for a column of the plan above the join.
func (p *parting) value(a *logical.Attr) expr.Node {
	if e := p.deferred[a.ID]; e != nil {
		return plain(e)
	}
	return a
}

// missing returns the values of columns above an outer join: where there was no
// partner null, or what the plan is worth without rows. It adds a column to the
// right side that tells.
func (p *parting) missing(j *logical.Join, out []*logical.Attr) ([]expr.Node, error) {
	optional := j.Type == logical.LeftOuter || j.Type == logical.Single
	values := make([]expr.Node, len(out))
	var none expr.Node
	for i, a := range out {
		v := p.value(a)
		other := p.nothing[a.ID]
		if l, ok := other.(*expr.Literal); ok && l.Value == nil {
			other = nil
		}
		_, isAttr := v.(*logical.Attr)
		if !optional || other == nil && isAttr {
			if isAttr && optional {
				v = v.(*logical.Attr).WithNull(true)
			}
			values[i] = v
			continue
		}
		if none == nil {
			var err error
			if none, err = p.marker(j); err != nil {
				return nil, err
			}
		}
		if other == nil {
			other = expr.NullOf(a.T)
		}
		values[i] = &expr.Case{Whens: []expr.Node{none}, Thens: []expr.Node{other}, Else: v}
	}
	return values, nil
}

// marker adds a column to the right side and tests above whether it is there.
func (p *parting) marker(j *logical.Join) (expr.Node, error) {
	m := logical.NewAlias(p.o.IDs, expr.True, "there")
	j.Right = &logical.Project{List: append(logical.Nodes(unique(j.Right.Output())), m), Child: j.Right}
	return p.o.call("isnull", m.Attr().WithNull(true))
}

func correlated(e expr.Node) bool {
	return expr.Any(e, func(x expr.Node) bool { _, ok := x.(*logical.OuterRef); return ok })
}

func anyCorrelated(es []expr.Node) bool {
	for _, e := range es {
		if correlated(e) {
			return true
		}
	}
	return false
}

// plain makes outer references attributes: right where the outer query's
// columns are at hand.
func plain(e expr.Node) expr.Node {
	return expr.Transform(e, func(x expr.Node) expr.Node {
		if r, ok := x.(*logical.OuterRef); ok {
			return r.Attr
		}
		return x
	})
}

func (p *parting) refuse(n logical.Node) error {
	return fail(n, "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.ACCESSING_OUTER_QUERY_COLUMN_IS_NOT_ALLOWED",
		"The subquery uses columns of the query around it below "+n.String()+", where that is not supported. Join instead.", "treeNode", n.String())
}

// part returns n without outer references.
func (p *parting) part(n logical.Node) (logical.Node, error) {
	if len(logical.OuterRefs(n)) == 0 {
		return n, nil
	}
	switch x := n.(type) {
	case *logical.Filter:
		return p.filter(x)
	case *logical.Project:
		return p.project(x)
	case *logical.Aggregate:
		return p.aggregate(x)
	case *logical.Distinct:
		return p.distinct(x)
	case *logical.Sort:
		return p.part(x.Child)
	case *logical.Limit:
		if p.exists && x.N > 0 {
			return p.part(x.Child)
		}
		return nil, p.refuse(n)
	case *logical.Join:
		return p.join(x)
	}
	if anyCorrelated(n.Exprs()) || len(n.Children()) != 1 {
		return nil, p.refuse(n)
	}
	switch n.(type) {
	case *logical.Windows, *logical.Generate, *logical.SubqueryAlias, *logical.Repartition:
		return p.through(n)
	}
	return nil, p.refuse(n)
}

// through parts the input of a node that has no opinion on columns.
func (p *parting) through(n logical.Node) (logical.Node, error) {
	c, err := p.part(n.Children()[0])
	if err != nil {
		return nil, err
	}
	if len(p.deferred) > 0 || p.nothing != nil {
		return nil, p.refuse(n)
	}
	return n.With([]logical.Node{c}), nil
}

// filter lifts the conjuncts that read the outer query.
func (p *parting) filter(f *logical.Filter) (logical.Node, error) {
	child, err := p.part(f.Child)
	if err != nil {
		return nil, err
	}
	cond := logical.Replace(f.Cond, p.deferred)
	if p.nothing != nil {
		value, _, known := literal(p.o.simple(logical.Replace(cond, p.nothing)))
		if !known || value { // a group that does not pass would look like none
			return nil, p.refuse(f)
		}
		p.nothing = nil
	}
	var stay []expr.Node
	for _, c := range logical.Conjuncts(cond) {
		if correlated(c) {
			p.conds = append(p.conds, plain(c))
		} else {
			stay = append(stay, c)
		}
	}
	return over(stay, child, f.At), nil
}

// inner are the columns of n that the lifted conditions read.
func (p *parting) inner(n logical.Node) []*logical.Attr {
	want := logical.Set{}
	for _, c := range p.conds {
		logical.Refs(c, want)
	}
	return chosen(unique(n.Output()), want)
}

// project keeps the columns of conditions beside its own. A column that reads
// the outer query is put off until both are joined; what it reads stays.
func (p *parting) project(x *logical.Project) (logical.Node, error) {
	child, err := p.part(x.Child)
	if err != nil {
		return nil, err
	}
	d := &logical.Project{At: x.At, Child: child}
	have, later, nothing := logical.Set{}, logical.Set{}, map[logical.ID]expr.Node{}
	for _, e := range x.List {
		e = logical.Replace(e, p.deferred)
		al, isAlias := e.(*logical.Alias)
		if correlated(e) {
			if isAlias {
				p.put(al.ID, al.Arg)
				e = al.Arg
			}
			logical.Refs(e, later)
			continue
		}
		if isAlias && p.nothing != nil {
			nothing[al.ID] = p.o.simple(logical.Replace(al.Arg, p.nothing))
		} else if a, ok := e.(*logical.Attr); ok && p.nothing[a.ID] != nil {
			nothing[a.ID] = p.nothing[a.ID]
		}
		d.List = append(d.List, e)
		have[logical.ToAttr(e).ID] = true
	}
	for _, a := range append(p.inner(child), chosen(unique(child.Output()), later)...) {
		if !have[a.ID] {
			have[a.ID] = true
			d.List = append(d.List, a)
		}
	}
	if p.nothing != nil {
		p.nothing = nothing
	}
	return d, nil
}

func (p *parting) put(id logical.ID, e expr.Node) {
	if p.deferred == nil {
		p.deferred = map[logical.ID]expr.Node{}
	}
	p.deferred[id] = e
}

// distinct is an aggregation without aggregates: rows that differ only in the
// columns of lifted conditions are one row to the outer row they belong to.
func (p *parting) distinct(x *logical.Distinct) (logical.Node, error) {
	if p.exists {
		return p.part(x.Child)
	}
	return p.aggregate(&logical.Aggregate{At: x.At, Group: logical.Nodes(unique(x.Child.Output())), Child: x.Child})
}

// aggregate groups by the columns of the lifted conditions too. Without keys
// of its own an outer row without partners has the value of no rows.
func (p *parting) aggregate(a *logical.Aggregate) (logical.Node, error) {
	child, err := p.part(a.Child)
	if err != nil {
		return nil, err
	}
	if anyCorrelated(a.Exprs()) || len(p.deferred) > 0 || p.nothing != nil {
		return nil, p.refuse(a)
	}
	d := *a
	d.Child = child
	if err := p.keys(&d); err != nil {
		return nil, err
	}
	if len(a.Group) > 0 {
		return &d, nil
	}
	p.nothing = map[logical.ID]expr.Node{}
	for i, g := range a.Aggs {
		if p.nothing[logical.ToAttr(g).ID], err = p.o.ofNothing(a.Call(i)); err != nil {
			return nil, err
		}
	}
	return &d, nil
}

// keys makes the inner sides of the conditions keys of the aggregation; where
// some are no equalities, the outer columns themselves.
func (p *parting) keys(d *logical.Aggregate) error {
	mine := logical.SetOf(d.Child.Output())
	conds := make([]expr.Node, len(p.conds))
	e := *d
	for i, c := range p.conds {
		k, err := p.key(c, mine, &e)
		if err != nil {
			return p.domain(d)
		}
		conds[i] = k
	}
	*d, p.conds = e, conds
	return nil
}

// domain joins the input with the distinct values of the outer columns that the
// conditions read, and groups by those.
func (p *parting) domain(d *logical.Aggregate) error {
	if logical.Streaming(p.outer) {
		return p.refuse(d)
	}
	want := reading(p.conds)
	r := &renamer{ids: p.o.IDs, names: map[logical.ID]logical.ID{}}
	copied := r.node(p.outer)
	with := map[logical.ID]expr.Node{}
	distinct := &logical.Aggregate{At: d.At, Child: copied}
	var conds []expr.Node
	for _, a := range chosen(unique(p.outer.Output()), want) {
		b := r.attr(a)
		with[a.ID] = b
		distinct.Group = append(distinct.Group, b)
		d.Group = append(d.Group[:len(d.Group):len(d.Group)], b)
		same, err := p.o.call("<=>", a, b)
		if err != nil {
			return err
		}
		conds = append(conds, same)
	}
	d.Child = &logical.Join{At: d.At, Type: logical.Inner, Cond: logical.Replace(logical.And(p.conds...), with), Left: distinct, Right: d.Child}
	p.conds = conds
	return nil
}

// key makes the inner side of an equality a key of the aggregation and returns
// the condition over that key.
func (p *parting) key(c expr.Node, mine logical.Set, d *logical.Aggregate) (expr.Node, error) {
	call, ok := c.(*expr.Call)
	if !ok || len(call.Args) != 2 || call.Fn.Name != "=" && call.Fn.Name != "==" && call.Fn.Name != "<=>" {
		return nil, fail(d, "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.CORRELATED_COLUMN_IS_NOT_ALLOWED_IN_PREDICATE",
			"A correlated condition below an aggregation must be an equality of inner and outer columns, not "+c.String()+".", "treeNode", c.String())
	}
	for i, side := range call.Args {
		other := call.Args[1-i]
		if !mine.HasAll(side) || !reads(side) || mine.HasAny(other) {
			continue
		}
		var attr *logical.Attr
		for _, g := range d.Group {
			e := g
			if al, ok := g.(*logical.Alias); ok {
				e = al.Arg
			}
			if logical.Key(e) == logical.Key(side) {
				attr = logical.ToAttr(g)
			}
		}
		if attr == nil {
			g := p.o.column(side)
			d.Group = append(d.Group[:len(d.Group):len(d.Group)], g)
			attr = logical.ToAttr(g)
		}
		args := []expr.Node{call.Args[0], call.Args[1]}
		args[i] = attr
		return call.With(args), nil
	}
	return nil, fail(d, "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.CORRELATED_COLUMN_IS_NOT_ALLOWED_IN_PREDICATE",
		"A correlated condition below an aggregation must have inner columns on one side and outer columns on the other, not "+c.String()+".", "treeNode", c.String())
}

// join parts the sides whose rows all come out.
func (p *parting) join(j *logical.Join) (logical.Node, error) {
	d := *j
	var err error
	if len(logical.OuterRefs(j.Left)) > 0 {
		if j.Type == logical.RightOuter || j.Type == logical.FullOuter {
			return nil, p.refuse(j)
		}
		if d.Left, err = p.part(j.Left); err != nil {
			return nil, err
		}
	}
	if len(logical.OuterRefs(j.Right)) > 0 {
		if j.Type != logical.Inner && j.Type != logical.Cross && j.Type != logical.RightOuter {
			return nil, p.refuse(j)
		}
		if d.Right, err = p.part(j.Right); err != nil {
			return nil, err
		}
	}
	if p.nothing != nil || len(p.deferred) > 0 {
		return nil, p.refuse(j)
	}
	var stay []expr.Node
	for _, c := range logical.Conjuncts(j.Cond) {
		if !correlated(c) {
			stay = append(stay, c)
			continue
		}
		if j.Type != logical.Inner {
			return nil, p.refuse(j)
		}
		p.conds = append(p.conds, plain(c))
	}
	d.Cond = logical.And(stay...)
	return &d, nil
}
