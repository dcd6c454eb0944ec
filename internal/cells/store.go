// Package cells is keyed state for programs that deal with one event at a time:
// bytes under the key that is in focus, in tables of internal/store, so that
// key groups, checkpoints, expiry and rescaling are the same for all programs.
//
// A Store belongs to one goroutine. Trouble with the tables below is kept and
// returned by Err; cells are empty from then on.
package cells

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/sqltype"
)

// Store is the cells of one instance.
type Store struct {
	rows *store.Store
	err  error

	// The key in focus, as one row of a batch.
	hash  [1]uint32
	whole int // length of the key itself; more is a part of it
	part  []byte
	key   *columnar.Vector
	sub   *columnar.Vector   // a second key column
	one   []*columnar.Vector // key
	two   []*columnar.Vector // key, sub
	due   [1]eventtime.Time
	ids   [1]store.RowID
	made  []store.RowID
	plain []*store.Table // of cells without expiry
	focus uint64         // how often the focus has changed
	ahead *Ahead
	place int // in ahead, of the key in focus; -1: it is not there
}

// New returns an empty store for the key groups.
func New(g store.Groups) *Store {
	s := &Store{rows: store.NewUnordered(g, nil), key: columnar.New(sqltype.Binary), sub: columnar.New(sqltype.Binary)}
	s.ahead = NewAhead()
	s.one, s.two = []*columnar.Vector{s.key}, []*columnar.Vector{s.key, s.sub}
	s.Focus(0, nil)
	return s
}

// Focus makes key the key of all cells, of the given partition hash. The bytes
// are copied.
func (s *Store) Focus(hash uint32, key []byte) {
	s.hash[0], s.whole = hash, len(key)
	setRow(s.key, key)
	s.focus++
	s.place = s.ahead.seek(hash, key)
}

// Within puts a part of the key in focus, for PartCell and PartList: cells of its
// own, in the key's group, until Focus or Whole. Parts of one table have one
// length. The bytes are copied.
func (s *Store) Within(part []byte) {
	s.part = append(append(s.part[:0], s.Key()...), part...)
	setRow(s.key, s.part)
	s.focus++
	s.place = -1
}

// Whole puts the key itself in focus again.
func (s *Store) Whole() { s.Within(nil) }

// setRow makes a vector of one row hold b.
func setRow(v *columnar.Vector, b []byte) {
	v.Resize(1)
	v.SetText(0, b)
}

// Key returns the key in focus, or of which a part is, borrowed until the focus
// changes.
func (s *Store) Key() []byte { return s.key.Text(0)[:s.whole] }

// Err returns the first trouble.
func (s *Store) Err() error { return s.err }

// Rows returns the tables, to be sealed, saved and restored.
func (s *Store) Rows() *store.Store { return s.rows }

// byKey are the keys of a table with one key column, bySub of one with two.
func (s *Store) byKey() store.Keys { return store.Keys{Hash: s.hash[:], Cols: s.one, N: 1} }

func (s *Store) bySub(sub []byte) store.Keys {
	setRow(s.sub, sub)
	return store.Keys{Hash: s.hash[:], Cols: s.two, N: 1}
}

func (s *Store) note(err error) bool {
	if err != nil && s.err == nil {
		s.err, s.place = err, -1
		s.focus++ // no row is known any more
	}
	return s.err == nil
}

// find returns the row of the keys.
func (s *Store) find(t *store.Table, k store.Keys) (store.RowID, bool) {
	if !s.note(t.Find(k, s.ids[:])) {
		return 0, false
	}
	return s.ids[0], s.ids[0] != store.NoRow
}

// upsert returns the row of the keys, made if it is missing, and marks it as
// changed.
func (s *Store) upsert(t *store.Table, k store.Keys) (store.RowID, bool) {
	made, err := t.Upsert(k, s.ids[:], s.made[:0])
	s.made = made
	if !s.note(err) {
		return 0, false
	}
	t.Touch(s.ids[:])
	return s.ids[0], true
}

func (s *Store) table(spec store.Spec) *store.Table {
	t, err := s.rows.Table(spec)
	s.note(err)
	return t
}

func binary(name string) sqltype.Field { return sqltype.Field{Name: name, Type: sqltype.Binary} }
