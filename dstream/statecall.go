package dstream

import (
	"iter"
	"time"

	"github.com/spatestream/spate/rdd"
)

// stateCall is the calls of a StateSpec's function for one partition of a
// batch.
type stateCall[K comparable, V, S, M any] struct {
	f      func(t time.Time, key K, value rdd.Optional[V], state *KeyState[S]) rdd.Optional[M]
	t      instant
	time   time.Time
	touch  bool // reading a state touches it, because there is a time-out
	d      *draft[K, stamped[S]]
	mapped []M
	state  KeyState[S]
}

func newStateCall[K comparable, V, S, M any](before *stateCell[K, S, M], f func(t time.Time, key K, value rdd.Optional[V], state *KeyState[S]) rdd.Optional[M], t instant, touch bool) *stateCall[K, V, S, M] {
	c := &stateCall[K, V, S, M]{f: f, t: t, time: t.time(), touch: touch}
	var was *version[K, stamped[S]]
	if before != nil {
		was = before.state
	}
	c.d = was.draft()
	return c
}

// value calls the function for one value.
func (c *stateCall[K, V, S, M]) value(id uint32, v V) {
	have := c.d.get(id)
	c.state = KeyState[S]{exists: have != nil}
	if have != nil {
		c.state.value = have.state
	}
	c.call(id, rdd.Some(v))
	switch {
	case c.state.removed:
		c.d.remove(id)
	case c.state.changed || c.state.exists && c.touch:
		c.d.set(id, stamped[S]{c.state.value, c.t})
	}
}

func (c *stateCall[K, V, S, M]) call(id uint32, v rdd.Optional[V]) {
	if out := c.f(c.time, c.d.keys[id], v, &c.state); out.Ok {
		c.mapped = append(c.mapped, out.Value)
	}
}

// sweep removes the states that were touched before t, after a last call.
func (c *stateCall[K, V, S, M]) sweep(t instant) {
	var idle []uint32
	for id, s := range c.d.all() {
		if s.at < t {
			idle = append(idle, id)
		}
	}
	for _, id := range idle {
		c.state = KeyState[S]{value: c.d.get(id).state, exists: true, leaving: true}
		c.call(id, rdd.Optional[V]{})
		c.d.remove(id)
	}
}

func (c *stateCall[K, V, S, M]) done() *stateCell[K, S, M] {
	return &stateCell[K, S, M]{c.d.done(), c.mapped}
}

// snapshot ranges over keys and states.
func (c *stateCell[K, S, M]) snapshot(yield func(rdd.Pair[K, S]) bool) {
	for id, s := range c.state.all() {
		if !yield(rdd.KV(c.state.keys[id], s.state)) {
			return
		}
	}
}

// rows ranges over the rows of a checkpoint: states, then what the function
// returned.
func (c *stateCell[K, S, M]) rows(yield func(StateRow[K, S, M]) bool) {
	for id, s := range c.state.all() {
		if !yield(StateRow[K, S, M]{Key: c.state.keys[id], State: s.state, Touched: int64(s.at)}) {
			return
		}
	}
	for _, x := range c.mapped {
		if !yield(StateRow[K, S, M]{Mapped: x, Output: true}) {
			return
		}
	}
}

// stateCellOf makes a cell of such rows.
func stateCellOf[K comparable, S, M any](rows iter.Seq[StateRow[K, S, M]]) *stateCell[K, S, M] {
	c := &stateCell[K, S, M]{}
	c.state = versionOf(func(yield func(rdd.Pair[K, stamped[S]]) bool) {
		for row := range rows {
			if row.Output {
				c.mapped = append(c.mapped, row.Mapped)
			} else if !yield(rdd.KV(row.Key, stamped[S]{row.State, instant(row.Touched)})) {
				return
			}
		}
	})
	return c
}

// rows shows cells as they are written to a checkpoint.
func (m *stateMap[K, V, S, M]) rows(cells *rdd.RDD[*stateCell[K, S, M]]) *rdd.RDD[StateRow[K, S, M]] {
	return shown(cells, func(c *stateCell[K, S, M]) iter.Seq[StateRow[K, S, M]] { return c.rows })
}

// adopt makes cells of the rows of a checkpoint: partitions are as they were, if
// the partitioner still makes as many.
func (m *stateMap[K, V, S, M]) adopt(r *rdd.RDD[StateRow[K, S, M]]) *rdd.RDD[*stateCell[K, S, M]] {
	keyed := rdd.KeyBy(r, func(x StateRow[K, S, M]) K { return x.Key })
	return cellOf(rdd.PartitionBy(keyed, m.by), func(in iter.Seq[rdd.Pair[K, StateRow[K, S, M]]]) *stateCell[K, S, M] {
		return stateCellOf(func(yield func(StateRow[K, S, M]) bool) {
			for x := range in {
				if !yield(x.Value) {
					return
				}
			}
		})
	})
}
