package optimize

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/sql/logical"
)

// outerJoins makes an outer join a narrower one where a filter above refuses
// the rows with nulls that it adds.
func outerJoins(o *Optimizer, n logical.Node) (logical.Node, error) {
	return logical.Transform(n, func(m logical.Node) logical.Node {
		f, ok := m.(*logical.Filter)
		if !ok {
			return m
		}
		j, ok := f.Child.(*logical.Join)
		if !ok {
			return m
		}
		left := o.refuses(f.Cond, j.Left)
		right := o.refuses(f.Cond, j.Right)
		t := j.Type
		switch {
		case t == logical.LeftOuter && right, t == logical.RightOuter && left, t == logical.FullOuter && left && right:
			t = logical.Inner
		case t == logical.FullOuter && left:
			t = logical.LeftOuter
		case t == logical.FullOuter && right:
			t = logical.RightOuter
		}
		if t == j.Type {
			return m
		}
		d := *j
		d.Type = t
		return f.With([]logical.Node{&d})
	}), nil
}

// refuses reports whether some conjunct is false or null when every column of
// the side is null.
func (o *Optimizer) refuses(cond expr.Node, side logical.Node) bool {
	nulls := map[logical.ID]expr.Node{}
	for _, a := range side.Output() {
		nulls[a.ID] = expr.NullOf(a.T)
	}
	cols := logical.SetOf(side.Output())
	for _, c := range logical.Conjuncts(cond) {
		if !cols.HasAny(c) || !cols.HasAll(c) || !expr.Deterministic(c) {
			continue
		}
		value, null, known := literal(o.simple(logical.Replace(c, nulls)))
		if known && (null || !value) {
			return true
		}
	}
	return false
}
