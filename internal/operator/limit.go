package operator

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

// Limit passes rows Offset to Offset+Limit of what its task sees: of the whole
// relation in a stage behind Single. Limit < 0 is no limit. It counts anew in
// each epoch, or with a Table over the life of the query (LIMIT in append
// mode).
type Limit struct {
	Limit, Offset int64
	Table         string

	seen  int64 // rows of this epoch, or all if there is a table
	last  *bool // Params.Last
	kept  *store.Table
	row   store.RowID
	stats *task.Stats
	slot  int
}

// Open implements task.Operator.
func (l *Limit) Open(c *task.Context) (err error) {
	l.last = &c.Params.Last
	if l.Table == "" {
		return nil
	}
	l.stats, l.slot = c.Stats, c.Stats.Operator("globalLimit")
	l.kept, err = c.Table(store.Spec{
		Name: l.Table, Key: &sqltype.Struct{},
		Value: sqltype.NewStruct(sqltype.Field{Name: "seen", Type: sqltype.Long}),
	})
	return err
}

// Push implements task.Operator.
func (l *Limit) Push(_ int, b *columnar.Batch, out task.Out) error {
	if err := l.load(); err != nil {
		return err
	}
	sel := selected(b)
	n := int64(len(sel))
	lo := min(max(l.Offset-l.seen, 0), n)
	hi := n
	if l.Limit >= 0 {
		hi = min(max(l.Offset+l.Limit-l.seen, 0), n)
	}
	l.seen += n
	if err := l.save(); err != nil {
		return err
	}
	if err := under(b, sel[lo:hi], out.Emit); err != nil {
		return err
	}
	if *l.last && l.kept == nil && l.Limit >= 0 && l.seen >= l.Offset+l.Limit {
		return task.ErrEnough
	}
	return nil
}

func (l *Limit) load() (err error) {
	if l.kept == nil {
		return nil
	}
	l.row, err = onlyRow(l.kept)
	if err == nil {
		l.seen = columnar.Slice[int64](l.kept.Column(0))[l.row]
	}
	return err
}

func (l *Limit) save() error {
	if l.kept == nil {
		return nil
	}
	l.kept.Touch([]store.RowID{l.row})
	columnar.Slice[int64](l.kept.Column(0))[l.row] = l.seen
	s := &l.stats.Operators[l.slot]
	s.Updated, s.Rows = 1, 1
	return nil
}

// End implements task.Ender.
func (l *Limit) End(int, task.Out) error { return l.Flush(nil) }

// Flush implements task.Flusher.
func (l *Limit) Flush(task.Out) error {
	if l.kept == nil {
		l.seen = 0
	}
	return nil
}

// Close implements task.Operator.
func (l *Limit) Close() error { return nil }

// onlyRow finds or makes the one row of a table without keys.
func onlyRow(t *store.Table) (store.RowID, error) {
	var ids [1]store.RowID
	_, err := t.Upsert(onlyKey, ids[:], nil)
	return ids[0], err
}
