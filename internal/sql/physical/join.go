package physical

import (
	"strings"

	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/operator"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/internal/task"
)

// joinPlan is a join on its way to an operator.
type joinPlan struct {
	n           *logical.Join
	left, right *fragment
	lk, rk      []expr.Node // keys over the sides' columns
	nullSafe    []bool
	rest        expr.Node // over left, then right columns
}

// join lowers a join: the side that is built is sent whole to every task if it
// is small or must be, else both sides meet by key; without keys every pair is
// tried.
func (l *lowering) join(n *logical.Join) (*fragment, error) {
	left, err := l.node(n.Left)
	if err != nil {
		return nil, err
	}
	right, err := l.node(n.Right)
	if err != nil {
		return nil, err
	}
	p := &joinPlan{n: n, left: left, right: right}
	p.split()
	if logical.Streaming(n.Left) && logical.Streaming(n.Right) {
		return l.streamJoin(p)
	}
	buildLeft := l.buildLeft(p)
	return l.place(p, buildLeft), nil
}

// split takes the equalities between the sides out of the condition.
func (p *joinPlan) split() {
	leftSet, rightSet := logical.SetOf(p.left.out), logical.SetOf(p.right.out)
	var rest []expr.Node
	for _, c := range logical.Conjuncts(p.n.Cond) {
		call, ok := c.(*expr.Call)
		if !ok || call.Fn.Name != "=" && call.Fn.Name != "<=>" || !p.key(call, leftSet, rightSet) {
			rest = append(rest, c)
		}
	}
	if len(rest) > 0 {
		p.rest = bind(logical.And(rest...), append(p.left.out[:len(p.left.out):len(p.left.out)], p.right.out...))
	}
}

func (p *joinPlan) key(c *expr.Call, left, right logical.Set) bool {
	a, b := c.Args[0], c.Args[1]
	if left.HasAll(b) && right.HasAll(a) && right.HasAny(a) && left.HasAny(b) {
		a, b = b, a
	}
	if !left.HasAll(a) || !right.HasAll(b) || !left.HasAny(a) || !right.HasAny(b) {
		return false
	}
	p.lk = append(p.lk, p.left.bind(a))
	p.rk = append(p.rk, p.right.bind(b))
	p.nullSafe = append(p.nullSafe, c.Fn.Name == "<=>")
	return true
}

// buildLeft says which side is kept in memory: never a stream, the right one
// where the join type wants it, else the one the optimiser chose.
func (l *lowering) buildLeft(p *joinPlan) bool {
	switch {
	case p.n.Type == logical.Mark, p.n.Type == logical.Single, p.n.NullAware:
		return false
	case logical.Streaming(p.n.Left):
		return false
	case logical.Streaming(p.n.Right):
		return true
	}
	return p.n.Build == logical.BuildLeft
}

// place exchanges the sides and puts the operator on top.
func (l *lowering) place(p *joinPlan, buildLeft bool) *fragment {
	built, probed := p.right, p.left
	bk, pk := p.rk, p.lk
	if buildLeft {
		built, probed, bk, pk = p.left, p.right, p.lk, p.rk
	}
	switch {
	case l.mayBroadcast(p, buildLeft):
		built = l.cut(built, task.Broadcast, nil)
	case len(bk) == 0 || p.n.NullAware:
		built, probed = l.cut(built, task.Single, nil), l.together(probed)
	default:
		built, probed = l.cut(built, task.Hash, bk), l.cut(probed, task.Hash, pk)
	}
	out := p.n.Output()
	s := &step{name: p.name(buildLeft) + strings.TrimPrefix(p.n.String(), "Join"), from: []*step{built.root, probed.root}, make: p.operator(buildLeft)}
	return &fragment{root: s, out: out, single: probed.single, id: probed.id}
}

// name is the operator's name in EXPLAIN.
func (p *joinPlan) name(buildLeft bool) string {
	name := "HashJoin"
	if len(p.lk) == 0 {
		name = "NestedLoopJoin"
	}
	if buildLeft {
		return name + "(build left)"
	}
	return name + "(build right)"
}

// mayBroadcast reports whether the built side is sent to every task: always for
// a stream's partner, else if it is small and none of its unmatched rows are
// put out.
func (l *lowering) mayBroadcast(p *joinPlan, buildLeft bool) bool {
	if logical.Streaming(p.n) {
		return true
	}
	side, hint := p.n.Right, p.n.RightHint
	if buildLeft {
		side, hint = p.n.Left, p.n.LeftHint
	}
	switch p.n.Type {
	case logical.FullOuter:
		return false
	case logical.LeftOuter, logical.LeftSemi, logical.LeftAnti:
		if buildLeft {
			return false
		}
	case logical.RightOuter:
		if !buildLeft {
			return false
		}
	}
	if hint == logical.Broadcast || len(p.lk) == 0 && !buildLeft {
		return true
	}
	size := logical.SizeOf(side)
	if weight := logical.WeightOf(side); weight >= 0 && l.Broadcast > 0 {
		size = min(size, weight)
	}
	return size >= 0 && size <= l.Broadcast
}

func (p *joinPlan) operator(buildLeft bool) func() task.Operator {
	j := operator.Join{
		BuildLeft: buildLeft, Left: logical.Schema(p.left.out), Right: logical.Schema(p.right.out),
		LeftKeys: p.lk, RightKeys: p.rk, NullSafe: p.nullSafe, Condition: p.rest, NullAware: p.n.NullAware,
	}
	switch p.n.Type {
	case logical.Inner, logical.Cross:
		j.Type = operator.Inner
	case logical.LeftOuter:
		j.Type = operator.LeftOuter
	case logical.Single:
		j.Type, j.AtMostOne = operator.LeftOuter, true
	case logical.RightOuter:
		j.Type = operator.RightOuter
	case logical.FullOuter:
		j.Type = operator.FullOuter
	case logical.LeftSemi:
		j.Type = operator.LeftSemi
	case logical.LeftAnti:
		j.Type = operator.LeftAnti
	case logical.Mark:
		j.Type = operator.Existence
	}
	return func() task.Operator { c := j; return &c }
}
