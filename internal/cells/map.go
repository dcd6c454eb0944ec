package cells

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/sqltype"
)

// Map is entries under each key, each with an end of its own.
type Map struct {
	ends               // of the table by key and entry
	names *store.Table // the entries of a key, in the order of their coming

	// A key and an entry that are looked at without being in focus.
	hash [1]uint32
	cols []*columnar.Vector
	ids  [1]store.RowID
}

// Map opens the maps of a name.
func (s *Store) Map(n Name) *Map {
	return &Map{
		ends: ends{s: s, life: n.Life(), t: s.table(store.Spec{
			Name: n.String(), Key: sqltype.NewStruct(binary("key"), binary("entry")), Value: sqltype.NewStruct(binary("value")), Partial: true, Expiry: n.Life().expiry(),
		})},
		names: s.table(store.Spec{
			Name: n.String() + " entries", Key: sqltype.NewStruct(binary("key")), Value: sqltype.NewStruct(binary("entry")), Multi: true, Expiry: n.Life().expiry(),
		}),
		cols: []*columnar.Vector{columnar.New(sqltype.Binary), columnar.New(sqltype.Binary)},
	}
}

// Get returns the value of an entry, borrowed until the next change.
func (m *Map) Get(entry []byte) ([]byte, bool) {
	id, ok := m.s.find(m.t, m.s.bySub(entry))
	if !ok || !m.lives(id) {
		return nil, false
	}
	return m.t.Column(0).Text(int(id)), true
}

// Set puts a copy of value at an entry.
func (m *Map) Set(entry, value []byte) {
	id, ok := m.s.upsert(m.t, m.until(m.s.bySub(entry)))
	if !ok {
		return
	}
	m.t.Column(0).SetText(int(id), value)
	m.prolong(id)
	if len(m.s.made) == 0 || !m.s.note(m.names.Append(m.until(m.s.byKey()), m.s.ids[:])) {
		return
	}
	m.names.Touch(m.s.ids[:])
	m.names.Column(0).SetText(int(m.s.ids[0]), entry)
}

// Keep is Set of the value that an entry has.
func (m *Map) Keep(entry []byte) {
	if id, ok := m.s.find(m.t, m.s.bySub(entry)); ok && m.lives(id) {
		m.prolong(id)
	}
}

// Delete removes an entry. It costs as much as the key has entries.
func (m *Map) Delete(entry []byte) {
	if _, ok := m.s.find(m.t, m.s.bySub(entry)); !ok {
		return
	}
	m.t.Delete(m.s.ids[:])
	m.each(func(id store.RowID, name []byte) bool {
		if string(name) != string(entry) {
			return true
		}
		m.s.ids[0] = id
		m.names.Delete(m.s.ids[:])
		return false
	})
}

// Clear removes all entries.
func (m *Map) Clear() {
	m.s.made = m.s.made[:0]
	m.each(func(id store.RowID, name []byte) bool {
		m.s.made = append(m.s.made, id)
		if _, ok := m.s.find(m.t, m.s.bySub(name)); ok {
			m.t.Delete(m.s.ids[:])
		}
		return true
	})
	if len(m.s.made) > 0 {
		m.names.Delete(m.s.made)
	}
}

// All visits the entries in the order of their coming, each borrowed for the
// call, until visit returns false. visit changes nothing but ends, by Keep.
func (m *Map) All(visit func(entry, value []byte) bool) {
	m.each(func(_ store.RowID, name []byte) bool {
		value, ok := m.Get(name)
		return !ok || visit(name, value)
	})
}

func (m *Map) each(visit func(id store.RowID, name []byte) bool) {
	id, ok := m.s.find(m.names, m.s.byKey())
	for ok && id != store.NoRow {
		next := m.names.Next(id)
		if !visit(id, m.names.Column(0).Text(int(id))) {
			return
		}
		id = next
	}
}

// Expire removes the entries that are due at the watermark, under all keys. A name
// is due no later than its entry; it learns of a later end when its own has come,
// so that writing an entry again needs no search for its name.
func (m *Map) Expire(w eventtime.Watermark) {
	if m.s.err == nil {
		m.s.note(m.names.Expire(w, m.rename))
	}
	m.ends.Expire(w)
}

// rename gives names the ends of their entries.
func (m *Map) rename(ids []store.RowID) error {
	for i, id := range ids {
		m.hash[0] = m.names.Hash()[id]
		setRow(m.cols[0], m.names.Key(0).Text(int(id)))
		setRow(m.cols[1], m.names.Column(0).Text(int(id)))
		if err := m.t.Find(store.Keys{Hash: m.hash[:], Cols: m.cols, N: 1}, m.ids[:]); err != nil {
			return err
		}
		if at := m.ids[0]; at != store.NoRow {
			m.names.SetExpiry(ids[i:i+1], m.t.Due()[at:at+1])
		}
	}
	return nil
}
