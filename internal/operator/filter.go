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

	passes *expr.Predicate
	sel    []uint16
}

// Open implements task.Operator.
func (f *Filter) Open(c *task.Context) (err error) {
	f.sel = make([]uint16, columnar.MaxRows)
	f.passes, err = expr.NewPredicate(f.Predicate, &c.Params.Expr)
	return err
}

// Push implements task.Operator.
func (f *Filter) Push(_ int, b *columnar.Batch, out task.Out) error {
	sel, err := f.passes.Select(b, b.Sel, f.sel)
	if err != nil {
		return halves(b, err, func(half *columnar.Batch) error { return f.Push(0, half, out) })
	}
	if len(sel) == b.Rows() {
		return out.Emit(b)
	}
	return under(b, sel, out.Emit)
}

// Close implements task.Operator.
func (f *Filter) Close() error { return nil }

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
