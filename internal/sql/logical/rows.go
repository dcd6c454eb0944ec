package logical

import (
	"github.com/spatestream/spate/internal/expr"
)

// Counter is a Relation that knows about how many rows it has, -1 if not.
type Counter interface{ Rows() int64 }

// unknownRow is how many bytes a row of a relation of unknown rows is taken to
// have where it lies.
const unknownRow = 64

// RowsOf estimates the rows of a relation, never less than 1; -1 if unknown.
// Nothing is known of values: conditions pass fixed shares, and a key is taken
// to have as many values as the smallest relation that it comes from has rows.
// Estimates choose between plans and nothing else.
func RowsOf(n Node) float64 {
	switch x := n.(type) {
	case *Scan:
		return scanRows(x)
	case *Values:
		return max(1, float64(len(x.Rows)))
	case *Range:
		return max(1, float64((x.End-x.Start)/x.Step))
	case *Local:
		total := 0
		for _, b := range x.Batches {
			total += b.Rows()
		}
		return max(1, float64(total))
	case *Limit:
		if r := RowsOf(x.Child); r >= 0 {
			return min(r, float64(max(1, x.N)))
		}
		return float64(max(1, x.N))
	case *Filter:
		return scaled(RowsOf(x.Child), Share(x.Cond))
	case *Aggregate:
		return groups(x)
	case *Join:
		return joinRows(x)
	case *Union:
		total := 0.0
		for _, in := range x.Inputs {
			r := RowsOf(in)
			if r < 0 {
				return -1
			}
			total += r
		}
		return total
	}
	if c := n.Children(); len(c) == 1 {
		return RowsOf(c[0])
	}
	return -1
}

func scaled(rows, share float64) float64 {
	if rows < 0 {
		return -1
	}
	return max(1, rows*share)
}

func scanRows(s *Scan) float64 {
	if c, ok := s.Rel.(Counter); ok {
		if n := c.Rows(); n >= 0 {
			return max(1, float64(n))
		}
	}
	if size := s.Rel.Size(); size >= 0 {
		return max(1, float64(size)/unknownRow)
	}
	return -1
}

// Share estimates which share of rows meets a condition.
func Share(e expr.Node) float64 {
	switch x := e.(type) {
	case *expr.Logic:
		a, b := Share(x.Left), Share(x.Right)
		if x.Or {
			return min(1, a+b)
		}
		return a * b
	case *expr.In:
		return min(0.5, 0.05*float64(len(x.List)))
	case *expr.Call:
		switch x.Fn.Name {
		case "=", "<=>":
			return 0.05
		case "<", "<=", ">", ">=":
			return 0.35
		case "isnull":
			return 0.05
		case "isnotnull":
			return 1
		case "like", "rlike", "contains", "startswith", "endswith", "regexp_like":
			return 0.1
		case "not", "!":
			return max(0.05, 1-Share(x.Args[0]))
		}
	}
	return 0.5
}

// groups estimates the groups of an aggregation.
func groups(a *Aggregate) float64 {
	rows := RowsOf(a.Child)
	if len(a.Group) == 0 {
		return 1
	}
	if rows < 0 {
		return -1
	}
	keys := 1.0
	for _, g := range a.Group {
		if v := ValuesOf(a.Child, g); v >= 0 {
			keys *= v
		} else {
			return rows
		}
	}
	return min(rows, keys)
}

// ValuesOf bounds how many values an expression over n's columns has: the rows
// of the relation that it is a column of; -1 if unknown.
func ValuesOf(n Node, e expr.Node) float64 {
	a, ok := e.(*Attr)
	if !ok {
		if al, is := e.(*Alias); is {
			return ValuesOf(n, al.Arg)
		}
		return RowsOf(n)
	}
	switch x := n.(type) {
	case *Scan:
		return scanRows(x)
	case *Project:
		for _, item := range x.List {
			if ToAttr(item).ID == a.ID {
				if al, is := item.(*Alias); is {
					return ValuesOf(x.Child, al.Arg)
				}
				return ValuesOf(x.Child, a)
			}
		}
	case *Aggregate:
		for _, g := range x.Group {
			if ga, is := g.(*Attr); is && ga.ID == a.ID {
				return ValuesOf(x.Child, ga)
			}
		}
		return RowsOf(x)
	case *Join:
		for _, side := range []Node{x.Left, x.Right} {
			if SetOf(side.Output())[a.ID] {
				return ValuesOf(side, a)
			}
		}
	}
	if c := n.Children(); len(c) == 1 && SetOf(c[0].Output())[a.ID] {
		return ValuesOf(c[0], a)
	}
	return RowsOf(n)
}

// joinRows estimates the rows of a join.
func joinRows(j *Join) float64 {
	left, right := RowsOf(j.Left), RowsOf(j.Right)
	if left < 0 || right < 0 {
		return -1
	}
	switch j.Type {
	case LeftSemi, LeftAnti:
		return max(1, left/2)
	case Single, Mark:
		return left
	}
	keys, rest := j.EquiKeys()
	rows := left * right / KeyValues(j.Left, j.Right, keys, nil)
	for _, c := range rest {
		rows *= Share(c)
	}
	switch j.Type {
	case LeftOuter:
		rows = max(rows, left)
	case RightOuter:
		rows = max(rows, right)
	case FullOuter:
		rows = max(rows, left+right)
	}
	return max(1, rows)
}

// KeyValues estimates how many values the keys of a join have together, at
// least 1: a product, but no more than the relations that they are columns of
// have rows. of, if not nil, says how many one key has.
func KeyValues(left, right Node, keys []KeyPair, of func(KeyPair) float64) float64 {
	values, mostLeft, mostRight := 1.0, 1.0, 1.0
	for _, k := range keys {
		l, r := ValuesOf(left, k.Left), ValuesOf(right, k.Right)
		mostLeft, mostRight = max(mostLeft, l), max(mostRight, r)
		n := min(l, r)
		if of != nil {
			n = of(k)
		}
		values *= max(1, n)
	}
	return min(values, mostLeft, mostRight)
}
