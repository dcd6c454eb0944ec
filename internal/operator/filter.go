package operator

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/task"
)

// Filter passes the rows for which Predicate is true; false and null do not
// pass. Conjuncts are tried one after another on what is left. It emits its
// input under another selection and copies nothing.
type Filter struct {
	Predicate expr.Node // boolean

	steps []expr.Evaluator
	sel   []uint16 // narrowed in place from step to step
}

// Open implements task.Operator.
func (f *Filter) Open(c *task.Context) error {
	f.sel = make([]uint16, columnar.MaxRows)
	var err error
	f.steps, err = expr.CompileAll(conjuncts(f.Predicate, nil), &c.Params.Expr)
	return err
}

// Push implements task.Operator.
func (f *Filter) Push(_ int, b *columnar.Batch, out task.Out) error {
	sel := b.Sel
	for _, s := range f.steps {
		v, err := s.Eval(b, sel)
		if err != nil {
			return err
		}
		sel = isTrue(v, sel, b.Len, f.sel)
		if len(sel) == 0 {
			return nil
		}
	}
	return under(b, sel, out.Emit)
}

// Close implements task.Operator.
func (f *Filter) Close() error { return nil }

// conjuncts appends the operands of nested ANDs in order.
func conjuncts(n expr.Node, list []expr.Node) []expr.Node {
	if l, ok := n.(*expr.Logic); ok && !l.Or {
		return conjuncts(l.Right, conjuncts(l.Left, list))
	}
	return append(list, n)
}

// isTrue returns the rows of sel (nil: [0, n)) for which v is true, in buf,
// which has room for sel and may be sel, or as sel itself.
func isTrue(v *columnar.Vector, sel []uint16, n int, buf []uint16) []uint16 {
	if sel == nil {
		sel = columnar.All(n)
	}
	switch {
	case v.Const && (n == 0 || v.IsNull(0) || columnar.At[uint8](v, 0) == 0):
		return buf[:0]
	case v.Const:
		return sel
	case v.Dict != nil:
		v = v.Flat(nil)
	}
	data := columnar.Slice[uint8](v)
	k := 0
	buf = buf[:len(sel)]
	if v.Valid == nil {
		for _, r := range sel {
			buf[k] = r
			k += int(data[r] & 1)
		}
		return buf[:k]
	}
	for _, r := range sel {
		buf[k] = r
		k += int(uint64(data[r]&1) & v.Valid.Bit(int(r)))
	}
	return buf[:k]
}
