package physical

import (
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/fn/window"
	"github.com/spatestream/spate/internal/operator"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

// timeOf returns the event time of a column: of a window its end.
func timeOf(e expr.Node) expr.Node {
	if e.Type().Kind() == sqltype.KindStruct {
		return windowField(e, 1)
	}
	return e
}

// watermark observes event times; nodes are numbered as they are met.
func (l *lowering) watermark(n *logical.Watermark, f *fragment) *fragment {
	if !l.Streaming || !logical.Streaming(n.Child) {
		f.out = n.Output()
		return f
	}
	ordinal := len(l.plan.Delays)
	l.plan.Delays = append(l.plan.Delays, n.DelayMs)
	time := timeOf(f.bind(n.Time))
	return f.then(n.String(), n.Output(), func() task.Operator { return &operator.Watermark{Time: time, Node: ordinal} })
}

// windows appends the window of each row; where windows overlap, a row goes on
// once for each.
func (l *lowering) windows(n *logical.Windows, f *fragment) *fragment {
	time := f.bind(n.Time)
	count := int((n.Size + n.Slide - 1) / n.Slide)
	lists := make([][]expr.Node, count)
	for k := range lists {
		lists[k] = append(columnsOf(f.out), window.Assign(time, window.Spec{Size: n.Size, Slide: n.Slide, Start: n.Start}, k))
	}
	out := logical.Schema(n.Output())
	if count == 1 {
		f = f.then(n.String(), n.Output(), func() task.Operator { return &operator.Project{Exprs: lists[0], Out: out} })
	} else {
		f = f.then(n.String(), n.Output(), func() task.Operator { return &operator.Expand{Lists: lists, Out: out} })
	}
	if time.Nullable() { // a row without a time has no window
		timed := window.IsTime(f.bind(n.Out))
		f = f.then("Filter "+timed.String(), f.out, func() task.Operator { return &operator.Filter{Predicate: timed} })
	}
	if n.Size%n.Slide == 0 {
		return f
	}
	inside := window.Contains(f.bind(n.Out), time)
	return f.then("Filter "+inside.String(), f.out, func() task.Operator { return &operator.Filter{Predicate: inside} })
}

// sessions appends the session each row opens by itself.
func (l *lowering) sessions(n *logical.Sessions, f *fragment) *fragment {
	time, gap := f.bind(n.Time), f.bind(n.Gap)
	exprs, out := append(columnsOf(f.out), window.Session(time, gap)), logical.Schema(n.Output())
	f = f.then(n.String(), n.Output(), func() task.Operator { return &operator.Project{Exprs: exprs, Out: out} })
	// Without a time or a gap there is no window, whose length then is null.
	long := window.HasLength(f.bind(n.Out))
	return f.then("Filter "+long.String(), f.out, func() task.Operator { return &operator.Filter{Predicate: long} })
}

func columnsOf(out []*logical.Attr) []expr.Node {
	es := make([]expr.Node, len(out), len(out)+1)
	for i, a := range out {
		es[i] = &expr.Column{Ordinal: i, Name: a.Name, T: a.T, Null: a.Null}
	}
	return es
}

func makeWindow(start, end expr.Node, t sqltype.Type) expr.Node { return window.Make(start, end, t) }

func windowOfEnd(end expr.Node, size eventtime.Duration, t sqltype.Type) expr.Node {
	return window.OfEnd(end, size, t)
}
