package store

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/sqltype"
)

// Table is keyed rows. Value columns are changed in place through Column, after
// Touch.
type Table struct {
	spec      Spec
	rows      rows
	index     *index  // the current one, if there are panes
	panes     *panes  // of InKey tables with few expiries
	packed    *packed // of Private tables whose keys may be short
	calendar  calendar
	delta     delta
	saver     saver
	memory    grant
	unchecked int    // keys added since memory was looked at
	lowest    uint32 // hashes of the key groups are [lowest, highest]
	highest   uint32
	probe     probe
	seq       uint64 // next insertion number
	died      uint64 // how often ids of rows have died
	visiting  bool   // an Expire is under way
	expiring  []RowID
	spare     []dueRow
	one       [1]RowID // being changed
	ordered   []dueRow
	loader    loader
	parting   parting
	removed   int64 // since the last Seal
	// compacted is, by column, how much loose storage the last Compact left.
	compacted []int
	hasher    columnar.Hasher // of Private tables
	hash      []uint32
}

func newTable(spec Spec, s *Store) *Table {
	spec = spec.complete()
	t := &Table{spec: spec, rows: newRows(spec), index: newIndex(), calendar: newCalendar()}
	if spec.Partial {
		t.rows.tag = make([]uint32, 0, 8)
	}
	if spec.Expiry != Never {
		t.rows.due = make([]eventtime.Time, 0, 8)
	}
	if spec.Multi {
		t.rows.link = make([]link, 0, 8)
	}
	if spec.Multi || !s.unordered {
		t.saver.ordered = &ordered{preOf: map[RowID]uint32{}}
	}
	if spec.Expiry == InKey {
		t.panes = newPanes()
	}
	if spec.Private && packs(spec.Key) {
		t.packed = newPacked()
	}
	t.delta.volatile = s.volatile
	t.memory.account = s.account
	t.lowest, t.highest = s.groups.interval()
	return t
}

// complete returns s with empty schemas for nil ones.
func (s Spec) complete() Spec {
	if s.Key == nil {
		s.Key = &sqltype.Struct{}
	}
	if s.Value == nil {
		s.Value = &sqltype.Struct{}
	}
	return s
}

// Spec returns what the table was opened with.
func (t *Table) Spec() Spec { return t.spec }

// Column returns value column i, indexed by RowID, valid until rows are added.
// Text is changed by SetText, lists by GrowList; what they leave behind is
// cleared away at Seal.
func (t *Table) Column(i int) *columnar.Vector { return t.rows.cols[t.rows.keys+i] }

// Columns returns the value columns in order, as Column does.
func (t *Table) Columns() []*columnar.Vector { return t.rows.cols[t.rows.keys:] }

// Key returns key column i, indexed by RowID; not to be changed.
func (t *Table) Key(i int) *columnar.Vector { return t.rows.cols[i] }

// SetText makes b the text of a row in value column i, and touches the row. Columns
// that are changed by it are changed by no other means.
func (t *Table) SetText(id RowID, i int, b []byte) error {
	t.one[0] = id
	t.Touch(t.one[:])
	if t.Column(i).ReplaceText(int(id), b) || !t.overdue(1) {
		return nil
	}
	t.compact()
	return t.checkText(Keys{Cols: t.rows.cols}, nil)
}

// Died returns a number that changes when the id of a row dies.
func (t *Table) Died() uint64 { return t.died }

// Hash returns the partition hashes, indexed by RowID; not to be changed, valid
// until rows are added.
func (t *Table) Hash() []uint32 { return t.rows.hash }

// Due returns the expiries, indexed by RowID; not to be changed, valid until
// rows are added, nil if rows do not expire.
func (t *Table) Due() []eventtime.Time { return t.rows.due }

// Rows returns the number of rows held.
func (t *Table) Rows() int { return t.rows.live }

// All visits every row in chunks, in no particular order. visit may delete rows
// and change values, but not add rows.
func (t *Table) All(visit func([]RowID) error) error {
	chunk := make([]RowID, 0, min(max(t.rows.live, 1), columnar.MaxRows))
	for id, m := range t.rows.mark {
		if m&live == 0 {
			continue
		}
		if chunk = append(chunk, RowID(id)); len(chunk) == cap(chunk) {
			if err := visit(chunk); err != nil {
				return err
			}
			chunk = chunk[:0]
		}
	}
	if len(chunk) == 0 {
		return nil
	}
	return visit(chunk)
}

// Delete removes rows; naming one twice is allowed.
func (t *Table) Delete(ids []RowID) {
	for _, id := range ids {
		if t.rows.mark[id]&live != 0 {
			t.remove(id, true)
		}
	}
	t.tell()
}

// remove takes a row away. The delta names it if told and a checkpoint may
// know it; tell must follow before rows are made.
func (t *Table) remove(id RowID, told bool) {
	if t.packed != nil {
		panic("store: rows of a private table leave all at once")
	}
	t.forget(id, told)
	if t.panes != nil {
		t.enter(t.rows.due[id], false)
	}
	if t.rows.link != nil {
		t.unlink(id)
	} else {
		t.index.remove(slotOf(t.rows.tagOf(id), id))
	}
	switch {
	case t.panes != nil:
		t.leave(t.rows.due[id])
	case t.rows.due != nil:
		t.calendar.lost(t.rows.due[id])
	}
	t.rows.mark[id] = 0
	t.rows.free = append(t.rows.free, id)
	t.rows.live--
	t.removed++
	t.died++
}

// Clear removes every row and keeps the buffers.
func (t *Table) Clear() {
	if !t.delta.volatile {
		for id, m := range t.rows.mark {
			if m&live != 0 {
				t.forget(RowID(id), true)
			}
		}
	}
	t.tell()
	t.removed += int64(t.rows.live)
	t.reset()
}

// reset forgets every row and keeps the buffers.
func (t *Table) reset() {
	t.died++
	t.rows.reset()
	clear(t.compacted)
	if t.packed != nil {
		t.packed.reset()
	}
	if t.panes != nil {
		t.panes.reset()
		t.index = nil
	} else {
		t.index.reset()
	}
	t.calendar.reset()
}

// Layout returns the columns in which rows leave for a checkpoint: key and
// value columns, then the expiry if rows have one, then the insertion number of
// a Multi table; of deletions the key columns and the insertion number.
func (s Spec) Layout(deleted bool) *sqltype.Struct {
	s = s.complete()
	fields := append([]sqltype.Field(nil), s.Key.Fields...)
	if !deleted {
		fields = append(fields, s.Value.Fields...)
	}
	if !deleted && s.Expiry != Never {
		fields = append(fields, sqltype.Field{Name: "expiry", Type: sqltype.Timestamp})
	}
	if s.Multi {
		fields = append(fields, sqltype.Field{Name: "insertion", Type: sqltype.Long})
	}
	return &sqltype.Struct{Fields: fields}
}

// copyTo appends rows in the form of Layout to b.
func (t *Table) copyTo(b *columnar.Batch, ids []RowID, deleted bool) {
	n := len(t.rows.cols)
	if deleted {
		n = t.rows.keys
	}
	for c := range n {
		b.Cols[c].AppendIDs(t.rows.cols[c], ids)
	}
	if !deleted && t.rows.due != nil {
		for _, id := range ids {
			columnar.AppendFixed(b.Cols[n], t.rows.due[id])
		}
		n++
	}
	if t.rows.link != nil {
		for _, id := range ids {
			columnar.AppendFixed(b.Cols[n], t.rows.link[id].seq)
		}
	}
	for _, id := range ids {
		b.Hash = append(b.Hash, t.rows.hash[id])
	}
	b.Len += len(ids)
}
