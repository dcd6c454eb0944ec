package dstream

import (
	"iter"
	"time"

	"github.com/spatestream/spate/rdd"
)

// states is a stream whose batches are made of the batch before: of T as
// programs see it, and of C, one a partition, as it is kept.
type states[T, C any] struct {
	d *DStream[T]
	// from makes cells of rows that were read from a checkpoint.
	from  func(*rdd.RDD[T]) *rdd.RDD[C]
	cells map[instant]*rdd.RDD[C] // guarded by the graph lock
}

// newStates adds such a stream: next makes the cells of a batch, nil for none,
// from those of the batch before, nil if there is none; rows shows cells.
func newStates[T, C any](c *Context, op string, slide time.Duration, next func(t instant, before *rdd.RDD[C]) (*rdd.RDD[C], error), rows func(*rdd.RDD[C]) *rdd.RDD[T], from func(*rdd.RDD[T]) *rdd.RDD[C], parents ...*node) *states[T, C] {
	s := &states[T, C]{from: from, cells: map[instant]*rdd.RDD[C]{}}
	s.d = newDStream(c, op, slide, func(t instant) (*rdd.RDD[T], error) {
		before, err := s.at(t.minus(slide))
		if err != nil {
			return nil, err
		}
		cells, err := next(t, before)
		if cells == nil || err != nil {
			return nil, err
		}
		return rows(s.keep(t, cells)), nil
	}, parents...)
	s.d.n.must = true
	s.d.n.forget = s.forget
	return s
}

// at returns the cells of batch t, nil if there are none. It runs under the
// graph lock.
func (s *states[T, C]) at(t instant) (*rdd.RDD[C], error) {
	r, err := s.d.at(t)
	if r == nil || err != nil {
		return nil, err
	}
	if cells := s.cells[t]; cells != nil {
		return cells, nil
	}
	return s.keep(t, s.from(r)), nil
}

// keep keeps the cells of batch t, and nothing of what they were made of once
// they are there.
func (s *states[T, C]) keep(t instant, cells *rdd.RDD[C]) *rdd.RDD[C] {
	s.cells[t] = cells.Persist(rdd.MemoryOnly).LocalCheckpoint()
	return s.cells[t]
}

// forget drops batches before t, and those that only a recovery may ask for: it
// has checkpoints. The last that is there stays, for if the following ones
// failed they are made of it.
func (s *states[T, C]) forget(t instant) {
	t = t.plus(s.d.n.remember - s.d.n.shown)
	s.d.forget(t)
	last := t
	for at, cells := range s.cells {
		if cells.IsCheckpointed() {
			last = max(last, at)
		}
	}
	for at, cells := range s.cells {
		if at < t && at < last {
			cells.Unpersist()
			delete(s.cells, at)
		}
	}
}

// cellOf makes one cell of each partition.
func cellOf[T, C any](r *rdd.RDD[T], f func(iter.Seq[T]) C) *rdd.RDD[C] {
	return rdd.MapPartitions(r, func(in iter.Seq[T]) iter.Seq[C] { return single(func() C { return f(in) }) })
}

// nextCell makes one cell of the cell before and the rows of each partition.
// before may be nil: then there is none in any of them.
func nextCell[T, C any](before *rdd.RDD[*C], r *rdd.RDD[T], f func(before *C, in iter.Seq[T]) *C) *rdd.RDD[*C] {
	if before == nil {
		return cellOf(r, func(in iter.Seq[T]) *C { return f(nil, in) })
	}
	return rdd.ZipPartitions(before, r, func(cells iter.Seq[*C], in iter.Seq[T]) iter.Seq[*C] {
		return single(func() *C {
			var last *C
			for c := range cells {
				last = c
			}
			return f(last, in)
		})
	})
}

// shown is the rows of cells.
func shown[C, T any](cells *rdd.RDD[C], rows func(C) iter.Seq[T]) *rdd.RDD[T] {
	return rdd.MapPartitions(cells, func(in iter.Seq[C]) iter.Seq[T] {
		return func(yield func(T) bool) {
			for c := range in {
				for x := range rows(c) {
					if !yield(x) {
						return
					}
				}
			}
		}
	})
}

// single is a sequence of one.
func single[T any](f func() T) iter.Seq[T] {
	return func(yield func(T) bool) { yield(f()) }
}
