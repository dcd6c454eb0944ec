package rdd

import (
	"context"

	"github.com/spatestream/spate/internal/keyed"
)

// ReduceByKey merges the values of each key by f, which must be associative and
// commutative, first within each map task. Where names the partitioner, by
// default hash with as many partitions as the RDD or spark.default.parallelism.
func ReduceByKey[K comparable, V any](r *RDD[Pair[K, V]], f func(V, V) V, where ...Where) *RDD[Pair[K, V]] {
	return combineByKey(r, "reduceByKey", reducer(f), where).given(f != nil)
}

func reducer[V any](f func(V, V) V) combiner[V, V] {
	return combiner[V, V]{create: func(v V) V { return v }, value: f, merge: f, mapSide: true}
}

// ReduceByKeyLocally is ReduceByKey as an action: without a shuffle, the
// partitions' results are merged in order into one map.
func ReduceByKeyLocally[K comparable, V any](ctx context.Context, r *RDD[Pair[K, V]], f func(V, V) V) (map[K]V, error) {
	if err := needs("reduceByKeyLocally", f != nil); err != nil {
		return nil, err
	}
	like := r.node().ctx.foreseen(tables{at: r.node().place, mapSide: true})
	parts, err := each(ctx, r.node(), "reduceByKeyLocally", nil, func(t *Task, part int) (rows []Pair[K, V], err error) {
		g := newGroups(t, keyed.New[K, V](), f, like)
		defer g.close()
		if err := r.each(t, part, newFold[K](g, reducer(f)).add); err != nil {
			return nil, err
		}
		err = g.emit(func(in []Pair[K, V]) error {
			rows = append(rows, in...)
			return nil
		})
		return rows, err
	})
	if err != nil {
		return nil, err
	}
	out := map[K]V{}
	for _, rows := range parts {
		for _, x := range rows {
			if have, ok := out[x.Key]; ok {
				x.Value = f(have, x.Value)
			}
			out[x.Key] = x.Value
		}
	}
	return out, nil
}
