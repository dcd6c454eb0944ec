package physical

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/operator"
	"github.com/spatestream/spate/internal/sortkey"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/internal/task"
)

// together brings all rows to one task.
func (l *lowering) together(f *fragment) *fragment {
	if f.single {
		return f
	}
	return l.cut(f, task.Single, nil)
}

func sortKeys(orders []logical.Order, in []*logical.Attr) []operator.SortKey {
	keys := make([]operator.SortKey, len(orders))
	for i, o := range orders {
		keys[i] = operator.SortKey{Expr: bind(o.Expr, in), Order: sortkey.Order{Desc: o.Desc, NullsFirst: o.NullsFirst}}
	}
	return keys
}

// sort orders rows, and of a limit keeps the first only (limit < 0: all): each
// task its own part first, then one task the whole. The sort that gives a batch
// its order ranges the rows over the tasks.
func (l *lowering) sort(n *logical.Sort, f *fragment, limit, offset int64) *fragment {
	keys, in := sortKeys(n.Orders, f.out), logical.Schema(f.out)
	if limit < 0 {
		switch {
		case n == l.last && !f.single:
			f = l.ranged(f, n.Orders)
		case n.Global:
			f = l.together(f)
		}
		return f.then(n.String(), f.out, func() task.Operator { return &operator.Sort{By: keys, In: in} })
	}
	top := func(limit, offset int64) func() task.Operator {
		return func() task.Operator { return &operator.TopN{By: keys, Limit: limit, Offset: offset, In: in} }
	}
	if !f.single {
		f = l.cut(f.then("TopN", f.out, top(limit+offset, 0)), task.Single, nil)
	}
	return f.then("TakeOrdered "+n.String(), f.out, top(limit, offset))
}

// ranged brings rows to tasks in ranges of their order.
func (l *lowering) ranged(f *fragment, orders []logical.Order) *fragment {
	keys := make([]expr.Node, len(orders))
	for i, o := range orders {
		keys[i] = f.bind(o.Expr)
	}
	f = l.cut(f, task.Range, keys)
	s := l.plan.Graph.Stages[len(l.plan.Graph.Stages)-1]
	for _, o := range orders {
		s.Desc, s.First = append(s.Desc, o.Desc), append(s.First, o.NullsFirst)
	}
	return f
}

// lastSort returns the sort that orders the rows of a result, nil if none does.
func lastSort(n logical.Node) *logical.Sort {
	switch x := n.(type) {
	case *logical.Sort:
		if x.Global {
			return x
		}
	case *logical.Project, *logical.Filter, *logical.SubqueryAlias:
		return lastSort(n.Children()[0])
	}
	return nil
}

// limit keeps the first rows: of a sort the smallest; in append mode counted
// over the life of the query.
func (l *lowering) limit(n *logical.Limit) (*fragment, error) {
	child, offset := n.Child, int64(0)
	if o, ok := child.(*logical.Offset); ok {
		child, offset = o.Child, o.N
	}
	sort, sorted := child.(*logical.Sort)
	if sorted && sort.Global && !l.Streaming && n.N+offset <= maxTop {
		f, err := l.node(sort.Child)
		if err != nil {
			return nil, err
		}
		return l.sort(sort, f, n.N, offset), nil
	}
	f, err := l.node(n.Child)
	if err != nil {
		return nil, err
	}
	return l.limited(f, n.String(), n.N, 0), nil
}

// maxTop is up to how many rows a sort with a limit is kept in memory.
const maxTop = 1 << 20

func (l *lowering) limited(f *fragment, name string, limit, offset int64) *fragment {
	cumulative := l.Streaming && l.mode() == operator.Append
	if !f.single && limit >= 0 && !cumulative {
		f = f.then("LocalLimit", f.out, func() task.Operator { return &operator.Limit{Limit: limit + offset} })
	}
	f = l.together(f)
	table := ""
	if cumulative {
		table = l.stateName("limit")
		if f.id != "" {
			f = l.cut(f, task.Single, nil)
		}
		f.id = table
	}
	return f.then(name, f.out, func() task.Operator { return &operator.Limit{Limit: limit, Offset: offset, Table: table} })
}

// limitBy keeps the first rows of each key, in batches.
func (l *lowering) limitBy(n *logical.LimitBy, f *fragment) *fragment {
	f = l.meet(f, f.bindAll(n.Keys), false)
	if len(n.Orders) > 0 {
		by, in := sortKeys(n.Orders, f.out), logical.Schema(f.out)
		f = f.then("Sort", f.out, func() task.Operator { return &operator.Sort{By: by, In: in} })
	}
	keys := f.bindAll(n.Keys)
	return f.then(n.String(), f.out, func() task.Operator { return &operator.LimitBy{Keys: keys, Limit: n.N, Offset: n.Skip} })
}
