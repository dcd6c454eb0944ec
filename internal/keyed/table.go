// Package keyed is the hash table of typed Go programs: a value for each key,
// for keys of any comparable type and values of any type at all. Columnar
// programs use internal/store.
package keyed

import "github.com/spatestream/spate/internal/memory"

// Table maps keys to values. It belongs to one goroutine.
type Table[K comparable, C any] struct {
	ids    map[K]uint32
	keys   []K
	values []C
}

// New returns an empty table whose memory is accounted to m (nil: not
// accounted).
func New[K comparable, C any](m *memory.Account) *Table[K, C] {
	return &Table[K, C]{ids: map[K]uint32{}}
}

// At returns the place of the key's value, valid until the next call, and
// whether it was made now, zero.
func (t *Table[K, C]) At(key K) (*C, bool) {
	id, ok := t.ids[key]
	if !ok {
		id = uint32(len(t.values))
		var zero C
		t.ids[key] = id
		t.keys, t.values = append(t.keys, key), append(t.values, zero)
	}
	return &t.values[id], !ok
}

// Len returns the number of keys.
func (t *Table[K, C]) Len() int { return len(t.keys) }

// Rows returns keys and values in the order of their first coming, valid until
// the next call of At.
func (t *Table[K, C]) Rows() ([]K, []C) { return t.keys, t.values }

// Close gives the memory back.
func (t *Table[K, C]) Close() { *t = Table[K, C]{} }
