package store

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
)

// Table is keyed rows. Value columns are changed in place through Column, after
// Touch.
type Table struct{}

// Find sets ids to the (first) row of each selected key in order of the
// selection, NoRow where there is none. len(ids) is the number selected.
func (t *Table) Find(k Keys, ids []RowID) error { panic("store: not built") }

// Upsert is Find that makes the rows that are missing, values zero and not
// null, and appends them to fresh, which it returns. Duplicate keys in one call
// share a row.
func (t *Table) Upsert(k Keys, ids, fresh []RowID) ([]RowID, error) { panic("store: not built") }

// Append makes one more row for each selected key of a Multi table.
func (t *Table) Append(k Keys, ids []RowID) error { panic("store: not built") }

// Next returns the next row of the same key, in insertion order, or NoRow.
func (t *Table) Next(id RowID) RowID { panic("store: not built") }

// Touch must be called BEFORE values of the rows change: it marks them for the
// delta and keeps the pre-image while an epoch is being saved.
func (t *Table) Touch(ids []RowID) { panic("store: not built") }

// Column returns value column i, indexed by RowID, valid until rows are added.
func (t *Table) Column(i int) *columnar.Vector { panic("store: not built") }

// Key returns key column i, indexed by RowID; not to be changed.
func (t *Table) Key(i int) *columnar.Vector { panic("store: not built") }

// SetExpiry sets or moves the expiry of rows of an OfRow table.
func (t *Table) SetExpiry(ids []RowID, due []eventtime.Time) { panic("store: not built") }

// Expire visits the rows whose expiry is at or before w, in order of expiry and
// by (hash, key) within one, in chunks of at most columnar.MaxRows, and removes
// them after the visit.
func (t *Table) Expire(w eventtime.Watermark, visit func([]RowID) error) error {
	panic("store: not built")
}

// NextExpiry returns the earliest expiry held, eventtime.Max for none.
func (t *Table) NextExpiry() eventtime.Time { panic("store: not built") }

// Delete removes rows.
func (t *Table) Delete(ids []RowID) { panic("store: not built") }

// All visits every row in chunks, in no particular order.
func (t *Table) All(visit func([]RowID) error) error { panic("store: not built") }

// Rows returns the number of rows held.
func (t *Table) Rows() int { panic("store: not built") }

// Clear removes every row and keeps the buffers.
func (t *Table) Clear() { panic("store: not built") }
