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
	case j.Type != logical.Inner && j.Type != logical.Cross && j.Type != logical.LeftOuter && j.Type != logical.RightOuter && j.Type != logical.FullOuter:
		return logical.BuildRight
	case j.RightHint == logical.Broadcast && j.Type != logical.RightOuter:
		return logical.BuildRight
	case j.LeftHint == logical.Broadcast && j.Type != logical.LeftOuter:
		return logical.BuildLeft
	}
	left, right := size(j.Left), size(j.Right)
	if left >= 0 && (right < 0 || left < right) {
		return logical.BuildLeft
	}
	if right >= 0 {
		return logical.BuildRight
	}
	return logical.Either
}

// size estimates the bytes of a relation, -1 if unknown. Filters and
// aggregations are taken to keep what they read.
func size(n logical.Node) int64 {
	switch x := n.(type) {
	case *logical.Scan:
		return x.Rel.Size()
	case *logical.Values:
		return int64(len(x.Rows)) * rowBytes(n)
	case *logical.Range:
		return max(0, (x.End-x.Start)/x.Step) * 8
	case *logical.Local:
		total := int64(0)
		for _, b := range x.Batches {
			total += int64(b.Size())
		}
		return total
	case *logical.Limit:
		if s := size(x.Child); s >= 0 {
			return min(s, x.N*rowBytes(n))
		}
		return x.N * rowBytes(n)
	}
	total := int64(0)
	for _, c := range n.Children() {
		s := size(c)
		if s < 0 {
			return -1
		}
		total += s
	}
	return total
}

// rowBytes is what a row is taken to weigh.
func rowBytes(n logical.Node) int64 { return 8 + 16*int64(len(n.Output())) }
