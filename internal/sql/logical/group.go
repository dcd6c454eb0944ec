package logical

import (
	"fmt"

	"github.com/spatestream/spate/internal/expr"
)

// Aggregate makes one row of each group: the keys, then the aggregates.
// Expressions over them stand in a Project above. Without keys there is one
// group, and one row also of no input.
type Aggregate struct {
	At
	Group []expr.Node // *Attr, or *Alias of a computed key
	Aggs  []expr.Node // *Alias, each of an *AggregateCall
	Child Node
}

// Output implements Node.
func (a *Aggregate) Output() []*Attr { return append(ToAttrs(a.Group), ToAttrs(a.Aggs)...) }

// Children implements Node.
func (a *Aggregate) Children() []Node { return []Node{a.Child} }

// With implements Node.
func (a *Aggregate) With(c []Node) Node { d := *a; d.Child = c[0]; return &d }

// Exprs implements Node: keys, then aggregates.
func (a *Aggregate) Exprs() []expr.Node {
	return append(append([]expr.Node(nil), a.Group...), a.Aggs...)
}

// WithExprs implements Node.
func (a *Aggregate) WithExprs(es []expr.Node) Node {
	d := *a
	d.Group = es[:len(a.Group):len(a.Group)]
	d.Aggs = es[len(a.Group):]
	return &d
}

// String implements Node.
func (a *Aggregate) String() string {
	return "Aggregate " + texts(a.Group) + ", " + texts(a.Exprs())
}

// Call returns the i-th aggregate.
func (a *Aggregate) Call(i int) *AggregateCall { return a.Aggs[i].(*Alias).Arg.(*AggregateCall) }

// SessionKey returns which key is a session window, -1 if none: then groups
// are the rows of equal other keys whose sessions touch, and the key's value
// is the merged session.
func (a *Aggregate) SessionKey() int {
	for i, g := range a.Group {
		if TagsOf(g).Session {
			return i
		}
	}
	return -1
}

// EventTimeKey returns which key carries the watermark, -1 if none.
func (a *Aggregate) EventTimeKey() int {
	for i, g := range a.Group {
		if TagsOf(g).EventTime {
			return i
		}
	}
	return -1
}

// Distinct keeps one of equal rows; the optimiser turns it into an Aggregate.
type Distinct struct {
	At
	plain
	Child Node
}

// Output implements Node.
func (d *Distinct) Output() []*Attr { return d.Child.Output() }

// Children implements Node.
func (d *Distinct) Children() []Node { return []Node{d.Child} }

// With implements Node.
func (d *Distinct) With(c []Node) Node { e := *d; e.Child = c[0]; return &e }

// WithExprs implements Node.
func (d *Distinct) WithExprs([]expr.Node) Node { return d }

// String implements Node.
func (d *Distinct) String() string { return "Distinct" }

// Deduplicate keeps the first row of each value of Keys, which are *Attr. With
// WithinWatermark a key is forgotten one watermark delay after its first row.
type Deduplicate struct {
	At
	Keys            []expr.Node
	WithinWatermark bool
	Child           Node
}

// Output implements Node.
func (d *Deduplicate) Output() []*Attr { return d.Child.Output() }

// Children implements Node.
func (d *Deduplicate) Children() []Node { return []Node{d.Child} }

// With implements Node.
func (d *Deduplicate) With(c []Node) Node { e := *d; e.Child = c[0]; return &e }

// Exprs implements Node.
func (d *Deduplicate) Exprs() []expr.Node { return d.Keys }

// WithExprs implements Node.
func (d *Deduplicate) WithExprs(es []expr.Node) Node { e := *d; e.Keys = es; return &e }

// String implements Node.
func (d *Deduplicate) String() string {
	if d.WithinWatermark {
		return "DeduplicateWithinWatermark " + texts(d.Keys)
	}
	return "Deduplicate " + texts(d.Keys)
}

// Watermark says that the column Time carries event times of which none will
// be older than the newest seen less DelayMs milliseconds.
type Watermark struct {
	At
	Time    expr.Node // *Attr, a timestamp or a window
	DelayMs int64
	Child   Node
}

// Output implements Node: the input's columns, Time with its tag, and no other
// column with one.
func (w *Watermark) Output() []*Attr {
	in, id := w.Child.Output(), w.Time.(*Attr).ID
	out := make([]*Attr, len(in))
	for i, a := range in {
		t := a.Tags
		t.EventTime, t.DelayMs = a.ID == id, 0
		if a.ID == id {
			t.DelayMs = w.DelayMs
		}
		out[i] = a.Tagged(t)
	}
	return out
}

// Children implements Node.
func (w *Watermark) Children() []Node { return []Node{w.Child} }

// With implements Node.
func (w *Watermark) With(c []Node) Node { d := *w; d.Child = c[0]; return &d }

// Exprs implements Node.
func (w *Watermark) Exprs() []expr.Node { return []expr.Node{w.Time} }

// WithExprs implements Node.
func (w *Watermark) WithExprs(es []expr.Node) Node { d := *w; d.Time = es[0]; return &d }

// String implements Node.
func (w *Watermark) String() string {
	return fmt.Sprintf("EventTimeWatermark %s, %d milliseconds", Text(w.Time), w.DelayMs)
}

// Windows makes one row of each row for every window its time is in, newest
// first, and appends the window, a struct of start and end. Rows with a null
// time are dropped. Windows are [Start + i*Slide, Start + i*Slide + Size);
// all in microseconds, 0 < Slide <= Size, |Start| < Slide. With Slide == Size
// every row has one window.
type Windows struct {
	At
	Time               expr.Node
	Size, Slide, Start int64
	Out                *Attr
	Child              Node
}

// Output implements Node.
func (w *Windows) Output() []*Attr { return append(append([]*Attr(nil), w.Child.Output()...), w.Out) }

// Children implements Node.
func (w *Windows) Children() []Node { return []Node{w.Child} }

// With implements Node.
func (w *Windows) With(c []Node) Node { d := *w; d.Child = c[0]; return &d }

// Exprs implements Node.
func (w *Windows) Exprs() []expr.Node { return []expr.Node{w.Time} }

// WithExprs implements Node.
func (w *Windows) WithExprs(es []expr.Node) Node { d := *w; d.Time = es[0]; return &d }

// String implements Node.
func (w *Windows) String() string {
	return fmt.Sprintf("Windows %s, size %dus, slide %dus, start %dus, %s", Text(w.Time), w.Size, w.Slide, w.Start, w.Out.Ref())
}

// Sessions appends to each row its own session [Time, Time + Gap), a struct of
// start and end. Rows with a null time or a session without length are
// dropped. An Aggregate with that column among its keys merges sessions.
type Sessions struct {
	At
	Time  expr.Node
	Gap   expr.Node // a calendar or day-time interval
	Out   *Attr
	Child Node
}

// Output implements Node.
func (s *Sessions) Output() []*Attr { return append(append([]*Attr(nil), s.Child.Output()...), s.Out) }

// Children implements Node.
func (s *Sessions) Children() []Node { return []Node{s.Child} }

// With implements Node.
func (s *Sessions) With(c []Node) Node { d := *s; d.Child = c[0]; return &d }

// Exprs implements Node.
func (s *Sessions) Exprs() []expr.Node { return []expr.Node{s.Time, s.Gap} }

// WithExprs implements Node.
func (s *Sessions) WithExprs(es []expr.Node) Node { d := *s; d.Time, d.Gap = es[0], es[1]; return &d }

// String implements Node.
func (s *Sessions) String() string {
	return fmt.Sprintf("Sessions %s, gap %s, %s", Text(s.Time), Text(s.Gap), s.Out.Ref())
}
