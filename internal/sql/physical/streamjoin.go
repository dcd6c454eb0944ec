package physical

import (
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/operator"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sparkerr"
)

var streamJoins = map[logical.JoinType]operator.JoinType{
	logical.Inner: operator.Inner, logical.Cross: operator.Inner, logical.LeftOuter: operator.LeftOuter,
	logical.RightOuter: operator.RightOuter, logical.FullOuter: operator.FullOuter, logical.LeftSemi: operator.LeftSemi,
}

// streamJoin lowers a join of two streams: both sides meet by key and are kept
// until the watermark says that nothing can match them any more.
func (l *lowering) streamJoin(p *joinPlan) (*fragment, error) {
	n := p.n
	t, ok := streamJoins[n.Type]
	if !ok || len(p.lk) == 0 {
		return nil, sparkerr.Internalf("the check of streaming plans let %s pass", n)
	}
	left := joinSide(p.left, n.Left.Output(), p.lk)
	right := joinSide(p.right, n.Right.Output(), p.rk)
	left.Only, right.Only = ownCondition(n, p.left), ownCondition(n, p.right)
	if !p.dueByKey(&left, &right) {
		p.dueByRange(&left, p.left, n.Left, n.Right)
		p.dueByRange(&right, p.right, n.Right, n.Left)
	}
	lf, rf := l.cut(p.left, task.Hash, p.lk), l.cut(p.right, task.Hash, p.rk)
	name := l.stateName("join")
	j := operator.StreamJoin{Type: t, Left: left, Right: right, NullSafe: p.nullSafe, Condition: p.rest, Table: name}
	s := &step{name: "StreamingSymmetricHashJoin " + n.String(), from: []*step{lf.root, rf.root}, make: func() task.Operator { c := j; return &c }}
	return &fragment{root: s, out: n.Output(), id: name}, nil
}

// ownCondition returns what the join asks of the rows of one side alone, nil
// for nothing.
func ownCondition(n *logical.Join, side *fragment) expr.Node {
	var own []expr.Node
	columns := logical.SetOf(side.out)
	for _, c := range logical.Conjuncts(n.Cond) {
		if columns.HasAll(c) && columns.HasAny(c) && expr.Deterministic(c) {
			own = append(own, side.bind(c))
		}
	}
	return logical.And(own...)
}

func joinSide(f *fragment, out []*logical.Attr, keys []expr.Node) operator.JoinSide {
	s := operator.JoinSide{Schema: logical.Schema(f.out), Keys: keys}
	if a := eventTime(out); a != nil {
		s.Time = timeOf(f.bind(a))
	}
	return s
}

// eventTime returns the column with a watermark, nil if none has one.
func eventTime(out []*logical.Attr) *logical.Attr {
	for _, a := range out {
		if a.Tags.EventTime {
			return a
		}
	}
	return nil
}

// dueByKey lets rows of both sides go with the event time among their keys.
func (p *joinPlan) dueByKey(left, right *operator.JoinSide) bool {
	keys, _ := p.n.EquiKeys()
	for i, k := range keys {
		if logical.TagsOf(k.Left).EventTime || logical.TagsOf(k.Right).EventTime {
			left.Due, right.Due = timeOf(p.lk[i]), timeOf(p.rk[i])
			return true
		}
	}
	return false
}

// dueByRange lets rows of a side that has an event time go by a comparison of
// times in the condition.
func (p *joinPlan) dueByRange(s *operator.JoinSide, f *fragment, of, by logical.Node) {
	if s.Time == nil {
		return
	}
	if due, shift, ok := logical.StateBound(p.n.Cond, of.Output(), by.Output()); ok {
		s.Due, s.Shift = f.bind(due), eventtime.Duration(shift)
	}
}
