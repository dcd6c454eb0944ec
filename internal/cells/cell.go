package cells

import (
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/sqltype"
)

// Cell is one value under each key.
type Cell struct {
	s      *Store
	t      *store.Table
	expiry bool
}

// Cell opens the cells of a name. expiry: they may be set to end.
func (s *Store) Cell(name string, expiry bool) *Cell {
	spec := store.Spec{Name: name, Key: sqltype.NewStruct(binary("key")), Value: sqltype.NewStruct(binary("value"))}
	if expiry {
		spec.Expiry = store.OfRow
	}
	c := &Cell{s, s.table(spec), expiry}
	if !expiry && c.t != nil {
		s.plain = append(s.plain, c.t)
	}
	return c
}

// PartCell is Cell under parts of keys.
func (s *Store) PartCell(name string) *Cell {
	return &Cell{s, s.table(store.Spec{Name: name, Key: sqltype.NewStruct(binary("key")), Value: sqltype.NewStruct(binary("value")), Partial: true}), false}
}

// Get returns the value, borrowed until the next change of any cell.
func (c *Cell) Get() ([]byte, bool) {
	id, ok := c.s.find(c.t, c.s.byKey())
	if !ok {
		return nil, false
	}
	return c.t.Column(0).Text(int(id)), true
}

// Set puts a copy of value there.
func (c *Cell) Set(value []byte) {
	if id, ok := c.s.upsert(c.t, c.s.byKey()); ok {
		c.t.Column(0).SetText(int(id), value)
	}
}

// SetUntil is Set of a value that Expire removes at due.
func (c *Cell) SetUntil(value []byte, due eventtime.Time) {
	c.Set(value)
	c.s.due[0] = due
	if c.s.err == nil {
		c.t.SetExpiry(c.s.ids[:], c.s.due[:])
	}
}

// Clear removes the value.
func (c *Cell) Clear() {
	if _, ok := c.s.find(c.t, c.s.byKey()); ok {
		c.t.Delete(c.s.ids[:])
	}
}

// Expire removes the values that are due at the watermark.
func (c *Cell) Expire(w eventtime.Watermark) {
	if c.s.err == nil {
		c.s.note(c.t.Expire(w, func([]store.RowID) error { return nil }))
	}
}
