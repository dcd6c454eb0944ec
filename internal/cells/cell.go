package cells

import (
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/sqltype"
)

// Cell is one value under each key.
type Cell struct {
	ends
	plain int // place of the table in Store.plain; -1: it is not there
	last  struct {
		focus, died uint64
		id          store.RowID
	} // the row that was found last
}

// Cell opens the cells of a name.
func (s *Store) Cell(n Name) *Cell {
	c := &Cell{plain: -1, ends: ends{s: s, life: n.Life(), t: s.table(store.Spec{
		Name: n.String(), Key: sqltype.NewStruct(binary("key")), Value: sqltype.NewStruct(binary("value")), Expiry: n.Life().expiry(),
	})}}
	if n.Life() == Lasting && c.t != nil {
		c.plain, s.plain = len(s.plain), append(s.plain, c.t)
	}
	return c
}

// PartCell is Cell under parts of keys.
func (s *Store) PartCell(n Name) *Cell {
	return &Cell{plain: -1, ends: ends{s: s, life: n.Life(), t: s.table(store.Spec{
		Name: n.String(), Key: sqltype.NewStruct(binary("key")), Value: sqltype.NewStruct(binary("value")), Partial: true, Expiry: n.Life().expiry(),
	})}}
}

// row returns the row of the key in focus, if there is one.
func (c *Cell) row() (store.RowID, bool) {
	if c.last.focus == c.s.focus && c.last.died == c.t.Died() {
		return c.last.id, true
	}
	id, ok := c.s.foreseen(c.plain)
	if !ok {
		id, ok = c.s.find(c.t, c.s.byKey())
	}
	if ok {
		c.remember(id)
	}
	return id, ok
}

// remember spares the next call the search for the row.
func (c *Cell) remember(id store.RowID) {
	c.last.focus, c.last.died, c.last.id = c.s.focus, c.t.Died(), id
}

// Get returns the value, borrowed until the next change of any cell.
func (c *Cell) Get() ([]byte, bool) {
	id, ok := c.row()
	if !ok || !c.lives(id) {
		return nil, false
	}
	return c.t.Column(0).Text(int(id)), true
}

// Set puts a copy of value there.
func (c *Cell) Set(value []byte) {
	id, ok := c.row()
	if !ok {
		if id, ok = c.s.upsert(c.t, c.until(c.s.byKey())); !ok {
			return
		}
		c.remember(id)
	}
	if c.s.note(c.t.SetText(id, 0, value)) {
		c.prolong(id)
	}
}

// Keep is Set of the value that is there.
func (c *Cell) Keep() {
	if id, ok := c.row(); ok && c.lives(id) {
		c.prolong(id)
	}
}

// Clear removes the value.
func (c *Cell) Clear() {
	if id, ok := c.row(); ok {
		c.s.ids[0] = id
		c.t.Delete(c.s.ids[:])
	}
}
