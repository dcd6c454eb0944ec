package physical

import (
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/operator"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/internal/task"
)

// sessionAggregate groups by session windows: rows meet by the other keys,
// sessions that touch become one.
func (l *lowering) sessionAggregate(n *logical.Aggregate, f *fragment) (*fragment, error) {
	at := n.SessionKey()
	keys, session := l.sessionKeys(n, f, at)
	calls := calls(n.Aggs, f)
	all := append(keys[:len(keys):len(keys)], session)
	partialOut, err := operator.PartialOut(all, calls, &expr.Context{})
	if err != nil {
		return nil, err
	}
	f = f.then("SessionAggregate(partial) "+n.String(), attrsOf(partialOut), func() task.Operator {
		return &operator.Partial{Keys: all, Calls: calls}
	})
	cols := columnsOf(f.out)
	mode := l.mode()
	if !logical.Streaming(n.Child) {
		mode = operator.Batch
	}
	f = l.meet(f, cols[:len(keys)], mode != operator.Batch)
	table := ""
	if mode != operator.Batch {
		table = l.stateName("session")
		f.id = table
	}
	f = f.then("SessionAggregate(final) "+n.String(), nil, func() task.Operator {
		return &operator.Session{Keys: cols[:len(keys)], Session: cols[len(keys)], States: len(all), Calls: calls, Mode: mode, Table: table}
	})
	return l.reorder(n, f, at, len(keys)), nil
}

// sessionKeys returns the other keys and the session over the input.
func (l *lowering) sessionKeys(n *logical.Aggregate, f *fragment, at int) (keys []expr.Node, session expr.Node) {
	for i, k := range n.Group {
		if i == at {
			session = f.bind(k)
		} else {
			keys = append(keys, f.bind(k))
		}
	}
	return keys, session
}

// reorder puts the session back to its place among the keys.
func (l *lowering) reorder(n *logical.Aggregate, f *fragment, at, keys int) *fragment {
	out := n.Output()
	exprs := make([]expr.Node, len(out))
	next := 0
	for i, a := range out {
		c := &expr.Column{Name: a.Name, T: a.T, Null: a.Null}
		switch {
		case i == at:
			c.Ordinal = keys
		case i <= keys:
			c.Ordinal = next
			next++
		default:
			c.Ordinal = i
		}
		exprs[i] = c
	}
	schema := logical.Schema(out)
	return f.then("Project "+schema.String(), out, func() task.Operator { return &operator.Project{Exprs: exprs, Out: schema} })
}
