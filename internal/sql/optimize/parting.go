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
	exists bool // only whether there are rows matters
	node   logical.Node
	conds  []expr.Node // over the outer query and node
	// nothing is the first column's value for an outer row without partners, if
	// that is not null.
	nothing expr.Node
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
		return p.through(x)
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

func (p *parting) through(n logical.Node) (logical.Node, error) {
	c, err := p.part(n.Children()[0])
	if err != nil {
		return nil, err
	}
	return n.With([]logical.Node{c}), nil
}

// filter lifts the conjuncts that read the outer query.
func (p *parting) filter(f *logical.Filter) (logical.Node, error) {
	child, err := p.part(f.Child)
	if err != nil {
		return nil, err
	}
	var stay []expr.Node
	for _, c := range logical.Conjuncts(f.Cond) {
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
// the outer query is refused, unless nobody looks at it.
func (p *parting) project(x *logical.Project) (logical.Node, error) {
	child, err := p.part(x.Child)
	if err != nil {
		return nil, err
	}
	d := &logical.Project{At: x.At, Child: child}
	have := logical.Set{}
	for _, e := range x.List {
		if correlated(e) {
			if !p.exists {
				return nil, p.refuse(x)
			}
			continue
		}
		d.List = append(d.List, e)
		have[logical.ToAttr(e).ID] = true
	}
	for _, a := range p.inner(child) {
		if !have[a.ID] {
			d.List = append(d.List, a)
		}
	}
	if p.nothing != nil {
		p.nothing = p.o.simple(nothingOf(x, child, p.nothing))
		if l, ok := p.nothing.(*expr.Literal); ok && l.Value == nil {
			p.nothing = nil
		}
	}
	return d, nil
}

// nothingRow marks the values of an aggregation's columns without rows while
// the projections above are worked through.
type nothingRow struct {
	expr.Literal
	values map[logical.ID]expr.Node
}

// nothingOf is the value of the projection's first column over such a row.
func nothingOf(x *logical.Project, _ logical.Node, row expr.Node) expr.Node {
	r, ok := row.(*nothingRow)
	if !ok || len(x.List) == 0 {
		return row
	}
	e := x.List[0]
	if al, ok := e.(*logical.Alias); ok {
		e = al.Arg
	}
	return logical.Replace(e, r.values)
}

// aggregate groups by the columns of the lifted conditions too. Without keys
// of its own an outer row without partners has the value of no rows.
func (p *parting) aggregate(a *logical.Aggregate) (logical.Node, error) {
	if anyCorrelated(a.Exprs()) {
		return nil, p.refuse(a)
	}
	child, err := p.part(a.Child)
	if err != nil {
		return nil, err
	}
	d := *a
	d.Child = child
	mine := logical.SetOf(child.Output())
	for i, c := range p.conds {
		e, err := p.key(c, mine, &d)
		if err != nil {
			return nil, err
		}
		p.conds[i] = e
	}
	if len(a.Group) == 0 && !p.exists {
		row := &nothingRow{values: map[logical.ID]expr.Node{}}
		for i, g := range a.Aggs {
			v, err := p.o.ofNothing(a.Call(i))
			if err != nil {
				return nil, err
			}
			row.values[logical.ToAttr(g).ID] = v
			if i == 0 {
				row.Literal = *v
			}
		}
		p.nothing = row
	}
	return &d, nil
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
