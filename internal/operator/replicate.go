package operator

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

// Replicate emits each row as often as Times says (long; null and less than one:
// not at all): the end of EXCEPT ALL and INTERSECT ALL.
type Replicate struct {
	Times expr.Node
	In    *sqltype.Struct

	times expr.Evaluator
	sel   []uint16
	batch *columnar.Batch
}

// Open implements task.Operator.
func (r *Replicate) Open(c *task.Context) (err error) {
	r.batch = columnar.NewBatch(r.In)
	r.sel = make([]uint16, 0, columnar.MaxRows)
	r.times, err = expr.Compile(r.Times, &c.Params.Expr)
	return err
}

// Push implements task.Operator.
func (r *Replicate) Push(_ int, b *columnar.Batch, out task.Out) error {
	v, err := r.times.Eval(b, b.Sel)
	if err != nil {
		return err
	}
	v = v.Flat(nil)
	for _, row := range selected(b) {
		if v.IsNull(int(row)) {
			continue
		}
		for range columnar.At[int64](v, int(row)) {
			if r.sel = append(r.sel, row); len(r.sel) < columnar.MaxRows {
				continue
			}
			if err := r.emit(b, out); err != nil {
				return err
			}
		}
	}
	return r.emit(b, out)
}

func (r *Replicate) emit(b *columnar.Batch, out task.Out) error {
	r.batch.Reset()
	for i, c := range r.batch.Cols {
		c.AppendRows(b.Cols[i], r.sel, 0)
	}
	r.batch.Len = len(r.sel)
	r.sel = r.sel[:0]
	return out.Emit(r.batch)
}

// Close implements task.Operator.
func (r *Replicate) Close() error { return nil }
