// Package keyed is the hash table of typed Go programs: a value for each key,
// for keys of any comparable type and values of any type at all. Columnar
// programs use internal/store.
//
// Keys get dense numbers in the order of their coming; values lie by number in
// one slice. Texts and numbers are found by tables of our own, a batch of keys
// at a time; other types by a Go map.
package keyed

import (
	"reflect"
	"slices"
	"unsafe"
)

// Table maps keys to values. It belongs to one goroutine.
type Table[K comparable, C any] struct {
	index    index[K]
	ids      []uint32
	keys     []K
	values   []C
	one      [1]K
	expected int // keys, 0: unknown
}

// index gives keys their numbers.
type index[K comparable] interface {
	// upsert writes the number of each key to ids, of new ones the next in
	// order, and appends those to the dense keys.
	upsert(keys []K, dense []K, ids []uint32) []K
	// hash is well mixed, and equal for equal keys.
	hash(key K) uint32
	// size is what the index holds, growth what room for n keys, those that are
	// there included, may add to it.
	size() int64
	growth(dense []K, n int) int64
	// reserve makes that room.
	reserve(dense []K, n int)
	reset()
}

// New returns an empty table. Texts among the keys are copied, so that they pin
// nothing of what they were cut from.
func New[K comparable, C any]() *Table[K, C] { return &Table[K, C]{index: indexOf[K](true)} }

// Owning is New for keys whose texts may be kept as they are.
func Owning[K comparable, C any]() *Table[K, C] { return &Table[K, C]{index: indexOf[K](false)} }

// indexOf chooses by the kind of K, so that named types are as fast.
func indexOf[K comparable](clone bool) index[K] {
	var zero K
	switch t := reflect.TypeFor[K](); t.Kind() {
	case reflect.String:
		return &retyped[K, string]{&texts{clone: clone}}
	case reflect.Float64:
		return &retyped[K, float64]{&doubles{}}
	case reflect.Int, reflect.Int64, reflect.Uint, reflect.Uint64, reflect.Uintptr, reflect.Int32, reflect.Uint32:
		if unsafe.Sizeof(zero) == 8 {
			return &retyped[K, uint64]{&numbers[uint64]{}}
		}
		return &retyped[K, uint32]{&numbers[uint32]{}}
	}
	return newAny[K]()
}

// retyped lends the keys to an index of a type that lies in memory as K does.
type retyped[K, U comparable] struct{ under index[U] }

func as[U, K any](s []K) []U { return *(*[]U)(unsafe.Pointer(&s)) }

func (r *retyped[K, U]) upsert(keys, dense []K, ids []uint32) []K {
	return as[K](r.under.upsert(as[U](keys), as[U](dense), ids))
}
func (r *retyped[K, U]) hash(key K) uint32 { return r.under.hash(*(*U)(unsafe.Pointer(&key))) }
func (r *retyped[K, U]) size() int64       { return r.under.size() }
func (r *retyped[K, U]) growth(dense []K, n int) int64 {
	return r.under.growth(as[U](dense), n)
}
func (r *retyped[K, U]) reserve(dense []K, n int) { r.under.reserve(as[U](dense), n) }
func (r *retyped[K, U]) reset()                   { r.under.reset() }

// Upsert returns the number of each key, borrowed until the next call. The
// values of new keys are zero. Numbers are given from Len upwards: going through
// the keys in order, a key is new where its number is the next one.
func (t *Table[K, C]) Upsert(keys []K) []uint32 {
	if total := t.target(len(keys)); total > len(t.keys)+len(keys) && total > cap(t.values) {
		t.index.reserve(t.keys, total)
		t.keys = slices.Grow(t.keys, total-len(t.keys))
		t.values = slices.Grow(t.values, total-len(t.values))
	}
	t.ids = slices.Grow(t.ids[:0], len(keys))[:len(keys)]
	t.keys = t.index.upsert(keys, t.keys, t.ids)
	n := len(t.values)
	t.values = slices.Grow(t.values, len(t.keys)-n)[:len(t.keys)]
	clear(t.values[n:])
	return t.ids
}

// At returns the place of the key's value, valid until the next call, and
// whether it was made now, zero. Many keys are faster by Upsert.
func (t *Table[K, C]) At(key K) (*C, bool) {
	n := len(t.keys)
	t.one[0] = key
	id := t.Upsert(t.one[:])[0]
	return &t.values[id], int(id) == n
}

// Expect says that there will be about n keys, as tables like this one had; 0
// takes it back. A table that has an eighth of them makes room for all at once,
// one that stays smaller takes no more than it needs.
func (t *Table[K, C]) Expect(n int) { t.expected = n }

// Expected returns what Expect was given.
func (t *Table[K, C]) Expected() int { return t.expected }

// target is how many keys to have room for when n may be new.
func (t *Table[K, C]) target(n int) int {
	n += len(t.keys)
	if n >= t.expected/8 {
		return max(n, t.expected)
	}
	return n
}

// Len returns the number of keys.
func (t *Table[K, C]) Len() int { return len(t.keys) }

// Values returns the values by number, to be changed in place; valid until the
// next Upsert.
func (t *Table[K, C]) Values() []C { return t.values }

// Rows returns keys and values in the order of their first coming, valid until
// the next Upsert.
func (t *Table[K, C]) Rows() ([]K, []C) { return t.keys, t.values }

// Hash returns a well mixed hash of a key: the same as long as the table lives,
// and for texts and numbers always.
func (t *Table[K, C]) Hash(key K) uint32 { return t.index.hash(key) }

// Size returns the bytes the table holds, without what values hold outside
// themselves.
func (t *Table[K, C]) Size() int64 {
	var k K
	var c C
	return t.index.size() + int64(cap(t.keys))*int64(unsafe.Sizeof(k)) + int64(cap(t.values))*int64(unsafe.Sizeof(c))
}

// Growth returns the bytes that Size may grow by when n keys are new.
func (t *Table[K, C]) Growth(n int) int64 {
	var k K
	var c C
	n = t.target(n)
	return t.index.growth(t.keys, n) + grown(cap(t.keys), n)*int64(unsafe.Sizeof(k)) + grown(cap(t.values), n)*int64(unsafe.Sizeof(c))
}

// grown is what append adds to a slice that must hold n.
func grown(have, n int) int64 {
	if n <= have {
		return 0
	}
	return int64(max(n, have+have/4+192) - have)
}

// Reset empties the table and gives its memory back.
func (t *Table[K, C]) Reset() {
	t.index.reset()
	t.ids, t.keys, t.values = nil, nil, nil
}

// Clear empties the table and keeps the room for rows.
func (t *Table[K, C]) Clear() {
	t.index.reset()
	clear(t.keys)
	clear(t.values)
	t.keys, t.values = t.keys[:0], t.values[:0]
}
