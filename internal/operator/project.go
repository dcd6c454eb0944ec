package operator

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

// Project replaces the columns of each row by Exprs. Columns that pass
// unchanged are lent on, not copied; so is the partition hash, which stays that
// of the exchange that set it.
type Project struct {
	Exprs []expr.Node
	Out   *sqltype.Struct // nil: named as the expressions print

	cols  columns
	batch columnar.Batch
}

// Open implements task.Operator.
func (p *Project) Open(c *task.Context) (err error) {
	if p.Out == nil {
		p.Out = sqltype.NewStruct(fieldsOf(p.Exprs)...)
	}
	p.cols, err = compile(p.Exprs, &c.Params.Expr)
	return err
}

// Push implements task.Operator.
func (p *Project) Push(_ int, b *columnar.Batch, out task.Out) error {
	cols, err := p.cols.eval(b, b.Sel)
	if err != nil {
		return halves(b, err, func(half *columnar.Batch) error { return p.Push(0, half, out) })
	}
	p.batch = columnar.Batch{Schema: p.Out, Cols: cols, Len: b.Len, Sel: b.Sel, Hash: b.Hash}
	return out.Emit(&p.batch)
}

// Close implements task.Operator.
func (p *Project) Close() error { return nil }
