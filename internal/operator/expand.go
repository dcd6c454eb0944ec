package operator

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

// Expand emits each row once for each list of expressions: grouping sets,
// several DISTINCT aggregates, the windows of a sliding window.
type Expand struct {
	Lists [][]expr.Node
	// Keep, if not nil, says for each list which of its rows exist (boolean
	// over the input): windows that do not contain the row. nil entries: all.
	Keep []expr.Node
	Out  *sqltype.Struct

	lists []columns
	keep  []expr.Evaluator
	sel   []uint16
	batch columnar.Batch
}

// Open implements task.Operator.
func (e *Expand) Open(c *task.Context) error {
	e.lists, e.keep = make([]columns, len(e.Lists)), make([]expr.Evaluator, len(e.Lists))
	e.sel = make([]uint16, columnar.MaxRows)
	for i, list := range e.Lists {
		var err error
		if e.lists[i], err = compile(list, &c.Params.Expr); err != nil {
			return err
		}
		if i >= len(e.Keep) || e.Keep[i] == nil {
			continue
		}
		if e.keep[i], err = expr.Compile(e.Keep[i], &c.Params.Expr); err != nil {
			return err
		}
	}
	return nil
}

// Push implements task.Operator.
func (e *Expand) Push(_ int, b *columnar.Batch, out task.Out) error {
	for i := range e.lists {
		sel := b.Sel
		if e.keep[i] != nil {
			v, err := e.keep[i].Eval(b, sel)
			if err != nil {
				return err
			}
			if sel = isTrue(v, sel, b.Len, e.sel); len(sel) == 0 {
				continue
			}
		}
		cols, err := e.lists[i].eval(b, sel)
		if err != nil {
			return err
		}
		e.batch = columnar.Batch{Schema: e.Out, Cols: cols, Len: b.Len, Sel: sel}
		if err := out.Emit(&e.batch); err != nil {
			return err
		}
	}
	return nil
}

// Close implements task.Operator.
func (e *Expand) Close() error { return nil }
