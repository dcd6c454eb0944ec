package optimize

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/sql/logical"
)

// pushFilters moves the conjuncts of filters towards the sources, each by
// itself, as far as the rows that come out stay the same.
func pushFilters(_ *Optimizer, n logical.Node) (logical.Node, error) {
	return logical.Transform(n, func(m logical.Node) logical.Node {
		switch x := m.(type) {
		case *logical.Filter:
			return pushFilter(x)
		case *logical.Join:
			return pushCondition(x)
		}
		return m
	}), nil
}

// pushFilter moves what it can of a filter one node down.
func pushFilter(f *logical.Filter) logical.Node {
	switch c := f.Child.(type) {
	case *logical.Filter:
		d := *c
		d.Cond = logical.And(c.Cond, f.Cond)
		return &d
	case *logical.Project:
		defs := definitions(c.List)
		for _, e := range defs {
			if !expr.Deterministic(e) {
				return f
			}
		}
		down, up := parted(logical.Conjuncts(f.Cond), readsNone(costly(defs)))
		if len(down) == 0 {
			return f
		}
		return over(up, c.With([]logical.Node{pushed(logical.Replace(logical.And(down...), defs), c.Child, f.At)}), f.At)
	case *logical.Join:
		return throughJoin(f, c)
	case *logical.Union:
		return throughUnion(f, c)
	}
	return split(f, passes(f.Child))
}

// decoders are functions that cost more than to carry rows to their result:
// they are not computed a second time for a filter.
var decoders = map[string]bool{"from_json": true, "from_csv": true}

// costly returns which definitions decode.
func costly(defs map[logical.ID]expr.Node) logical.Set {
	ids := logical.Set{}
	for id, e := range defs {
		if expr.Any(e, func(x expr.Node) bool { c, ok := x.(*expr.Call); return ok && decoders[c.Fn.Name] }) {
			ids[id] = true
		}
	}
	return ids
}

func readsNone(ids logical.Set) func(expr.Node) bool {
	return func(e expr.Node) bool { return !ids.HasAny(e) }
}

// passes returns which conjuncts may go below a unary node; nil for none.
func passes(n logical.Node) func(expr.Node) bool {
	switch c := n.(type) {
	case *logical.Aggregate:
		keys := logical.Set{}
		for _, g := range c.Group {
			if a, ok := g.(*logical.Attr); ok && !a.Tags.Session {
				keys[a.ID] = true
			}
		}
		return func(e expr.Node) bool { return len(keys) > 0 && reads(e) && keys.HasAll(e) }
	case *logical.Watermark:
		id := c.Time.(*logical.Attr).ID
		return func(e expr.Node) bool { return !logical.Set{id: true}.HasAny(e) }
	case *logical.Windows:
		return logical.SetOf(c.Child.Output()).HasAll
	case *logical.Sessions:
		return logical.SetOf(c.Child.Output()).HasAll
	case *logical.Generate:
		return logical.SetOf(c.Child.Output()).HasAll
	case *logical.Deduplicate:
		keys := logical.Set{}
		for _, k := range c.Keys {
			keys[k.(*logical.Attr).ID] = true
		}
		return keys.HasAll
	case *logical.Sort, *logical.Repartition:
		return func(expr.Node) bool { return true }
	case *logical.Expand:
		return passesExpand(c)
	}
	return nil
}

// passesExpand lets conditions over columns below that every row repeats.
func passesExpand(x *logical.Expand) func(expr.Node) bool {
	same := logical.Set{}
	for i, a := range x.Out {
		ok := true
		for _, row := range x.Rows {
			b, is := row[i].(*logical.Attr)
			ok = ok && is && b.ID == a.ID
		}
		if ok {
			same[a.ID] = true
		}
	}
	return same.HasAll
}

// reads reports whether e reads a column at all: a condition that does not must
// stay above an aggregation, which makes a row of nothing.
func reads(e expr.Node) bool {
	return expr.Any(e, func(x expr.Node) bool { _, ok := x.(*logical.Attr); return ok })
}

// split moves the conjuncts that pass below f's child.
func split(f *logical.Filter, pass func(expr.Node) bool) logical.Node {
	if pass == nil {
		return f
	}
	down, up := parted(logical.Conjuncts(f.Cond), pass)
	if len(down) == 0 {
		return f
	}
	in := f.Child.Children()[0]
	n := f.Child.With([]logical.Node{pushed(logical.And(down...), in, f.At)})
	return over(up, n, f.At)
}

// parted splits deterministic conjuncts that pass from the others.
func parted(conds []expr.Node, pass func(expr.Node) bool) (down, up []expr.Node) {
	for _, e := range conds {
		if expr.Deterministic(e) && pass(e) {
			down = append(down, e)
		} else {
			up = append(up, e)
		}
	}
	return down, up
}

func over(conds []expr.Node, n logical.Node, at logical.At) logical.Node {
	if len(conds) == 0 {
		return n
	}
	return &logical.Filter{At: at, Cond: logical.And(conds...), Child: n}
}

// pushed filters n and pushes on.
func pushed(cond expr.Node, n logical.Node, at logical.At) logical.Node {
	return pushFilter(&logical.Filter{At: at, Cond: cond, Child: n})
}

// sides says on which sides of a join a condition above it may filter first.
func sides(t logical.JoinType) (left, right bool) {
	switch t {
	case logical.Inner, logical.Cross:
		return true, true
	case logical.LeftOuter, logical.LeftSemi, logical.LeftAnti, logical.Single, logical.Mark:
		return true, false
	case logical.RightOuter:
		return false, true
	}
	return false, false
}

func throughJoin(f *logical.Filter, j *logical.Join) logical.Node {
	goLeft, goRight := sides(j.Type)
	left, right := logical.SetOf(j.Left.Output()), logical.SetOf(j.Right.Output())
	l, rest := parted(logical.Conjuncts(f.Cond), func(e expr.Node) bool { return goLeft && reads(e) && left.HasAll(e) })
	r, rest := parted(rest, func(e expr.Node) bool { return goRight && reads(e) && right.HasAll(e) })
	var into []expr.Node
	if j.Type == logical.Inner || j.Type == logical.Cross {
		into, rest = parted(rest, func(e expr.Node) bool { return reads(e) })
	}
	if len(l)+len(r)+len(into) == 0 {
		return f
	}
	d := *j
	if len(l) > 0 {
		d.Left = pushed(logical.And(l...), j.Left, f.At)
	}
	if len(r) > 0 {
		d.Right = pushed(logical.And(r...), j.Right, f.At)
	}
	if len(into) > 0 {
		d.Cond, d.Type = logical.And(append([]expr.Node{j.Cond}, into...)...), logical.Inner
	}
	return over(rest, &d, f.At)
}

// pushCondition moves conjuncts of a join's condition that read one side into
// that side, where a row that fails them has no partner and is not kept.
func pushCondition(j *logical.Join) logical.Node {
	if j.Cond == nil || j.NullAware {
		return j
	}
	left, right := logical.SetOf(j.Left.Output()), logical.SetOf(j.Right.Output())
	goLeft := j.Type == logical.Inner || j.Type == logical.RightOuter || j.Type == logical.LeftSemi
	goRight := j.Type != logical.RightOuter && j.Type != logical.FullOuter
	l, rest := parted(logical.Conjuncts(j.Cond), func(e expr.Node) bool { return goLeft && reads(e) && left.HasAll(e) })
	r, rest := parted(rest, func(e expr.Node) bool { return goRight && reads(e) && right.HasAll(e) })
	if len(l)+len(r) == 0 {
		return j
	}
	d := *j
	d.Cond = logical.And(rest...)
	if len(l) > 0 {
		d.Left = pushed(logical.And(l...), j.Left, j.At)
	}
	if len(r) > 0 {
		d.Right = pushed(logical.And(r...), j.Right, j.At)
	}
	return &d
}

func throughUnion(f *logical.Filter, u *logical.Union) logical.Node {
	if !expr.Deterministic(f.Cond) {
		return f
	}
	inputs := make([]logical.Node, len(u.Inputs))
	for i, in := range u.Inputs {
		with := map[logical.ID]expr.Node{}
		for k, a := range in.Output() {
			with[u.Out[k].ID] = a
		}
		inputs[i] = pushed(logical.Replace(f.Cond, with), in, f.At)
	}
	return u.With(inputs)
}
