package dstream

import (
	"fmt"
	"iter"
	"time"

	"github.com/spatestream/spate/internal/keyed"
	"github.com/spatestream/spate/rdd"
	"github.com/spatestream/spate/sparkerr"
)

// ReduceByKeyAndWindowInverse is ReduceByKeyAndWindow that computes each window
// from the one before: inverse takes back the batches that leave, f adds those
// that enter, so inverse(f(x, y), x) must be y. The cost does not depend on the
// length of the window, but on the keys of the batches that leave and enter.
//
// Keys whose batches have all left stay, with what inverse made of their value,
// unless keep, which may be nil, drops them: it is asked for every key that
// changes, and must depend on its argument only. A checkpoint directory is
// needed. A slide of 0 is the stream's.
func ReduceByKeyAndWindowInverse[K comparable, V any](d *DStream[rdd.Pair[K, V]], f, inverse func(V, V) V, length, slide time.Duration, keep func(rdd.Pair[K, V]) bool, where ...rdd.Where) *DStream[rdd.Pair[K, V]] {
	slide = orSlide(slide, d.n)
	batches := ReduceByKey(d, f, where...)
	batches.level = rdd.MemoryOnly
	w := &inverseWindow[K, V]{batches: batches, length: length, slide: slide, reduce: f, inverse: inverse, filter: keep}
	w.by = partitioner[K](batches.n, where)
	s := newStates(d.n.ctx, "reduceByKeyAndWindow", slide, w.next, placedRows[K, V](w.by), adopted[K, V](w.by), batches.n)
	s.d.n.reach = length
	s.d.n.windowed(d.n, length, slide)
	return s.d.given(f != nil, inverse != nil)
}

// inverseWindow computes windows from the one before.
type inverseWindow[K comparable, V any] struct {
	batches         *DStream[rdd.Pair[K, V]]
	length, slide   time.Duration
	reduce, inverse func(V, V) V
	filter          func(rdd.Pair[K, V]) bool
	by              rdd.KeyPartitioner[K]
}

// next makes the window that ends with t. Batches between windows that do not
// touch are in none.
func (w *inverseWindow[K, V]) next(t instant, before *rdd.RDD[*version[K, V]]) (*rdd.RDD[*version[K, V]], error) {
	step := w.batches.n.slide
	begin := t.minus(w.length).plus(step)
	last := t.minus(w.slide)
	lastBegin := begin.minus(w.slide)
	leaving, err := w.between(lastBegin, min(last, begin.minus(step)))
	if err != nil {
		return nil, err
	}
	entering, err := w.between(max(last.plus(step), begin), t)
	if err != nil {
		return nil, err
	}
	take := w.rowsOf()
	changes := rdd.ZipPartitions(leaving, entering, func(old, new iter.Seq[rdd.Pair[K, V]]) iter.Seq[change[K, V]] {
		return single(func() change[K, V] { return change[K, V]{take(old), take(new)} })
	})
	return nextCell(before, changes, w.move), nil
}

// between is the batches from from to to as one RDD, empty if there are none.
func (w *inverseWindow[K, V]) between(from, to instant) (*rdd.RDD[rdd.Pair[K, V]], error) {
	rdds, err := w.batches.between(from, to)
	if err != nil {
		return nil, err
	}
	if len(rdds) == 0 {
		return rdd.Parallelize[rdd.Pair[K, V]](w.batches.n.ctx.sc, nil, w.by.NumPartitions()), nil
	}
	return rdd.Union(rdds[0], rdds[1:]...), nil
}

// change is what leaves and enters the window of a partition, by key.
type change[K comparable, V any] struct{ leaving, entering rows[K, V] }

// rows are keys, all different, and their values.
type rows[K comparable, V any] struct {
	keys   []K
	values []V
}

// rowsOf returns what takes the rows of the batches that leave or enter at a
// time: those of one batch have been reduced.
func (w *inverseWindow[K, V]) rowsOf() func(iter.Seq[rdd.Pair[K, V]]) rows[K, V] {
	if w.slide == w.batches.n.slide {
		return gatheredRows[K, V]
	}
	return func(in iter.Seq[rdd.Pair[K, V]]) rows[K, V] { return reducedRows(in, w.reduce) }
}

func gatheredRows[K comparable, V any](in iter.Seq[rdd.Pair[K, V]]) (r rows[K, V]) {
	for x := range in {
		r.keys, r.values = append(r.keys, x.Key), append(r.values, x.Value)
	}
	return r
}

// reducedRows merges the values of each key, in their order.
func reducedRows[K comparable, V any](in iter.Seq[rdd.Pair[K, V]], f func(V, V) V) (r rows[K, V]) {
	table := keyed.Owning[K, V]()
	inChunks(in, func(keys []K, came []V) {
		next := uint32(table.Len())
		ids := table.Upsert(keys)
		values := table.Values()
		for i, id := range ids {
			if id == next {
				values[id] = came[i]
				next++
				continue
			}
			values[id] = f(values[id], came[i])
		}
	})
	r.keys, r.values = table.Rows()
	return r
}

// move is the step from one window of a partition to the next.
func (w *inverseWindow[K, V]) move(before *version[K, V], in iter.Seq[change[K, V]]) *version[K, V] {
	d := before.draft()
	for c := range in {
		var orphans []uint32 // leave a window that does not have them
		d.each(c.leaving, func(id uint32, v V) {
			if have := d.get(id); have != nil {
				d.set(id, w.inverse(*have, v))
			} else {
				orphans = append(orphans, id)
			}
		})
		d.each(c.entering, func(id uint32, v V) {
			if have := d.get(id); have != nil {
				v = w.reduce(*have, v)
			}
			d.set(id, v)
		})
		for _, id := range orphans {
			if d.get(id) == nil {
				panic(errOrphan(d.keys[id]))
			}
		}
		w.drop(d, c.leaving)
		w.drop(d, c.entering)
	}
	return d.done()
}

// each calls f for rows.
func (d *draft[K, S]) each(r rows[K, S], f func(id uint32, v S)) {
	keys, values := r.keys, r.values
	for len(keys) > 0 {
		n := min(len(keys), chunkRows)
		for i, id := range d.number(keys[:n]) {
			f(id, values[i])
		}
		keys, values = keys[n:], values[n:]
	}
}

// drop removes what the filter does not keep, among keys that changed.
func (w *inverseWindow[K, V]) drop(d *draft[K, V], changed rows[K, V]) {
	if w.filter == nil {
		return
	}
	d.each(changed, func(id uint32, _ V) {
		if have := d.get(id); have != nil && !w.filter(rdd.KV(d.keys[id], *have)) {
			d.remove(id)
		}
	})
}

func errOrphan[K any](key K) error {
	e := sparkerr.New("", fmt.Sprintf("a batch that leaves the window has the key %v, but neither the window before nor the batches that enter have it: "+
		"the filter must keep keys until their batches have left, and keys must be equal to themselves", key))
	e.Kind = sparkerr.UserCode
	return e
}
