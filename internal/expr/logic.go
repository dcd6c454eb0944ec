package expr

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sqltype"
)

// Type implements Node.
func (l *Logic) Type() sqltype.Type { return sqltype.Boolean }

// Nullable implements Node.
func (l *Logic) Nullable() bool { return l.Left.Nullable() || l.Right.Nullable() }

// Children implements Node.
func (l *Logic) Children() []Node { return []Node{l.Left, l.Right} }

// With implements Node.
func (l *Logic) With(c []Node) Node { return &Logic{Or: l.Or, Left: c[0], Right: c[1]} }

func (l *Logic) String() string {
	op := " AND "
	if l.Or {
		op = " OR "
	}
	return "(" + l.Left.String() + op + l.Right.String() + ")"
}

// logicEval is AND, or OR as AND with true and false exchanged.
type logicEval struct {
	left, right Evaluator
	decides     uint8 // the left value that settles the result: AND 0, OR 1
	out         *columnar.Vector
	open        []uint16
}

func (c *compiler) logic(n *Logic) (Evaluator, error) {
	l, err := c.plain(n.Left)
	if err != nil {
		return nil, err
	}
	r, err := c.plain(n.Right)
	e := &logicEval{left: l, right: r, out: columnar.New(sqltype.Boolean)}
	if n.Or {
		e.decides = 1
	}
	return e, err
}

func (e *logicEval) Eval(b *columnar.Batch, sel []uint16) (*columnar.Vector, error) {
	l, err := e.left.Eval(b, sel)
	if err != nil {
		return nil, err
	}
	all := rowsOf(sel, b.Len)
	e.undecided(l, all)
	if len(e.open) == 0 {
		return l, nil
	}
	rows := e.open
	if len(rows) == b.Len {
		rows = nil
	}
	r, err := e.right.Eval(b, rows)
	if err != nil {
		return nil, err
	}
	if l.Const && !l.IsNull(0) { // true AND r, false OR r
		return r, nil
	}
	e.merge(l, r, b.Len, all)
	return e.out, nil
}

// undecided sets open to the rows on which l does not settle the result.
func (e *logicEval) undecided(l *columnar.Vector, sel []uint16) {
	e.open = room(e.open, len(sel))
	k := 0
	if !l.Const && !l.HasNulls() {
		data := l.Data
		for _, i := range sel {
			e.open[k] = i
			k += int(data[i] ^ e.decides)
		}
		e.open = e.open[:k]
		return
	}
	for _, i := range sel {
		e.open[k] = i
		k += int(1 - settled(l, int(i), e.decides))
	}
	e.open = e.open[:k]
}

// settled is 1 if row i of l is not null and equals the deciding value.
func settled(l *columnar.Vector, i int, decides uint8) uint64 {
	if l.Type.Kind() == sqltype.KindNull {
		return 0
	}
	i = l.Row(i)
	s := uint64(1 ^ l.Data[i] ^ decides)
	if l.Valid != nil {
		s &= l.Valid.Bit(i)
	}
	return s
}

func (e *logicEval) merge(l, r *columnar.Vector, n int, all []uint16) {
	e.out.Resize(n)
	out := columnar.Slice[uint8](e.out)
	for _, i := range all {
		out[i] = e.decides
	}
	if !l.HasNulls() && !r.HasNulls() {
		data := r.Data
		if r.Const {
			for _, i := range e.open {
				out[i] = data[0]
			}
			return
		}
		for _, i := range e.open {
			out[i] = data[i]
		}
		return
	}
	e.out.EnsureValid()
	for _, i := range e.open {
		switch {
		case settled(r, int(i), e.decides) != 0:
		case l.IsNull(int(i)) || r.IsNull(int(i)):
			e.out.Valid.Clear(int(i))
		default:
			out[i] = 1 - e.decides
		}
	}
}
