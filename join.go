package spate

import (
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/sparkerr"
)

// joinKinds are Spark's names of joins, without underscores.
var joinKinds = map[string]plan.JoinKind{
	"inner": plan.Inner, "cross": plan.Cross,
	"outer": plan.FullOuter, "full": plan.FullOuter, "fullouter": plan.FullOuter,
	"left": plan.LeftOuter, "leftouter": plan.LeftOuter,
	"right": plan.RightOuter, "rightouter": plan.RightOuter,
	"semi": plan.LeftSemi, "leftsemi": plan.LeftSemi,
	"anti": plan.LeftAnti, "leftanti": plan.LeftAnti,
}

// Join joins two frames. on is a condition (a Column), or the names of columns
// both have (a string or []string), which then appear once; nil pairs every row
// with every other. how is inner (the default), left, right, outer, semi, anti
// or cross.
func (d *DataFrame) Join(other *DataFrame, on any, how ...string) *DataFrame {
	b := d.build()
	b.together(other)
	if b.err != nil {
		return b.fail(nil)
	}
	j := &plan.Join{Node: b.node(), Left: d.rel, Right: other.rel, Kind: b.joinKind(how)}
	switch x := on.(type) {
	case nil:
	case Column:
		j.On = b.expr(x)
	case string:
		j.Using = []string{x}
	case []string:
		j.Using = x
	case []Column:
		for _, c := range x {
			j.On = b.and(j.On, b.expr(c))
		}
	default:
		b.failf("NOT_COLUMN_OR_STR", "Join takes a condition (a Column), or the names of columns (a string or []string)", "arg_name", "on")
	}
	return b.frame(j)
}

func (b *builder) and(x, y plan.Expr) plan.Expr {
	if x == nil {
		return y
	}
	return &plan.Call{Node: b.node(), Name: "and", Args: []plan.Expr{x, y}, Operator: true}
}

func (b *builder) joinKind(how []string) plan.JoinKind {
	if len(how) == 0 {
		return plan.Inner
	}
	k, ok := joinKinds[folded(how[0])]
	if !ok {
		b.note(sparkerr.New("UNSUPPORTED_JOIN_TYPE", "there is no join '"+how[0]+"': use inner, left, right, outer, semi, anti or cross",
			"typ", how[0], "supported", "'inner', 'outer', 'full', 'fullouter', 'left', 'leftouter', 'right', 'rightouter', 'semi', 'leftsemi', 'anti', 'leftanti', 'cross'"))
	}
	return k
}

// CrossJoin pairs every row with every row of the other frame.
func (d *DataFrame) CrossJoin(other *DataFrame) *DataFrame { return d.Join(other, nil, "cross") }

// Union appends the rows of the other frame, columns by position; duplicates
// stay.
func (d *DataFrame) Union(other *DataFrame) *DataFrame {
	return d.combine(other, plan.SetOp{Kind: plan.Union, All: true})
}

// UnionAll is Union.
func (d *DataFrame) UnionAll(other *DataFrame) *DataFrame { return d.Union(other) }

// UnionByName is Union with columns matched by name. With allowMissing, columns
// of one side only are null for the other.
func (d *DataFrame) UnionByName(other *DataFrame, allowMissing ...bool) *DataFrame {
	return d.combine(other, plan.SetOp{Kind: plan.Union, All: true, ByName: true, AllowMissing: len(allowMissing) > 0 && allowMissing[0]})
}

// Intersect keeps the distinct rows that both frames have.
func (d *DataFrame) Intersect(other *DataFrame) *DataFrame {
	return d.combine(other, plan.SetOp{Kind: plan.Intersect})
}

// IntersectAll is Intersect that keeps duplicates.
func (d *DataFrame) IntersectAll(other *DataFrame) *DataFrame {
	return d.combine(other, plan.SetOp{Kind: plan.Intersect, All: true})
}

// Subtract keeps the distinct rows that the other frame does not have.
func (d *DataFrame) Subtract(other *DataFrame) *DataFrame {
	return d.combine(other, plan.SetOp{Kind: plan.Except})
}

// ExceptAll is Subtract that keeps duplicates.
func (d *DataFrame) ExceptAll(other *DataFrame) *DataFrame {
	return d.combine(other, plan.SetOp{Kind: plan.Except, All: true})
}

func (d *DataFrame) combine(other *DataFrame, op plan.SetOp) *DataFrame {
	b := d.build()
	b.together(other)
	if b.err != nil {
		return b.fail(nil)
	}
	op.Node, op.Left, op.Right = b.node(), d.rel, other.rel
	return b.frame(&op)
}
