package optimize

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// distinctRelations turns DISTINCT into an aggregation without aggregates.
func distinctRelations(_ *Optimizer, n logical.Node) (logical.Node, error) {
	return logical.Transform(n, func(m logical.Node) logical.Node {
		d, ok := m.(*logical.Distinct)
		if !ok {
			return m
		}
		out := d.Output()
		if len(out) == 0 { // at most one row
			return &logical.Limit{At: d.At, N: 1, Child: d.Child}
		}
		return &logical.Aggregate{At: d.At, Group: logical.Nodes(unique(out)), Child: d.Child}
	}), nil
}

func unique(out []*logical.Attr) []*logical.Attr {
	seen := logical.Set{}
	var u []*logical.Attr
	for _, a := range out {
		if !seen[a.ID] {
			seen[a.ID] = true
			u = append(u, a)
		}
	}
	return u
}

// setOperations turns INTERSECT and EXCEPT into semi and anti joins on null
// safe equality over distinct rows; with ALL into counts.
func setOperations(o *Optimizer, n logical.Node) (logical.Node, error) {
	return rewrite(n, func(m logical.Node) (logical.Node, error) {
		s, ok := m.(*logical.SetOp)
		if !ok {
			return m, nil
		}
		if s.All {
			return o.setAll(s)
		}
		cond, err := o.equalRows(s.Left.Output(), s.Right.Output())
		if err != nil {
			return nil, err
		}
		t := logical.LeftSemi
		if s.Except {
			t = logical.LeftAnti
		}
		left := &logical.Distinct{At: s.At, Child: s.Left}
		return &logical.Join{At: s.At, Type: t, Cond: cond, Left: left, Right: s.Right}, nil
	})
}

// equalRows is the condition that two rows are the same, nulls included.
func (o *Optimizer) equalRows(left, right []*logical.Attr) (expr.Node, error) {
	var conds []expr.Node
	for i, l := range left {
		c, err := o.call("<=>", l, right[i])
		if err != nil {
			return nil, err
		}
		conds = append(conds, c)
	}
	return logical.And(conds...), nil
}

// setAll counts each row: left rows as +1, right rows as another +1, and
// repeats it as often as the operation says, by way of a generator's array.
func (o *Optimizer) setAll(s *logical.SetOp) (logical.Node, error) {
	side := func(n logical.Node, l, r int64) (logical.Node, error) {
		list := append(logical.Nodes(n.Output()),
			logical.NewAlias(o.IDs, expr.Lit(l, sqltype.Long), "l"), logical.NewAlias(o.IDs, expr.Lit(r, sqltype.Long), "r"))
		return &logical.Project{At: s.At, List: list, Child: n}, nil
	}
	left, _ := side(s.Left, 1, 0)
	right, _ := side(s.Right, 0, 1)
	u := logical.NewUnion(o.IDs, []logical.Node{left, right}, s.At)
	w := len(u.Out) - 2
	var sums []expr.Node
	for _, a := range u.Out[w:] {
		c, err := o.aggregate("sum", a)
		if err != nil {
			return nil, err
		}
		sums = append(sums, logical.NewAlias(o.IDs, c, a.Name))
	}
	agg := &logical.Aggregate{At: s.At, Group: logical.Nodes(u.Out[:w]), Aggs: sums, Child: u}
	return o.repeat(s, agg, w)
}

// repeat makes n copies of each row, n from its two counts.
func (o *Optimizer) repeat(s *logical.SetOp, agg *logical.Aggregate, w int) (logical.Node, error) {
	counts := agg.Output()[w:]
	var times expr.Node
	var err error
	if s.Except {
		times, err = o.call("-", counts[0], counts[1])
	} else {
		times, err = o.call("least", counts[0], counts[1])
	}
	if err != nil {
		return nil, err
	}
	some, err := o.call(">", times, expr.Lit(int64(0), sqltype.Long))
	if err != nil {
		return nil, err
	}
	copies, err := o.call("array_repeat", expr.Lit(true, sqltype.Boolean), expr.CastTo(times, sqltype.Int, o.Session))
	if err != nil {
		return nil, err
	}
	fn, ok := o.Functions.Lookup(nil, "explode").(*expr.TableFunc)
	if !ok {
		return nil, sparkerr.Internalf("the function explode is missing")
	}
	sig, err := fn.Resolve(o.Session, expr.ArgsOf([]expr.Node{copies}))
	if err != nil {
		return nil, err
	}
	g := &logical.Generate{At: s.At, Call: &logical.GeneratorCall{Fn: fn, Args: []expr.Node{copies}, Sig: sig}, Child: &logical.Filter{At: s.At, Cond: some, Child: agg}}
	for _, f := range sig.Out.Fields {
		g.Made = append(g.Made, logical.NewAttr(o.IDs, f.Name, f.Type, f.Nullable))
	}
	return o.as(g, agg.Output()[:w], s.Output()), nil
}

// as puts out the columns from under the identities of to.
func (o *Optimizer) as(n logical.Node, from, to []*logical.Attr) logical.Node {
	list := make([]expr.Node, len(to))
	for i, t := range to {
		list[i] = &logical.Alias{Arg: from[i], Name: t.Name, ID: t.ID, Qualifier: t.Qualifier, Tags: t.Tags}
	}
	return &logical.Project{List: list, Child: n}
}
