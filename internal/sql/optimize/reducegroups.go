package optimize

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/sql/logical"
)

// reduceGroups lets an aggregation whose groups are looked up by a join read
// only rows of keys that the join may ask for: those of the filtered relation
// that the other side's key is a column of. A correlated scalar subquery
// becomes such a join.
func reduceGroups(o *Optimizer, n logical.Node) (logical.Node, error) {
	return rewrite(n, func(m logical.Node) (logical.Node, error) {
		j, ok := m.(*logical.Join)
		if !ok || logical.Streaming(j) {
			return m, nil
		}
		switch j.Type {
		case logical.Inner, logical.LeftOuter, logical.Single, logical.LeftSemi:
		default:
			return m, nil
		}
		keys, _ := j.EquiKeys()
		for _, k := range keys {
			asked, ok := k.Left.(*logical.Attr)
			if !ok || k.NullSafe {
				continue
			}
			right, err := o.reduced(j.Right, k.Right, source(j.Left, asked), asked)
			if err != nil {
				return nil, err
			}
			if right != j.Right {
				d := *j
				d.Right = right
				return &d, nil
			}
		}
		return m, nil
	})
}

// reduced returns n, whose groups of key are looked up, over fewer rows; n
// itself if that does not pay.
func (o *Optimizer) reduced(n logical.Node, key expr.Node, from logical.Node, asked *logical.Attr) (logical.Node, error) {
	a, ok := key.(*logical.Attr)
	if !ok || from == nil {
		return n, nil
	}
	switch x := n.(type) {
	case *logical.Project:
		down := expr.Node(a)
		if d, ok := definitions(x.List)[a.ID]; ok {
			down = d
		}
		return o.reducedBelow(x, down, from, asked)
	case *logical.Filter:
		return o.reducedBelow(x, a, from, asked)
	case *logical.Aggregate:
		for _, g := range x.Group {
			ga, ok := g.(*logical.Attr)
			if !ok || ga.ID != a.ID || !pays(from, x.Child, ga) {
				continue
			}
			r := &renamer{ids: o.IDs, names: map[logical.ID]logical.ID{}}
			few := r.node(from)
			same, err := o.call("=", ga, r.attr(asked))
			if err != nil {
				return nil, err
			}
			few = project(few, []*logical.Attr{r.attr(asked)})
			return x.With([]logical.Node{&logical.Join{At: x.At, Type: logical.LeftSemi, Cond: same, Left: x.Child, Right: few}}), nil
		}
	}
	return n, nil
}

func (o *Optimizer) reducedBelow(n logical.Node, key expr.Node, from logical.Node, asked *logical.Attr) (logical.Node, error) {
	child := n.Children()[0]
	c, err := o.reduced(child, key, from, asked)
	if err != nil || c == child {
		return n, err
	}
	return n.With([]logical.Node{c}), nil
}

// pays reports whether from, which is read once more, has few of the keys and
// few rows beside those that are grouped.
func pays(from, grouped logical.Node, key *logical.Attr) bool {
	keys, values := logical.RowsOf(from), logical.ValuesOf(grouped, key)
	base := 0.0
	logical.Visit(from, func(m logical.Node) bool {
		if s, ok := m.(*logical.Scan); ok {
			base = logical.RowsOf(s)
		}
		return true
	})
	return keys >= 0 && base > 0 && 4*keys < values && 2*base < logical.RowsOf(grouped)
}

// source returns the filtered relation that a column of n comes from, nil if
// there is none: all values of the column are in it.
func source(n logical.Node, a *logical.Attr) logical.Node {
	switch x := n.(type) {
	case *logical.Filter:
		if _, ok := x.Child.(*logical.Scan); ok && expr.Deterministic(x.Cond) {
			return x
		}
		return source(x.Child, a)
	case *logical.Project:
		if logical.SetOf(x.Child.Output())[a.ID] {
			return source(x.Child, a)
		}
	case *logical.Join:
		for _, side := range x.Children() {
			if logical.SetOf(side.Output())[a.ID] {
				return source(side, a)
			}
		}
	}
	return nil
}
