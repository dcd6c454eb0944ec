package dstream

import (
	"iter"
	"math/bits"
	"slices"
	"sync"

	"github.com/spatestream/spate/internal/keyed"
	"github.com/spatestream/spate/rdd"
)

// names numbers the keys of a partition for all versions of its state. A key
// keeps its number. It is safe for concurrent use: attempts of a task may be at
// it at a time, and a failed one leaves no more than a number without state.
type names[K comparable] struct {
	mu    sync.Mutex
	table *keyed.Table[K, struct{}] // guarded by mu
}

// number writes the numbers of keys to ids and returns the keys by number, a
// slice whose elements do not change.
func (n *names[K]) number(keys []K, ids []uint32) []K {
	n.mu.Lock()
	defer n.mu.Unlock()
	copy(ids, n.table.Upsert(keys))
	all, _ := n.table.Rows()
	return all[:len(all):len(all)]
}

// version is the state of a partition's keys after a batch. It does not change
// once it is made, so that a task can run again and the batch can be read as
// long as it is remembered; versions share what one does not change of the one
// before.
type version[K comparable, S any] struct {
	names *names[K]
	keys  []K        // by number
	pages []*page[S] // by number/pageRows; nil: no row lives
	rows  int        // that live
}

// page is the state of pageRows keys of consecutive numbers: few enough that
// copying them for one that changes is cheap.
type page[S any] struct {
	live  uint64 // bit i: row i lives
	state [pageRows]S
}

const pageRows = 64

// draft returns a version like v, nil for nothing, that can be changed.
func (v *version[K, S]) draft() *draft[K, S] {
	if v == nil {
		v = &version[K, S]{names: &names[K]{table: keyed.New[K, struct{}]()}}
	}
	d := &draft[K, S]{version: *v, from: v.pages}
	d.pages = slices.Clone(v.pages)
	return d
}

// all ranges over the numbers of living rows and their state.
func (v *version[K, S]) all() iter.Seq2[uint32, *S] {
	return func(yield func(uint32, *S) bool) {
		if v == nil {
			return
		}
		for i, p := range v.pages {
			if p == nil {
				continue
			}
			for left := p.live; left != 0; left &= left - 1 {
				j := bits.TrailingZeros64(left)
				if !yield(uint32(i*pageRows+j), &p.state[j]) {
					return
				}
			}
		}
	}
}

// draft is a version that is being made. It belongs to a task.
type draft[K comparable, S any] struct {
	version[K, S]
	from []*page[S] // pages of the version before, which are not written to
	ids  []uint32
	sink uint64
}

// chunkRows is how many keys are looked up at a time.
const chunkRows = 1024

// number returns the numbers of at most chunkRows keys, borrowed until the next
// call.
func (d *draft[K, S]) number(keys []K) []uint32 {
	if d.ids == nil {
		d.ids = make([]uint32, chunkRows)
	}
	ids := d.ids[:len(keys)]
	d.keys = d.names.number(keys, ids)
	if n := (len(d.keys) + pageRows - 1) / pageRows; n > len(d.pages) {
		d.pages = append(d.pages, make([]*page[S], n-len(d.pages))...)
	}
	return ids
}

// loadEarly touches the pages of keys and does nothing else, so that the misses
// overlap.
func (d *draft[K, S]) loadEarly(ids []uint32) {
	if len(d.pages) < manyPages {
		return
	}
	sink := uint64(0)
	for _, id := range ids {
		if p := d.pages[id/pageRows]; p != nil {
			sink += p.live
		}
	}
	d.sink = sink
}

// manyPages is how many no core's cache keeps.
const manyPages = 1 << 10

// get returns the state of a key, nil if it has none.
func (d *draft[K, S]) get(id uint32) *S {
	p := d.pages[id/pageRows]
	if p == nil || p.live>>(id%pageRows)&1 == 0 {
		return nil
	}
	return &p.state[id%pageRows]
}

// own returns the page of a key, to be written to.
func (d *draft[K, S]) own(id uint32) *page[S] {
	i := id / pageRows
	switch p := d.pages[i]; {
	case p == nil:
		d.pages[i] = &page[S]{}
	case int(i) < len(d.from) && p == d.from[i]:
		c := *p
		d.pages[i] = &c
	}
	return d.pages[i]
}

func (d *draft[K, S]) set(id uint32, s S) {
	p := d.own(id)
	bit := uint64(1) << (id % pageRows)
	if p.live&bit == 0 {
		p.live |= bit
		d.rows++
	}
	p.state[id%pageRows] = s
}

func (d *draft[K, S]) remove(id uint32) {
	if d.get(id) == nil {
		return
	}
	var none S
	p := d.own(id)
	p.live &^= 1 << (id % pageRows)
	p.state[id%pageRows] = none
	d.rows--
}

// done returns the version. One of mostly dead keys numbers the others anew, so
// that keys that come and go do not stay.
func (d *draft[K, S]) done() *version[K, S] {
	if dead := len(d.keys) - d.rows; dead <= d.rows || dead < chunkRows {
		v := d.version
		return &v
	}
	fresh := (*version[K, S])(nil).draft()
	rows := func(yield func(rdd.Pair[K, S]) bool) {
		for id, s := range d.all() {
			if !yield(rdd.KV(d.keys[id], *s)) {
				return
			}
		}
	}
	chunked(fresh, rows, func(id uint32, s S) { fresh.set(id, s) })
	v := fresh.version
	return &v
}

// chunked numbers the keys of rows, chunkRows at a time, and calls f for each.
func chunked[K comparable, S, V any](d *draft[K, S], rows iter.Seq[rdd.Pair[K, V]], f func(id uint32, v V)) {
	inChunks(rows, func(keys []K, values []V) {
		ids := d.number(keys)
		d.loadEarly(ids)
		for i, id := range ids {
			f(id, values[i])
		}
	})
}

// inChunks calls f for chunkRows rows at a time, the last time for fewer.
func inChunks[K, V any](rows iter.Seq[rdd.Pair[K, V]], f func(keys []K, values []V)) {
	keys, values := make([]K, 0, chunkRows), make([]V, 0, chunkRows)
	for x := range rows {
		keys, values = append(keys, x.Key), append(values, x.Value)
		if len(keys) == chunkRows {
			f(keys, values)
			keys, values = keys[:0], values[:0]
		}
	}
	if len(keys) > 0 {
		f(keys, values)
	}
}

// stateRows are the keys of a version and their state.
func stateRows[K comparable, S any](v *version[K, S]) iter.Seq[rdd.Pair[K, S]] {
	return func(yield func(rdd.Pair[K, S]) bool) {
		for id, s := range v.all() {
			if !yield(rdd.KV(v.keys[id], *s)) {
				return
			}
		}
	}
}

// versionOf makes a version of rows whose keys are all different.
func versionOf[K comparable, S any](rows iter.Seq[rdd.Pair[K, S]]) *version[K, S] {
	d := (*version[K, S])(nil).draft()
	chunked(d, rows, func(id uint32, s S) { d.set(id, s) })
	return d.done()
}
