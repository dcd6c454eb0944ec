package cells

import (
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/sqltype"
)

// Map is entries under each key.
type Map struct {
	s     *Store
	t     *store.Table // by key and entry
	names *store.Table // the entries of a key, in the order of their coming
}

// Map opens the maps of a name.
func (s *Store) Map(name string) *Map {
	return &Map{
		s:     s,
		t:     s.table(store.Spec{Name: name, Key: sqltype.NewStruct(binary("key"), binary("entry")), Value: sqltype.NewStruct(binary("value")), Partial: true}),
		names: s.table(store.Spec{Name: name + " entries", Key: sqltype.NewStruct(binary("key")), Value: sqltype.NewStruct(binary("entry")), Multi: true}),
	}
}

// Get returns the value of an entry, borrowed until the next change.
func (m *Map) Get(entry []byte) ([]byte, bool) {
	id, ok := m.s.find(m.t, m.s.bySub(entry))
	if !ok {
		return nil, false
	}
	return m.t.Column(0).Text(int(id)), true
}

// Set puts a copy of value at an entry.
func (m *Map) Set(entry, value []byte) {
	id, ok := m.s.upsert(m.t, m.s.bySub(entry))
	if !ok {
		return
	}
	m.t.Column(0).SetText(int(id), value)
	if len(m.s.made) == 0 || !m.s.note(m.names.Append(m.s.byKey(), m.s.ids[:])) {
		return
	}
	m.names.Touch(m.s.ids[:])
	m.names.Column(0).SetText(int(m.s.ids[0]), entry)
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

// All visits the entries in the order of their coming, each borrowed for the
// call, until visit returns false. visit changes nothing.
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
