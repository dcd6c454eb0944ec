package cells

import (
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/sqltype"
)

// Cell is one value under each key.
type Cell struct{ ends }

// Cell opens the cells of a name.
func (s *Store) Cell(n Name) *Cell {
	c := &Cell{ends{s: s, life: n.Life(), t: s.table(store.Spec{
		Name: n.String(), Key: sqltype.NewStruct(binary("key")), Value: sqltype.NewStruct(binary("value")), Expiry: n.Life().expiry(),
	})}}
	if n.Life() == Lasting && c.t != nil {
		s.plain = append(s.plain, c.t)
	}
	return c
}

// PartCell is Cell under parts of keys.
func (s *Store) PartCell(n Name) *Cell {
	return &Cell{ends{s: s, life: n.Life(), t: s.table(store.Spec{
		Name: n.String(), Key: sqltype.NewStruct(binary("key")), Value: sqltype.NewStruct(binary("value")), Partial: true, Expiry: n.Life().expiry(),
	})}}
}

// Get returns the value, borrowed until the next change of any cell.
func (c *Cell) Get() ([]byte, bool) {
	id, ok := c.s.find(c.t, c.s.byKey())
	if !ok || !c.lives(id) {
		return nil, false
	}
	return c.t.Column(0).Text(int(id)), true
}

// Set puts a copy of value there.
func (c *Cell) Set(value []byte) {
	if id, ok := c.s.upsert(c.t, c.until(c.s.byKey())); ok {
		c.t.Column(0).SetText(int(id), value)
		c.prolong(id)
	}
}

// Keep is Set of the value that is there.
func (c *Cell) Keep() {
	if id, ok := c.s.find(c.t, c.s.byKey()); ok && c.lives(id) {
		c.prolong(id)
	}
}

// Clear removes the value.
func (c *Cell) Clear() {
	if _, ok := c.s.find(c.t, c.s.byKey()); ok {
		c.t.Delete(c.s.ids[:])
	}
}
