package dstream

import (
	"iter"

	"github.com/spatestream/spate/rdd"
)

// values are those of a batch by the number of their key, each key's in their
// order.
type values[V any] struct {
	starts []uint32 // by number, and the end; nil: there are none
	all    []V
}

// of returns the values of a key, nil if it has none. The slice is the
// caller's.
func (v *values[V]) of(id uint32) []V {
	if int(id)+1 >= len(v.starts) {
		return nil
	}
	lo, hi := v.starts[id], v.starts[id+1]
	if lo == hi {
		return nil
	}
	return v.all[lo:hi:hi]
}

// gathered numbers the keys of a batch and sorts its values by number.
func gathered[K comparable, S, V any](d *draft[K, S], in iter.Seq[rdd.Pair[K, V]]) *values[V] {
	var ids []uint32
	var came []V
	chunked(d, in, func(id uint32, v V) { ids, came = append(ids, id), append(came, v) })
	if len(ids) == 0 {
		return &values[V]{}
	}
	starts := make([]uint32, len(d.keys)+2)
	for _, id := range ids {
		starts[id+2]++
	}
	for i := 2; i < len(starts); i++ {
		starts[i] += starts[i-1]
	}
	out := make([]V, len(came))
	for i, id := range ids { // starts[id+1] moves from where id's begin to where they end
		out[starts[id+1]] = came[i]
		starts[id+1]++
	}
	return &values[V]{starts[:len(starts)-1], out}
}

// updateAll gives every key that has a state or values the state that f
// returns, in pages of its own.
func updateAll[K comparable, S, V any](d *draft[K, S], v *values[V], f func(key K, values []V, state rdd.Optional[S]) rdd.Optional[S]) {
	fresh := make([]page[S], len(d.pages))
	d.rows = 0
	for i, old := range d.pages {
		if old == nil {
			old = &page[S]{}
		}
		p := &fresh[i]
		d.pages[i] = p
		for j := range min(pageRows, len(d.keys)-i*pageRows) {
			id := uint32(i*pageRows + j)
			came := v.of(id)
			state := rdd.Optional[S]{Value: old.state[j], Ok: old.live>>j&1 == 1}
			if came == nil && !state.Ok {
				continue
			}
			if state = f(d.keys[id], came, state); state.Ok {
				p.state[j] = state.Value
				p.live |= 1 << j
				d.rows++
			}
		}
	}
}

// updates ranges over every key that has a state or values.
func updates[K comparable, S, V any](d *draft[K, S], v *values[V]) iter.Seq[Update[K, V, S]] {
	return func(yield func(Update[K, V, S]) bool) {
		for id, key := range d.keys {
			u := Update[K, V, S]{Key: key, Values: v.of(uint32(id))}
			if have := d.get(uint32(id)); have != nil {
				u.State = rdd.Some(*have)
			}
			if (u.State.Ok || u.Values != nil) && !yield(u) {
				return
			}
		}
	}
}

// emptied is a draft without rows that keeps the numbers of d.
func (d *draft[K, S]) emptied() *draft[K, S] {
	return &draft[K, S]{version: version[K, S]{names: d.names}}
}
