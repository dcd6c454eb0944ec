package dstream

import (
	"iter"
	"slices"
	"time"

	"github.com/spatestream/spate/rdd"
	"github.com/spatestream/spate/sparkerr"
)

// StateStream is what MapWithState returns: the stream of what its function
// returned, in the order of the values in their partitions.
type StateStream[K comparable, S, M any] struct {
	*DStream[M]
	snapshots *DStream[rdd.Pair[K, S]]
	state     interface{ Checkpointed(time.Duration) }
}

// StateSnapshots is the stream of all keys and their states after each batch.
func (s *StateStream[K, S, M]) StateSnapshots() *DStream[rdd.Pair[K, S]] { return s.snapshots }

// Checkpoint says how often the state is written to the checkpoint directory,
// and with that how often it is looked for what has timed out.
func (s *StateStream[K, S, M]) Checkpoint(interval time.Duration) *StateStream[K, S, M] {
	s.state.Checkpointed(interval)
	return s
}

// StateRow is a row of a checkpoint of MapWithState: the state of a key and
// when it was touched, or something the function returned.
type StateRow[K comparable, S, M any] struct {
	Key     K
	State   S
	Touched int64 // milliseconds since 1970
	Mapped  M
	Output  bool // the row is Mapped
}

// MapWithState keeps a state for each key: for every value the function of spec
// gets the state of its key, which it may change, and returns an element of the
// resulting stream. Only the keys that come cost anything. A checkpoint directory
// is needed.
func MapWithState[K comparable, V, S, M any](d *DStream[rdd.Pair[K, V]], spec *StateSpec[K, V, S, M]) *StateStream[K, S, M] {
	m := &stateMap[K, V, S, M]{spec: *spec, in: d, by: partitioner[K](d.n, spec.where)}
	m.states = newStates(d.n.ctx, "state of mapWithState", d.n.slide, m.next, m.rows, m.adopt, d.n)
	n := m.states.d.n
	n.interval = n.slide * sweepSlides
	if spec.timeout < 0 {
		n.refuse(sparkerr.New("", "the time-out of a state must not be negative: "+spec.timeout.String()))
	}
	out := fromCells(m.states, "mapWithState", func(c *stateCell[K, S, M]) iter.Seq[M] { return slices.Values(c.mapped) })
	out.n.given(spec.f != nil)
	snapshots := fromCells(m.states, "stateSnapshots", func(c *stateCell[K, S, M]) iter.Seq[rdd.Pair[K, S]] { return c.snapshot })
	by := snapshots.compute
	snapshots.compute = func(t instant) (*rdd.RDD[rdd.Pair[K, S]], error) {
		r, err := by(t)
		if r == nil || err != nil {
			return nil, err
		}
		return rdd.PartitionedBy(r, m.by), nil
	}
	return &StateStream[K, S, M]{out, snapshots, m}
}

// sweepSlides is how many slides lie between checkpoints of state.
const sweepSlides = 10

// stateMap makes the cells of MapWithState.
type stateMap[K comparable, V, S, M any] struct {
	spec   StateSpec[K, V, S, M]
	in     *DStream[rdd.Pair[K, V]]
	by     rdd.KeyPartitioner[K]
	states *states[StateRow[K, S, M], *stateCell[K, S, M]]
}

// Checkpointed sets the interval of the state.
func (m *stateMap[K, V, S, M]) Checkpointed(d time.Duration) { m.states.d.Checkpoint(d) }

// stateCell is the state of a partition after a batch, and what the function
// returned in it.
type stateCell[K comparable, S, M any] struct {
	state  *version[K, stamped[S]]
	mapped []M
}

// stamped is a state and the batch that touched it last.
type stamped[S any] struct {
	state S
	at    instant
}

// next makes the cells of batch t.
func (m *stateMap[K, V, S, M]) next(t instant, before *rdd.RDD[*stateCell[K, S, M]]) (*rdd.RDD[*stateCell[K, S, M]], error) {
	batch, err := m.in.at(t)
	if err != nil {
		return nil, err
	}
	if batch == nil {
		batch = rdd.Parallelize[rdd.Pair[K, V]](m.in.n.ctx.sc, nil, m.by.NumPartitions())
	} else {
		batch = rdd.PartitionBy(batch, m.by)
	}
	if before == nil && m.spec.initial != nil {
		before = m.begin(t)
	}
	sweep := m.spec.timeout > 0 && m.states.d.n.writes(t)
	return nextCell(before, batch, func(before *stateCell[K, S, M], in iter.Seq[rdd.Pair[K, V]]) *stateCell[K, S, M] {
		c := newStateCall(before, m.spec.f, t, m.spec.timeout > 0)
		chunked(c.d, in, c.value)
		if sweep {
			c.sweep(t.minus(m.spec.timeout))
		}
		return c.done()
	}), nil
}

// begin makes cells of the initial state, which counts as touched by batch t.
func (m *stateMap[K, V, S, M]) begin(t instant) *rdd.RDD[*stateCell[K, S, M]] {
	return cellOf(rdd.PartitionBy(m.spec.initial, m.by), func(in iter.Seq[rdd.Pair[K, S]]) *stateCell[K, S, M] {
		d := (*version[K, stamped[S]])(nil).draft()
		chunked(d, in, func(id uint32, s S) { d.set(id, stamped[S]{s, t}) })
		return &stateCell[K, S, M]{state: d.done()}
	})
}
