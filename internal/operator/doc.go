// Package operator is the operators that SQL and DataFrames are lowered to, one
// a file. Each is a plain struct: the exported fields say what it does and are
// set before the chain opens it, the rest belongs to the task. A value serves
// one task.
//
// An operator starts no goroutine, reads no clock and does no I/O.
package operator

import (
	"errors"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sqltype"
)

// columns are compiled expressions and their results.
type columns struct {
	evals []expr.Evaluator
	out   []*columnar.Vector
}

func compile(list []expr.Node, c *expr.Context) (columns, error) {
	evals, err := expr.CompileAll(list, c)
	return columns{evals, make([]*columnar.Vector, len(list))}, err
}

// eval computes every expression for the rows sel; the vectors are borrowed.
func (c *columns) eval(b *columnar.Batch, sel []uint16) ([]*columnar.Vector, error) {
	for i, e := range c.evals {
		v, err := e.Eval(b, sel)
		if err != nil {
			return nil, err
		}
		c.out[i] = v
	}
	return c.out, nil
}

// selected is the selection of b, never nil.
func selected(b *columnar.Batch) []uint16 {
	if b.Sel == nil {
		return columnar.All(b.Len)
	}
	return b.Sel
}

// under calls f with b under another selection, unless it is empty, and
// restores b's own.
func under(b *columnar.Batch, sel []uint16, f func(*columnar.Batch) error) error {
	if len(sel) == 0 {
		return nil
	}
	old := b.Sel
	b.Sel = sel
	err := f(b)
	b.Sel = old
	return err
}

// halves calls f with each half of b's selected rows if err, of an expression
// over them, is that a column grew too large; else, or if there is one row
// only, it returns err.
func halves(b *columnar.Batch, err error, f func(*columnar.Batch) error) error {
	sel := selected(b)
	if len(sel) < 2 || !errors.Is(err, expr.ErrTooLarge) {
		return err
	}
	half := *b
	for _, part := range [][]uint16{sel[:len(sel)/2], sel[len(sel)/2:]} {
		half.Sel = part
		if err := f(&half); err != nil {
			return err
		}
	}
	return nil
}

// fieldsOf are fields for the results of expressions, named as they print.
func fieldsOf(list []expr.Node) []sqltype.Field {
	fields := make([]sqltype.Field, len(list))
	for i, n := range list {
		fields[i] = sqltype.Field{Name: n.String(), Type: n.Type(), Nullable: n.Nullable()}
	}
	return fields
}
