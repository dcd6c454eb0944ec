package rdd

import (
	"context"
	"slices"

	"github.com/spatestream/spate/internal/keyed"
	"github.com/spatestream/spate/internal/shuffle"
)

// combiner is how values of a key become one combined value.
type combiner[V, C any] struct {
	create  func(V) C
	value   func(C, V) C
	merge   func(C, C) C
	mapSide bool
}

// partial is the combiner of values that are combined already.
func (c combiner[V, C]) partial() combiner[C, C] {
	return combiner[C, C]{create: func(x C) C { return x }, value: c.merge, merge: c.merge}
}

// combineByKey is what all operations that bring the values of a key together
// are made of. Rows that lie by the partitioner already do not move.
func combineByKey[K comparable, V, C any](r *RDD[Pair[K, V]], op string, c combiner[V, C], where []Where) *RDD[Pair[K, C]] {
	p, err := partitionerOf[K](where, r.node())
	if err != nil {
		return bad[Pair[K, C]](r.node(), op, err)
	}
	kind := "ShuffledRDD"
	if equalPartitioners(r.node().partitioner, p) {
		kind = "MapPartitionsRDD"
	}
	dep, fold := gathered(r, p, c)
	return grouped(kind, op, p, c.merge, []dependency{dep}, []folding[K, C]{fold})
}

// folding adds what one input has for a partition to the groups.
type folding[K comparable, C any] func(t *Task, part int, g *groups[K, C]) error

// grouped is an RDD of one row a key: what the inputs have for it, folded one
// input after the other.
func grouped[K comparable, C any](kind, op string, p KeyPartitioner[K], merge func(C, C) C, deps []dependency, inputs []folding[K, C]) *RDD[Pair[K, C]] {
	out := &RDD[Pair[K, C]]{n: newNode(deps[0].on.ctx, kind, op, deps...)}
	placedBy(out.n, p)
	newTable := keyed.New[K, C]
	if !slices.ContainsFunc(deps, func(d dependency) bool { return d.shuffle == nil }) {
		newTable = keyed.Owning[K, C] // what a shuffle brings pins nothing else
	}
	like := out.n.ctx.foreseen(tables{at: out.n.place})
	out.compute = func(t *Task, part int, emit func([]Pair[K, C]) error) error {
		g := newGroups(t, newTable(), merge, like)
		defer g.close()
		for _, fold := range inputs {
			if err := fold(t, part, g); err != nil {
				return err
			}
		}
		return g.emit(emit)
	}
	return out
}

// placedBy says that n's rows lie by p.
func placedBy(n *node, p Partitioner) {
	n.partitioner, n.count = p, partitionsOf(p)
	if x, ok := p.(interface{ ready(context.Context) error }); ok {
		n.first = x.ready
	}
}

// gathered brings the rows of r to where p places them and folds them by c:
// within the partitions they lie in if those are p's, else over a shuffle,
// before which the map side combines if it may.
func gathered[K comparable, V, C any](r *RDD[Pair[K, V]], p KeyPartitioner[K], c combiner[V, C]) (dependency, folding[K, C]) {
	if !c.mapSide || equalPartitioners(r.node().partitioner, p) {
		dep, rows := placed(r, p)
		return dep, foldRows(rows, c)
	}
	dep, rows := combined(r, p, c)
	return dep, foldRows(rows, c.partial())
}

// combined brings values to where p places their keys, combined by each map
// task.
func combined[K comparable, V, C any](r *RDD[Pair[K, V]], p KeyPartitioner[K], c combiner[V, C]) (dependency, pushes[Pair[K, C]]) {
	s := newShuffle[Pair[K, C]](r.node())
	like := r.node().ctx.foreseen(tables{at: r.node().place, mapSide: true})
	return wide(r.node(), s, func(t *Task, part int, w *shuffle.Writer[Pair[K, C]]) error {
		return writeCombined(r, t, part, c, p, like, w)
	}, p), readOf[Pair[K, C]](s)
}

// pushes pushes the rows of a partition, as RDD.compute does.
type pushes[T any] func(t *Task, part int, emit func([]T) error) error

func foldRows[K comparable, V, C any](rows pushes[Pair[K, V]], c combiner[V, C]) folding[K, C] {
	return func(t *Task, part int, g *groups[K, C]) error {
		f := newFold[K](g, c)
		return rows(t, part, f.add)
	}
}

// writeCombined combines a partition and files the results by reducer. What
// does not fit in memory goes to the writer before all of it is combined.
func writeCombined[K comparable, V, C any](r *RDD[Pair[K, V]], t *Task, part int, c combiner[V, C], p KeyPartitioner[K], like *foreseen, w *shuffle.Writer[Pair[K, C]]) error {
	place := newPlacer(p)
	g := newGroups(t, keyed.New[K, C](), c.merge, like)
	defer g.close()
	g.full = func(rows []Pair[K, C]) error { return w.Write(placeRows(place, rows), rows) }
	f := newFold[K](g, c)
	if err := r.each(t, part, f.add); err != nil {
		return err
	}
	return g.emit(g.full)
}
