package physical

import (
	"slices"
	"strings"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/operator"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

// mode is what an aggregation owes and when.
func (l *lowering) mode() operator.Mode {
	if !l.Streaming {
		return operator.Batch
	}
	return map[connector.Mode]operator.Mode{connector.Append: operator.Append, connector.Update: operator.Update, connector.Complete: operator.Complete}[l.Mode]
}

// aggregate groups in two steps: each task its own rows, then, behind an
// exchange by key, the partial results of all.
func (l *lowering) aggregate(n *logical.Aggregate) (*fragment, error) {
	f, err := l.node(n.Child)
	if err != nil {
		return nil, err
	}
	if n.SessionKey() >= 0 {
		return l.sessionAggregate(n, f)
	}
	g := l.grouping(n, f)
	calls := calls(n.Aggs, f)
	partial := &operator.Partial{Keys: g.keys, Calls: calls}
	stateOut, err := operator.PartialOut(g.keys, calls, &expr.Context{})
	if err != nil {
		return nil, err
	}
	mode := l.mode()
	if mode == operator.Batch || !logical.Streaming(n.Child) {
		mode = operator.Batch
	}
	f = f.then("HashAggregate(partial)"+strings.TrimPrefix(n.String(), "Aggregate"), attrsOf(stateOut), func() task.Operator { c := *partial; return &c })
	f = l.meet(f, g.columns(), mode != operator.Batch)
	final := &operator.Final{Keys: g.columns(), Calls: calls, Mode: mode, EventTime: g.eventTime()}
	if mode != operator.Batch {
		final.Table = l.stateName("aggregate")
		f.id = final.Table
	}
	f = f.then("HashAggregate(final)"+strings.TrimPrefix(n.String(), "Aggregate"), nil, func() task.Operator { c := *final; return &c })
	return g.restore(n, f), nil
}

// meet brings rows with equal keys to one task; fresh: into a stage that holds
// no other state.
func (l *lowering) meet(f *fragment, keys []expr.Node, fresh bool) *fragment {
	if f.single && (!fresh || f.id == "") && len(keys) == 0 {
		return f
	}
	if len(keys) == 0 {
		return l.cut(f, task.Single, nil)
	}
	return l.cut(f, task.Hash, keys)
}

// calls lowers aggregates, *logical.Alias each.
func calls(aggs []expr.Node, f *fragment) []operator.AggregateCall {
	out := make([]operator.AggregateCall, len(aggs))
	for i, a := range aggs {
		c := a.(*logical.Alias).Arg.(*logical.AggregateCall)
		out[i] = operator.AggregateCall{Name: logical.ToAttr(a).Name, Sig: c.Sig, Args: f.bindAll(c.Args)}
		if c.Filter != nil {
			out[i].Filter = f.bind(c.Filter)
		}
	}
	return out
}

// attrsOf names the columns of a schema that no attribute refers to.
func attrsOf(s *sqltype.Struct) []*logical.Attr {
	out := make([]*logical.Attr, len(s.Fields))
	for i, f := range s.Fields {
		out[i] = &logical.Attr{ID: -1, Name: f.Name, T: f.Type, Null: f.Nullable}
	}
	return out
}

// grouping is the keys of an aggregation as they are hashed: a window is its
// end alone, or its end and start, so that keys are plain integers.
type grouping struct {
	keys  []expr.Node // over the aggregation's input
	names []string    // of the keys where they are put out
	of    []keyForm   // by key of the logical node
}

// keyForm says how a logical key is made of the hashed ones.
type keyForm struct {
	at   int
	size int64 // of a window whose end is hashed; 0: see below
	pair bool  // a window whose end and start are hashed
	time bool  // the key carries the event time
}

func (l *lowering) grouping(n *logical.Aggregate, f *fragment) *grouping {
	g := &grouping{}
	for _, k := range n.Group {
		a, e := logical.ToAttr(k), f.bind(k)
		form := keyForm{at: len(g.keys), time: a.Tags.EventTime}
		if a.Tags.Window && e.Type().Kind() == sqltype.KindStruct {
			g.keys = append(g.keys, windowField(e, 1))
			// State outlives the query's text: it says both ends, so that windows
			// of another size keep theirs.
			if form.size = windowSize(n.Child, k); form.size == 0 || l.Streaming {
				form.pair = true
				g.keys = append(g.keys, windowField(e, 0))
			}
		} else {
			g.keys = append(g.keys, e)
		}
		for len(g.names) < len(g.keys) {
			g.names = append(g.names, a.Name)
		}
		g.of = append(g.of, form)
	}
	return g
}

func windowField(e expr.Node, i int) expr.Node {
	f := e.Type().(*sqltype.Struct).Fields[i]
	return &expr.Field{Arg: e, Ordinal: i, Name: f.Name}
}

// windowSize returns the size of the windows a key comes from, 0 if it is not
// plain to see.
func windowSize(n logical.Node, key expr.Node) int64 {
	if a, ok := key.(*logical.Alias); ok {
		key = a.Arg
	}
	a, ok := key.(*logical.Attr)
	if !ok {
		return 0
	}
	if w, ok := n.(*logical.Windows); ok && w.Out.ID == a.ID {
		return w.Size
	}
	if p, ok := n.(*logical.Project); ok {
		for _, e := range p.List {
			if al, ok := e.(*logical.Alias); ok && al.ID == a.ID {
				return windowSize(p.Child, al.Arg)
			}
		}
	}
	for _, c := range n.Children() {
		if size := windowSize(c, a); size != 0 {
			return size
		}
	}
	return 0
}

// columns are the hashed keys as the partial aggregation puts them out.
func (g *grouping) columns() []expr.Node {
	out := make([]expr.Node, len(g.keys))
	for i, k := range g.keys {
		out[i] = &expr.Column{Ordinal: i, Name: g.names[i], T: k.Type(), Null: k.Nullable()}
	}
	return out
}

// eventTime returns the key that carries the event time, nil if none does.
func (g *grouping) eventTime() expr.Node {
	for _, k := range g.of {
		if k.time {
			return g.columns()[k.at]
		}
	}
	return nil
}

// restore makes the logical node's columns of what the final aggregation puts
// out: windows become structs again.
func (g *grouping) restore(n *logical.Aggregate, f *fragment) *fragment {
	out := n.Output()
	plain := len(g.keys) == len(g.of)
	var exprs []expr.Node
	cols := g.columns()
	for i, k := range g.of {
		e := cols[k.at]
		if k.pair {
			e, plain = makeWindow(cols[k.at+1], cols[k.at], out[i].T), false
		} else if k.size > 0 {
			e, plain = windowOfEnd(cols[k.at], eventtime.Duration(k.size), out[i].T), false
		}
		exprs = append(exprs, e)
	}
	if plain {
		f.out = out
		return f
	}
	for i, a := range out[len(g.of):] {
		exprs = append(exprs, &expr.Column{Ordinal: len(g.keys) + i, Name: a.Name, T: a.T, Null: a.Null})
	}
	schema := logical.Schema(out)
	return f.then("Project "+schema.String(), out, func() task.Operator { return &operator.Project{Exprs: exprs, Out: schema} })
}

// deduplicate keeps the first row of each key.
func (l *lowering) deduplicate(n *logical.Deduplicate, f *fragment) *fragment {
	keys := f.bindAll(n.Keys)
	name := ""
	f = l.meet(f, keys, l.Streaming)
	if l.Streaming {
		name = l.stateName("dedup")
		f.id = name
	}
	var time expr.Node
	var delay int64
	expires := false
	for _, a := range f.out {
		if a.Tags.EventTime {
			time, delay = timeOf(bind(a, f.out)), a.Tags.DelayMs
			expires = slices.ContainsFunc(n.Keys, func(k expr.Node) bool { return k.(*logical.Attr).ID == a.ID })
		}
	}
	if n.WithinWatermark {
		return f.then(n.String(), f.out, func() task.Operator {
			return &operator.DedupWithin{Keys: keys, EventTime: time, Delay: eventtime.Duration(delay * 1000), Table: name}
		})
	}
	return f.then(n.String(), f.out, func() task.Operator {
		return &operator.Dedup{Keys: keys, EventTime: time, Expires: expires, Table: name}
	})
}
