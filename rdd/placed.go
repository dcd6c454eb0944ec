package rdd

import "github.com/spatestream/spate/internal/shuffle"

// newShuffle makes the store of a shuffle of the rows of n.
func newShuffle[T any](n *node) *shuffle.Store { return shuffle.New[T](n.ctx.room, n.partitions) }

// wide is the dependency on the map side of a shuffle: write files the rows of
// a partition by reducer.
func wide[T any](on *node, s *shuffle.Store, write func(t *Task, part int, w *shuffle.Writer[T]) error, p Partitioner) dependency {
	x := &exchange{id: int(on.ctx.shuffles.Add(1)) - 1, on: on, out: s}
	x.write = func(t *Task, part int) error {
		w := shuffle.NewWriter[T](s, t.x, part, p.NumPartitions())
		t.onClose(w.Close)
		if err := write(t, part, w); err != nil {
			return err
		}
		t.onCommit(w.Commit)
		return w.Finish()
	}
	return dependency{on: on, shuffle: x}
}

// readOf pushes what a shuffle has for a reducer.
func readOf[T any](s *shuffle.Store) pushes[T] {
	return func(_ *Task, part int, emit func([]T) error) error { return shuffle.Read(s, part, emit) }
}

// placed brings rows to where p places their keys: they stay if they lie there.
func placed[K, V any](r *RDD[Pair[K, V]], p KeyPartitioner[K]) (dependency, pushes[Pair[K, V]]) {
	if equalPartitioners(r.node().partitioner, p) {
		return narrow(r.node()), r.each
	}
	s := newShuffle[Pair[K, V]](r.node())
	return wide(r.node(), s, func(t *Task, part int, w *shuffle.Writer[Pair[K, V]]) error {
		place := newPlacer(p)
		return r.each(t, part, func(in []Pair[K, V]) error { return w.Write(placeRows(place, in), in) })
	}, p), readOf[Pair[K, V]](s)
}

// placer computes the reducers of a chunk of rows.
type placer[K any] struct {
	p  KeyPartitioner[K]
	to []int32
}

func newPlacer[K any](p KeyPartitioner[K]) *placer[K] {
	return &placer[K]{p, make([]int32, maxChunk)}
}

// placeRows returns where the keys of at most maxChunk rows belong, borrowed
// until the next call.
func placeRows[K, V any](pl *placer[K], in []Pair[K, V]) []int32 {
	to := pl.to[:len(in)]
	for i := range in {
		to[i] = int32(pl.p.Partition(in[i].Key))
	}
	return to
}
