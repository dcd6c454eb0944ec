package cells

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/sqltype"
)

// Ahead is the keys that a caller is about to put in focus, one after another.
type Ahead struct {
	hashes []uint32
	keys   *columnar.Vector
	cols   []*columnar.Vector
	ids    []store.RowID
}

// NewAhead returns no keys.
func NewAhead() *Ahead {
	v := columnar.New(sqltype.Binary)
	return &Ahead{keys: v, cols: []*columnar.Vector{v}}
}

// Add adds a key and its partition hash. The bytes are copied.
func (a *Ahead) Add(hash uint32, key []byte) {
	a.hashes = append(a.hashes, hash)
	a.keys.AppendText(key)
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

// Warm brings what cells hold under the keys into the processor's caches, and
// empties a. One by one each key is several waits for memory, of which none can
// begin before the last has ended; here those of different keys overlap. It
// changes nothing else.
func (s *Store) Warm(a *Ahead) {
	n := len(a.hashes)
	for len(a.ids) < n {
		a.ids = append(a.ids, 0)
	}
	for _, t := range s.plain {
		if s.err != nil || t.Rows() < manyRows || !s.note(t.Find(store.Keys{Hash: a.hashes, Cols: a.cols, N: n}, a.ids[:n])) {
			continue
		}
		values := t.Column(0)
		for _, id := range a.ids[:n] {
			if id == store.NoRow {
				continue
			}
			if b := values.Text(int(id)); len(b) > 0 {
				s.near ^= b[0]
			}
		}
	}
	a.hashes = a.hashes[:0]
	a.keys.Resize(0)
}
