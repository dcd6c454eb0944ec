package optimize

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/sql/logical"
)

// lowerSemiJoins moves a semi or anti join, which only filters its left input,
// below inner joins of batches to the side whose columns it reads, where that
// side has fewer rows than the joins put out.
func lowerSemiJoins(_ *Optimizer, n logical.Node) (logical.Node, error) {
	return logical.Transform(n, func(m logical.Node) logical.Node {
		j, ok := m.(*logical.Join)
		if !ok || j.Type != logical.LeftSemi && j.Type != logical.LeftAnti || j.Cond == nil || logical.Streaming(j) {
			return m
		}
		return lowered(j)
	}), nil
}

func lowered(j *logical.Join) logical.Node {
	below, ok := j.Left.(*logical.Join)
	if !ok || below.Type != logical.Inner && below.Type != logical.Cross {
		return j
	}
	right := logical.SetOf(j.Right.Output())
	rows := logical.RowsOf(below)
	for i, side := range below.Children() {
		set := union(logical.SetOf(side.Output()), right)
		n := logical.RowsOf(side)
		if n < 0 || rows < 0 || n > rows || !set.HasAll(j.Cond) || !expr.Deterministic(j.Cond) {
			continue
		}
		d := *j
		d.Left = side
		kids := below.Children()
		kids[i] = lowered(&d)
		return below.With(kids)
	}
	return j
}
