package operator

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

// LimitBy passes, of the rows of each key, rows Offset to Offset+Limit in the
// order in which they come (Limit < 0: no limit). Nulls are equal. It serves
// batches: nothing is kept beyond their end.
type LimitBy struct {
	Keys          []expr.Node
	Limit, Offset int64

	groups
	pass []uint16
}

// Open implements task.Operator.
func (l *LimitBy) Open(c *task.Context) (err error) {
	spec := store.Spec{Name: "limit", Value: sqltype.NewStruct(sqltype.Field{Name: "seen", Type: sqltype.Long})}
	l.groups, err = openGroups(l.Keys, spec, false, c)
	return err
}

// Push implements task.Operator.
func (l *LimitBy) Push(_ int, b *columnar.Batch, out task.Out) error {
	ids, err := l.upsert(b, b.Sel, nil)
	if err != nil {
		return err
	}
	seen := columnar.Slice[int64](l.table.Column(0))
	l.pass = l.pass[:0]
	for k, row := range selected(b) {
		n := seen[ids[k]]
		seen[ids[k]]++
		if n >= l.Offset && (l.Limit < 0 || n < l.Offset+l.Limit) {
			l.pass = append(l.pass, row)
		}
	}
	return under(b, l.pass, out.Emit)
}

// End implements task.Ender.
func (l *LimitBy) End(int, task.Out) error { return l.Flush(nil) }

// Flush implements task.Flusher.
func (l *LimitBy) Flush(task.Out) error {
	l.table.Clear()
	return nil
}

// Close implements task.Operator.
func (l *LimitBy) Close() error { return l.release() }
