package cells

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/sqltype"
)

// Ahead is the keys that a caller is about to put in focus, one after another; it
// may leave some out.
type Ahead struct {
	hashes []uint32
	keys   *columnar.Vector
	cols   []*columnar.Vector
	found  []found // by table of Store.plain
	next   int     // the first key that was not in focus yet
}

// found is the rows of the keys in a table, good while no row of it has died.
type found struct {
	died uint64
	ids  []store.RowID // none: they were not looked for
}

// NewAhead returns no keys.
func NewAhead() *Ahead {
	v := columnar.New(sqltype.Binary)
	return &Ahead{keys: v, cols: []*columnar.Vector{v}}
}

// Reset empties a.
func (a *Ahead) Reset() {
	a.hashes, a.next = a.hashes[:0], 0
	a.keys.Resize(0)
}

// Add adds a key and its partition hash. The bytes are copied.
func (a *Ahead) Add(hash uint32, key []byte) {
	a.hashes = append(a.hashes, hash)
	a.keys.AppendText(key)
}

// seekAhead is how many keys that were left out are passed over at most.
const seekAhead = 16

// seek returns the place of the next key that is the given one, -1 for none near.
func (a *Ahead) seek(hash uint32, key []byte) int {
	for i := a.next; i < min(len(a.hashes), a.next+seekAhead); i++ {
		if a.hashes[i] == hash && string(a.keys.Text(i)) == string(key) {
			a.next = i + 1
			return i
		}
	}
	return -1
}

// manyRows is the size of a table from which on looking at many keys at once
// pays: less is in the processor's caches anyway.
const manyRows = 1 << 15

// Large reports whether Warm would do anything.
func (s *Store) Large() bool {
	for _, t := range s.plain {
		if t.Rows() >= manyRows {
			return true
		}
	}
	return false
}

// Warm looks the keys up and brings what cells hold under them into the
// processor's caches. One by one each key is several waits for memory, of which
// none can begin before the last has ended; here those of different keys overlap.
// a is lent until the next Warm, its keys to be put in focus in their order.
func (s *Store) Warm(a *Ahead) {
	s.ahead, s.place = a, -1
	for len(a.found) < len(s.plain) {
		a.found = append(a.found, found{})
	}
	n := len(a.hashes)
	for i, t := range s.plain {
		f := &a.found[i]
		f.ids = f.ids[:0]
		if s.err != nil || t.Rows() < manyRows {
			continue
		}
		for len(f.ids) < n {
			f.ids = append(f.ids, store.NoRow)
		}
		if s.note(t.Find(store.Keys{Hash: a.hashes, Cols: a.cols, N: n}, f.ids)) {
			f.died = t.Died()
			t.Near(f.ids)
		}
	}
}

// foreseen returns the row that Warm has found for the key in focus in a table of
// plain; false if it has found none, or rows have died since.
func (s *Store) foreseen(plain int) (store.RowID, bool) {
	if s.place < 0 || plain < 0 || plain >= len(s.ahead.found) {
		return 0, false
	}
	f := &s.ahead.found[plain]
	if s.place >= len(f.ids) || f.died != s.plain[plain].Died() {
		return 0, false
	}
	return f.ids[s.place], f.ids[s.place] != store.NoRow
}
