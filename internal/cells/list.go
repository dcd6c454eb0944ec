package cells

import (
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/sqltype"
)

// List is values in a row under each key.
type List struct {
	s *Store
	t *store.Table
}

// List opens the lists of a name.
func (s *Store) List(name string) *List {
	return &List{s, s.table(store.Spec{Name: name, Key: sqltype.NewStruct(binary("key")), Value: sqltype.NewStruct(binary("value")), Multi: true})}
}

// PartList is List under parts of keys.
func (s *Store) PartList(name string) *List {
	return &List{s, s.table(store.Spec{Name: name, Key: sqltype.NewStruct(binary("key")), Value: sqltype.NewStruct(binary("value")), Multi: true, Partial: true})}
}

// Add puts a copy of value at the end.
func (l *List) Add(value []byte) {
	if l.s.err != nil || !l.s.note(l.t.Append(l.s.byKey(), l.s.ids[:])) {
		return
	}
	l.t.Touch(l.s.ids[:])
	l.t.Column(0).SetText(int(l.s.ids[0]), value)
}

// All visits the values in the order of their adding, each borrowed for the
// call, until visit returns false.
func (l *List) All(visit func(value []byte) bool) {
	id, ok := l.s.find(l.t, l.s.byKey())
	for ok && id != store.NoRow && visit(l.t.Column(0).Text(int(id))) {
		id = l.t.Next(id)
	}
}

// Clear removes all values.
func (l *List) Clear() {
	id, ok := l.s.find(l.t, l.s.byKey())
	l.s.made = l.s.made[:0]
	for ok && id != store.NoRow {
		l.s.made = append(l.s.made, id)
		id = l.t.Next(id)
	}
	if len(l.s.made) > 0 {
		l.t.Delete(l.s.made)
	}
}

// Every visits the values of all keys, each borrowed for the call: those of
// different keys in no order.
func (l *List) Every(visit func(value []byte)) {
	l.s.note(l.t.All(func(ids []store.RowID) error {
		for _, id := range ids {
			visit(l.t.Column(0).Text(int(id)))
		}
		return nil
	}))
}

// ClearEvery removes the values of all keys.
func (l *List) ClearEvery() { l.t.Clear() }
