package optimize

import "github.com/spatestream/spate/internal/sql/logical"

// buildSides chooses which input of a join is kept in memory: what the program
// hints, the batch beside a stream, else the smaller.
func buildSides(o *Optimizer, n logical.Node) (logical.Node, error) {
	return logical.Transform(n, func(m logical.Node) logical.Node {
		j, ok := m.(*logical.Join)
		if !ok || j.Build != logical.Either {
			return m
		}
		side := o.side(j)
		if side == logical.Either {
			return m
		}
		d := *j
		d.Build = side
		return &d
	}), nil
}

func (o *Optimizer) side(j *logical.Join) logical.Side {
	switch {
	case logical.Streaming(j.Left) != logical.Streaming(j.Right):
		if logical.Streaming(j.Left) {
			return logical.BuildRight
		}
		return logical.BuildLeft
	case o.turns(j):
		return logical.BuildLeft
	case j.Type != logical.Inner && j.Type != logical.Cross && j.Type != logical.LeftOuter && j.Type != logical.RightOuter && j.Type != logical.FullOuter:
		return logical.BuildRight
	case j.RightHint == logical.Broadcast && j.Type != logical.RightOuter:
		return logical.BuildRight
	case j.LeftHint == logical.Broadcast && j.Type != logical.LeftOuter:
		return logical.BuildLeft
	}
	left, right := logical.WeightOf(j.Left), logical.WeightOf(j.Right)
	switch { // the side whose rows all stay cannot be sent whole to every task
	case j.Type == logical.LeftOuter && right >= 0 && right <= o.BroadcastBytes:
		return logical.BuildRight
	case j.Type == logical.RightOuter && left >= 0 && left <= o.BroadcastBytes:
		return logical.BuildLeft
	}
	if left >= 0 && (right < 0 || left < right) {
		return logical.BuildLeft
	}
	if right >= 0 {
		return logical.BuildRight
	}
	return logical.Either
}

// turns reports whether a semi or anti join had better keep its left side, whose
// rows it emits, because the right one is large and larger.
func (o *Optimizer) turns(j *logical.Join) bool {
	if j.Type != logical.LeftSemi && j.Type != logical.LeftAnti || j.NullAware || j.RightHint == logical.Broadcast {
		return false
	}
	keys, _ := j.EquiKeys()
	left, right := logical.WeightOf(j.Left), logical.WeightOf(j.Right)
	return len(keys) > 0 && left >= 0 && right > o.BroadcastBytes && 2*left < right
}
