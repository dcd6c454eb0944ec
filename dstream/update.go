package dstream

import (
	"iter"
	"time"

	"github.com/spatestream/spate/rdd"
)

// UpdateStateByKey keeps a state for each key: every batch f gets, for every
// key that has a state or values in the batch, those values and the state, and
// returns the new state; none removes the key. The stream has all keys and
// their states in each batch.
//
// The cost grows with the number of keys held; MapWithState costs what comes. A
// checkpoint directory is needed. where is as in package rdd.
func UpdateStateByKey[K comparable, V, S any](d *DStream[rdd.Pair[K, V]], f func(values []V, state rdd.Optional[S]) rdd.Optional[S], where ...rdd.Where) *DStream[rdd.Pair[K, S]] {
	return UpdateStateByKeyFrom(d, nil, f, where...)
}

// UpdateStateByKeyFrom is UpdateStateByKey that begins with the states of an
// RDD, with the first batch.
func UpdateStateByKeyFrom[K comparable, V, S any](d *DStream[rdd.Pair[K, V]], initial *rdd.RDD[rdd.Pair[K, S]], f func(values []V, state rdd.Optional[S]) rdd.Optional[S], where ...rdd.Where) *DStream[rdd.Pair[K, S]] {
	return UpdateStateByKeyAt(d, initial, func(_ time.Time, _ K, values []V, state rdd.Optional[S]) rdd.Optional[S] { return f(values, state) }, where...).given(f != nil)
}

// UpdateStateByKeyAt is UpdateStateByKeyFrom with a function that also gets the
// time of the batch and the key. initial may be nil.
func UpdateStateByKeyAt[K comparable, V, S any](d *DStream[rdd.Pair[K, V]], initial *rdd.RDD[rdd.Pair[K, S]], f func(t time.Time, key K, values []V, state rdd.Optional[S]) rdd.Optional[S], where ...rdd.Where) *DStream[rdd.Pair[K, S]] {
	return updating(d, initial, true, where, func(t time.Time, before *version[K, S], in iter.Seq[rdd.Pair[K, V]]) *version[K, S] {
		d := before.draft()
		updateAll(d, gathered(d, in), func(key K, values []V, state rdd.Optional[S]) rdd.Optional[S] { return f(t, key, values, state) })
		return d.done()
	}).given(f != nil)
}

// Update is what UpdatePartitions has for a key: its values in the batch and
// its state, if it has one.
type Update[K, V, S any] struct {
	Key    K
	Values []V
	State  rdd.Optional[S]
}

// UpdatePartitions is UpdateStateByKeyAt with a function of whole partitions:
// it gets every key that has a state or values and returns the states to keep,
// at most one a key. It may change keys only if keysMove is true: then states are
// placed anew for each batch.
func UpdatePartitions[K comparable, V, S any](d *DStream[rdd.Pair[K, V]], initial *rdd.RDD[rdd.Pair[K, S]], f func(time.Time, iter.Seq[Update[K, V, S]]) iter.Seq[rdd.Pair[K, S]], keysMove bool, where ...rdd.Where) *DStream[rdd.Pair[K, S]] {
	return updating(d, initial, !keysMove, where, func(t time.Time, before *version[K, S], in iter.Seq[rdd.Pair[K, V]]) *version[K, S] {
		d := before.draft()
		next := d.emptied()
		chunked(next, f(t, updates(d, gathered(d, in))), func(id uint32, s S) {
			if next.get(id) == nil {
				next.set(id, s)
			}
		})
		return next.done()
	}).given(f != nil)
}

// updating is a stream of states that a step makes of those before and of the
// rows of a batch.
func updating[K comparable, V, S any](d *DStream[rdd.Pair[K, V]], initial *rdd.RDD[rdd.Pair[K, S]], stay bool, where []rdd.Where, step func(t time.Time, before *version[K, S], in iter.Seq[rdd.Pair[K, V]]) *version[K, S]) *DStream[rdd.Pair[K, S]] {
	by := partitioner[K](d.n, where)
	adopt, show := adopted[K, S](by), placedRows[K, S](by)
	if !stay {
		show = func(cells *rdd.RDD[*version[K, S]]) *rdd.RDD[rdd.Pair[K, S]] { return shown(cells, stateRows[K, S]) }
	}
	next := func(t instant, before *rdd.RDD[*version[K, S]]) (*rdd.RDD[*version[K, S]], error) {
		batch, err := d.at(t)
		switch {
		case err != nil || before == nil && batch == nil:
			return nil, err
		case batch == nil:
			batch = rdd.Parallelize[rdd.Pair[K, V]](d.n.ctx.sc, nil, by.NumPartitions())
		default:
			batch = rdd.PartitionBy(batch, by)
		}
		if before == nil && initial != nil {
			before = adopt(initial)
		} else if before != nil && !stay {
			before = adopt(show(before))
		}
		return nextCell(before, batch, func(before *version[K, S], in iter.Seq[rdd.Pair[K, V]]) *version[K, S] {
			return step(t.time(), before, in)
		}), nil
	}
	return newStates(d.n.ctx, "updateStateByKey", d.n.slide, next, show, adopt, d.n).d
}
