package operator

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sparkerr"
)

// OneRow is the plan of a scalar subquery: it passes its one row and refuses
// more. With none it passes none; the join that takes the value makes null of
// it. It runs behind Single.
type OneRow struct {
	Origin sparkerr.Origin // of the subquery

	seen int
}

// Open implements task.Operator.
func (o *OneRow) Open(*task.Context) error { return nil }

// Push implements task.Operator.
func (o *OneRow) Push(_ int, b *columnar.Batch, out task.Out) error {
	if o.seen += b.Rows(); o.seen > 1 {
		return sparkerr.New("SCALAR_SUBQUERY_TOO_MANY_ROWS",
			"a subquery that stands for one value returned more than one row; aggregate it or add LIMIT 1").At(o.Origin)
	}
	return out.Emit(b)
}

// Flush implements task.Flusher: the next epoch counts anew.
func (o *OneRow) Flush(task.Out) error {
	o.seen = 0
	return nil
}

// Close implements task.Operator.
func (o *OneRow) Close() error { return nil }
