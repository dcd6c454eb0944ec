package operator

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

// Explode joins each row with the elements of its list: the Keep columns of the
// input, then the elements of an array or the keys and values of a map. A null
// or empty list makes no row. It gives what Generate gives with explode, but
// lends the elements instead of copying them, and asks for the lists of as many
// rows at a time as make about a batch, so that they are still in cache.
type Explode struct {
	List expr.Node
	Keep []int           // ordinals of the input
	Out  *sqltype.Struct // fields of Keep, then of the elements

	list  expr.Evaluator
	flat  *columnar.Vector   // List without dictionary
	picks []*columnar.Vector // elements of lists that do not lie side by side
	lent  []columnar.Vector
	own   *columnar.Batch
	shell columnar.Batch
	rows  []uint16 // of the input, one an element; only if something is kept
	step  int      // rows of the input at a time
}

// Open implements task.Operator.
func (e *Explode) Open(c *task.Context) (err error) {
	e.list, err = expr.Compile(e.List, &c.Params.Expr)
	e.flat, e.own = columnar.New(e.List.Type()), columnar.NewBatch(e.Out)
	e.picks = columnar.New(e.List.Type()).Child
	e.lent = make([]columnar.Vector, len(e.picks))
	e.shell = columnar.Batch{Schema: e.Out, Cols: make([]*columnar.Vector, len(e.Out.Fields))}
	e.step = columnar.MaxRows / 16
	return err
}

// Push implements task.Operator.
func (e *Explode) Push(_ int, b *columnar.Batch, out task.Out) error {
	for sel := selected(b); len(sel) > 0; {
		part := sel[:min(e.step, len(sel))]
		sel = sel[len(part):]
		v, err := e.list.Eval(b, part)
		if err != nil {
			return err
		}
		n, err := e.lists(b, expr.Undict(v, e.flat), part, out)
		if err != nil {
			return err
		}
		// A batch less an eighth: hardly ever a full one and a rest.
		e.step = min(max(columnar.MaxRows*7/8*len(part)/max(n, 1), 1), columnar.MaxRows)
	}
	return nil
}

// lists emits the elements of the rows part of v and returns how many.
func (e *Explode) lists(b *columnar.Batch, v *columnar.Vector, part []uint16, out task.Out) (int, error) {
	elements, lo := v.Child, 0
	n, lo, ok := sideBySide(v, part)
	if !ok {
		elements, lo = e.pick(v, part), 0
	}
	e.rows = e.rows[:0]
	if len(e.Keep) > 0 {
		e.repeat(v, part)
	}
	for at := 0; at < n; at += columnar.MaxRows {
		if err := e.send(b, elements, lo+at, lo+min(at+columnar.MaxRows, n), at, out); err != nil {
			return n, err
		}
	}
	return n, nil
}

// sideBySide returns how many elements the lists of the rows have, and where
// the first is, if each list begins where the one before ends.
func sideBySide(v *columnar.Vector, part []uint16) (n, lo int, ok bool) {
	ok = true
	for _, r := range part {
		if v.IsNull(int(r)) {
			continue
		}
		first, end := v.Span(int(r))
		if n == 0 {
			lo = first
		}
		ok = ok && (first == lo+n || first == end)
		n += end - first
	}
	return n, lo, ok
}

// pick lays the elements of the rows side by side; of texts only the views.
func (e *Explode) pick(v *columnar.Vector, part []uint16) []*columnar.Vector {
	for c, p := range e.picks {
		from := v.Child[c]
		text := p.Type.Kind() == sqltype.KindString || p.Type.Kind() == sqltype.KindBinary
		if text && !from.Const && from.Dict == nil && from.Valid == nil {
			*p = columnar.Vector{Type: p.Type, Views: p.Views[:0], Bytes: from.Bytes}
			for _, r := range part {
				if !v.IsNull(int(r)) {
					lo, hi := v.Span(int(r))
					p.Views = append(p.Views, from.Views[lo:hi]...)
				}
			}
			p.Len = len(p.Views)
			continue
		}
		p.Bytes = nil // it may be borrowed
		p.Resize(0)
		for _, r := range part {
			if !v.IsNull(int(r)) {
				lo, hi := v.Span(int(r))
				p.AppendRange(from, lo, hi)
			}
		}
	}
	return e.picks
}

// repeat sets rows to each row as often as its list has elements.
func (e *Explode) repeat(v *columnar.Vector, part []uint16) {
	for _, r := range part {
		if v.IsNull(int(r)) {
			continue
		}
		for lo, hi := v.Span(int(r)); lo < hi; lo++ {
			e.rows = append(e.rows, r)
		}
	}
}

// send emits the elements [lo, hi), of which the first is the at-th of rows.
func (e *Explode) send(b *columnar.Batch, elements []*columnar.Vector, lo, hi, at int, out task.Out) error {
	for i, c := range e.Keep {
		v := e.own.Cols[i]
		v.Resize(0)
		v.AppendRows(b.Cols[c], e.rows[at:at+hi-lo], 0)
		e.shell.Cols[i] = v
	}
	for i, v := range elements {
		k := len(e.Keep) + i
		if e.shell.Cols[k] = &e.lent[i]; !e.lent[i].Window(v, lo, hi) {
			e.shell.Cols[k] = e.own.Cols[k]
			e.own.Cols[k].Resize(0)
			e.own.Cols[k].AppendRange(v, lo, hi)
		}
	}
	e.shell.Len, e.shell.Sel, e.shell.Hash = hi-lo, nil, nil
	return out.Emit(&e.shell)
}

// Close implements task.Operator.
func (e *Explode) Close() error { return nil }
