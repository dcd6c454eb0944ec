package operator

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/sortkey"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

// TopN is Sort followed by Limit that keeps little more than the rows it will
// emit: the first Limit rows in order after Offset.
type TopN struct {
	By            []SortKey
	Limit, Offset int64
	In            *sqltype.Struct

	sorter
	spare pile
}

// slack is how many rows beyond those it will emit a TopN keeps before it
// drops the rest.
const slack = 4 * columnar.MaxRows

// Open implements task.Operator.
func (t *TopN) Open(c *task.Context) error {
	t.spare = newPile(t.In, c.Memory, "a top-n")
	return t.open(t.By, t.In, c, "a top-n")
}

// Push implements task.Operator.
func (t *TopN) Push(_ int, b *columnar.Batch, _ task.Out) error {
	if err := t.add(b); err != nil {
		return err
	}
	if int64(t.keys.Len()) <= t.keep()+slack {
		return nil
	}
	return t.shrink()
}

func (t *TopN) keep() int64 { return t.Limit + t.Offset }

// shrink keeps the rows that may still be emitted, in order.
func (t *TopN) shrink() error {
	rows := t.first()
	for i, c := range t.rows.Cols {
		t.spare.rows.Cols[i].AppendIDs(c, rows)
	}
	t.spare.rows.Len = len(rows)
	var keys sortkey.Keys
	for _, r := range rows {
		keys.Add(t.keys.At(int(r)))
	}
	t.keys = keys
	t.pile, t.spare = t.spare, t.pile
	t.spare.clear()
	return t.account()
}

func (t *TopN) first() []uint32 {
	rows := t.order()
	return rows[:min(int64(len(rows)), t.keep())]
}

// End implements task.Ender.
func (t *TopN) End(_ int, out task.Out) error { return t.Flush(out) }

// Flush implements task.Flusher.
func (t *TopN) Flush(out task.Out) error {
	rows := t.first()
	err := t.emit(rows[min(int64(len(rows)), t.Offset):], t.buf, out)
	t.clear()
	return err
}

// Close implements task.Operator.
func (t *TopN) Close() error { return nil }
