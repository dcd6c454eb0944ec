package cells

import (
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/sqltype"
)

// List is values in a row under each key, each with an end of its own.
type List struct{ ends }

// List opens the lists of a name.
func (s *Store) List(n Name) *List { return s.list(n, false) }

// PartList is List under parts of keys.
func (s *Store) PartList(n Name) *List { return s.list(n, true) }

func (s *Store) list(n Name, partial bool) *List {
	return &List{ends{s: s, life: n.Life(), t: s.table(store.Spec{
		Name: n.String(), Key: sqltype.NewStruct(binary("key")), Value: sqltype.NewStruct(binary("value")),
		Multi: true, Partial: partial, Expiry: n.Life().expiry(),
	})}}
}

// Add puts a copy of value at the end.
func (l *List) Add(value []byte) {
	if l.s.err != nil || !l.s.note(l.t.Append(l.until(l.s.byKey()), l.s.ids[:])) {
		return
	}
	l.t.Touch(l.s.ids[:])
	l.t.Column(0).SetText(int(l.s.ids[0]), value)
}

// All visits the values in the order of their adding, each borrowed for the
// call, until visit returns false.
func (l *List) All(visit func(value []byte) bool) {
	l.each(func(id store.RowID) bool { return !l.lives(id) || visit(l.t.Column(0).Text(int(id))) })
}

// Keep moves the ends of all values, as adding them again would.
func (l *List) Keep() {
	l.each(func(id store.RowID) bool {
		if l.lives(id) {
			l.prolong(id)
		}
		return true
	})
}

// Clear removes all values.
func (l *List) Clear() {
	l.s.made = l.s.made[:0]
	l.each(func(id store.RowID) bool { l.s.made = append(l.s.made, id); return true })
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

// each visits the rows of the key until visit returns false.
func (l *List) each(visit func(store.RowID) bool) {
	id, ok := l.s.find(l.t, l.s.byKey())
	for ok && id != store.NoRow && visit(id) {
		id = l.t.Next(id)
	}
}
