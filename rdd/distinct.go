package rdd

import "github.com/spatestream/spate/internal/keyed"

// Distinct keeps one of equal elements. The default is as many partitions as
// the RDD has; if that is what is asked for and the RDD lies by a partitioner,
// equal elements lie together already and nothing moves.
func Distinct[T comparable](r *RDD[T], where ...Where) *RDD[T] {
	p, err := partitionerOfFirst[T](where, r.node())
	if err != nil {
		return bad[T](r.node(), "distinct", err)
	}
	if parts, err := r.node().partitions(); err == nil && r.node().partitioner != nil && parts == p.NumPartitions() && byHash(where) {
		return distinctInPlace(r)
	}
	first := combiner[bool, bool]{
		create:  func(v bool) bool { return v },
		value:   func(v, _ bool) bool { return v },
		merge:   func(v, _ bool) bool { return v },
		mapSide: true,
	}
	return Keys(combineByKey(marked(r, "distinct"), "distinct", first, []Where{By(p)}))
}

// byHash reports whether no partitioner of the caller's own is asked for.
func byHash(where []Where) bool { w := asked(where); return w == nil || w.by == nil }

func distinctInPlace[T comparable](r *RDD[T]) *RDD[T] {
	like := r.node().ctx.foreseen(tables{at: r.node().place})
	out := derive(r, "distinct", func(t *Task, part int, emit func([]T) error) error {
		g := newGroups(t, keyed.New[T, bool](), func(v, _ bool) bool { return v }, like)
		defer g.close()
		f := newFold[T](g, side(func(bool, bool) bool { return true }))
		rows := make([]Pair[T, bool], maxChunk)
		err := r.each(t, part, func(in []T) error {
			for i, x := range in {
				rows[i].Key = x
			}
			return f.add(rows[:len(in)])
		})
		if err != nil {
			return err
		}
		out := newChunker(emit)
		err = g.emit(func(in []Pair[T, bool]) error {
			for _, x := range in {
				if err := out.add(x.Key); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		return out.flush()
	})
	out.n.partitioner = r.node().partitioner
	return out
}

// Intersection keeps the elements that both RDDs have, each once.
func Intersection[T comparable](a, b *RDD[T], where ...Where) *RDD[T] {
	both := cogroup(marked(a, "intersection"), marked(b, "intersection"), "intersection", where)
	return Keys(both.Filter(func(x Pair[T, Cogrouped[bool, bool]]) bool {
		return len(x.Value.Left) > 0 && len(x.Value.Right) > 0
	}))
}
