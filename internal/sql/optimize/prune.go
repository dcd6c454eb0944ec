package optimize

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/sql/logical"
)

// pruneColumns leaves out what nobody reads, from the root down to the columns
// that scans read.
func pruneColumns(o *Optimizer, n logical.Node) (logical.Node, error) {
	need := logical.SetOf(n.Output())
	return project(o.prune(n, need), n.Output()), nil
}

// prune returns n with at least the columns needed, in their order.
func (o *Optimizer) prune(n logical.Node, need logical.Set) logical.Node {
	switch x := n.(type) {
	case *logical.Scan:
		return pruneScan(x, need)
	case *logical.Local:
		return project(x, chosen(x.Out, need))
	case *logical.Values:
		return pruneValues(x, need)
	case *logical.Project:
		d := *x
		d.List = kept(x.List, need)
		d.Child = o.below(x.Child, reading(d.List))
		return &d
	case *logical.Aggregate:
		d := *x
		d.Aggs = kept(x.Aggs, need)
		d.Child = o.below(x.Child, reading(d.Exprs()))
		return &d
	case *logical.Expand:
		return o.pruneExpand(x, need)
	case *logical.Generate:
		return o.pruneGenerate(x, need)
	case *logical.Union:
		return o.pruneUnion(x, need)
	case *logical.Join:
		return o.pruneJoin(x, need)
	case *logical.GoRows, *logical.SetOp, *logical.Distinct:
		return logical.WithChildren(n, func(c logical.Node) logical.Node { return project(o.prune(c, logical.SetOf(c.Output())), c.Output()) })
	}
	want := reading(n.Exprs())
	for id := range need {
		want[id] = true
	}
	return logical.WithChildren(n, func(c logical.Node) logical.Node { return o.below(c, want) })
}

// below prunes an input and projects away what its operator cannot leave out.
func (o *Optimizer) below(n logical.Node, need logical.Set) logical.Node {
	m := o.prune(n, need)
	return project(m, chosen(m.Output(), need))
}

func chosen(out []*logical.Attr, need logical.Set) []*logical.Attr {
	var keep []*logical.Attr
	for _, a := range out {
		if need[a.ID] {
			keep = append(keep, a)
		}
	}
	return keep
}

func kept(list []expr.Node, need logical.Set) []expr.Node {
	var keep []expr.Node
	for _, e := range list {
		if need[logical.ToAttr(e).ID] {
			keep = append(keep, e)
		}
	}
	return keep
}

func reading(es []expr.Node) logical.Set {
	s := logical.Set{}
	for _, e := range es {
		logical.Refs(e, s)
	}
	return s
}

func pruneScan(s *logical.Scan, need logical.Set) logical.Node {
	for _, f := range s.Filters {
		logical.Refs(f, need)
	}
	d := *s
	d.Cols, d.Ordinals = nil, nil
	for i, a := range s.Cols {
		if need[a.ID] {
			d.Cols, d.Ordinals = append(d.Cols, a), append(d.Ordinals, s.Ordinals[i])
		}
	}
	if len(d.Cols) == len(s.Cols) {
		return s
	}
	return &d
}

func pruneValues(v *logical.Values, need logical.Set) logical.Node {
	keep := chosen(v.Out, need)
	if len(keep) == len(v.Out) {
		return v
	}
	d := &logical.Values{At: v.At, Out: keep, Rows: make([][]expr.Node, len(v.Rows))}
	for i, row := range v.Rows {
		d.Rows[i] = []expr.Node{}
		for k, a := range v.Out {
			if need[a.ID] {
				d.Rows[i] = append(d.Rows[i], row[k])
			}
		}
	}
	return d
}

func (o *Optimizer) pruneExpand(x *logical.Expand, need logical.Set) logical.Node {
	d := &logical.Expand{At: x.At, Rows: make([][]expr.Node, len(x.Rows))}
	want := logical.Set{}
	for k, a := range x.Out {
		if !need[a.ID] {
			continue
		}
		d.Out = append(d.Out, a)
		for i, row := range x.Rows {
			d.Rows[i] = append(d.Rows[i], row[k])
			logical.Refs(row[k], want)
		}
	}
	d.Child = o.below(x.Child, want)
	return d
}

// pruneGenerate leaves out what only the generator reads: it would be copied
// for every row that is made.
func (o *Optimizer) pruneGenerate(g *logical.Generate, need logical.Set) logical.Node {
	want := reading(g.Exprs())
	for id := range need {
		want[id] = true
	}
	d := *g
	d.Child, d.Unread = o.below(g.Child, want), logical.Set{}
	for _, a := range d.Child.Output() {
		if !need[a.ID] {
			d.Unread[a.ID] = true
		}
	}
	return &d
}

func (o *Optimizer) pruneUnion(u *logical.Union, need logical.Set) logical.Node {
	d := &logical.Union{At: u.At, Out: chosen(u.Out, need)}
	for _, in := range u.Inputs {
		want := logical.Set{}
		var cols []*logical.Attr
		for k, a := range in.Output() {
			if need[u.Out[k].ID] {
				want[a.ID] = true
				cols = append(cols, a)
			}
		}
		d.Inputs = append(d.Inputs, project(o.prune(in, want), cols))
	}
	return d
}

func (o *Optimizer) pruneJoin(j *logical.Join, need logical.Set) logical.Node {
	want := reading(j.Exprs())
	for id := range need {
		want[id] = true
	}
	return logical.WithChildren(j, func(c logical.Node) logical.Node { return o.below(c, want) })
}
