package rdd

import (
	"github.com/spatestream/spate/internal/keyed"
	"github.com/spatestream/spate/internal/shuffle"
)

// ReduceByKey merges the values of each key by f, which must be associative and
// commutative, first within each map task. Where names the partitioner, by
// default hash with as many partitions as the RDD or spark.default.parallelism.
func ReduceByKey[K comparable, V any](r *RDD[Pair[K, V]], f func(V, V) V, where ...Where) *RDD[Pair[K, V]] {
	return combineByKey(r, "reduceByKey", combiner[V, V]{
		create: func(v V) V { return v }, value: f, merge: f, mapSide: true,
	}, where)
}

// combiner is how values of a key become one combined value.
type combiner[V, C any] struct {
	create  func(V) C
	value   func(C, V) C
	merge   func(C, C) C
	mapSide bool
}

// combineByKey is what all operations that bring the values of a key together
// are made of. Rows that lie by the partitioner already do not move.
func combineByKey[K comparable, V, C any](r *RDD[Pair[K, V]], op string, c combiner[V, C], where []Where) *RDD[Pair[K, C]] {
	p, err := partitionerOf[K](where, r.n)
	if err != nil {
		return bad[Pair[K, C]](r.n, op, err)
	}
	if equalPartitioners(r.n.partitioner, p) {
		return combineInPlace(r, op, c)
	}
	s := shuffle.New[Pair[K, C]](p.NumPartitions(), r.n.partitions)
	x := &exchange{id: int(r.n.ctx.shuffles.Add(1)) - 1, on: r.n, out: s}
	x.write = func(t *Task, part int) error {
		w := s.Writer(t.x, part)
		defer w.Close()
		t.onCommit(w.Commit)
		return writeCombined(r, t, part, c, p, w)
	}
	out := &RDD[Pair[K, C]]{n: newNode(r.n.ctx, "ShuffledRDD", op, dependency{on: r.n, shuffle: x})}
	out.n.count, out.n.partitioner = fixed(p.NumPartitions()), p
	out.compute = func(t *Task, part int, emit func([]Pair[K, C]) error) error {
		table := keyed.New[K, C](t.x.Memory)
		defer table.Close()
		err := s.Read(t.x, part, func(in []Pair[K, C]) error {
			for _, x := range in {
				if at, fresh := table.At(x.Key); fresh {
					*at = x.Value
				} else {
					*at = c.merge(*at, x.Value)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		return emitTable(table, emit)
	}
	return out
}

// writeCombined files a partition by reducer, combined first where that pays.
func writeCombined[K comparable, V, C any](r *RDD[Pair[K, V]], t *Task, part int, c combiner[V, C], p KeyPartitioner[K], w *shuffle.Writer[Pair[K, C]]) error {
	if !c.mapSide {
		return r.each(t, part, func(in []Pair[K, V]) error {
			for _, x := range in {
				if err := w.Write(p.Partition(x.Key), KV(x.Key, c.create(x.Value))); err != nil {
					return err
				}
			}
			return nil
		})
	}
	table := keyed.New[K, C](t.x.Memory)
	defer table.Close()
	if err := combineInto(table, r, t, part, c); err != nil {
		return err
	}
	return emitTable(table, func(rows []Pair[K, C]) error {
		for _, x := range rows {
			if err := w.Write(p.Partition(x.Key), x); err != nil {
				return err
			}
		}
		return nil
	})
}

// combineInto combines the values of a partition by key.
func combineInto[K comparable, V, C any](table *keyed.Table[K, C], r *RDD[Pair[K, V]], t *Task, part int, c combiner[V, C]) error {
	var seen int64
	return r.each(t, part, func(in []Pair[K, V]) error {
		for i, x := range in {
			t.row = seen + int64(i)
			if at, fresh := table.At(x.Key); fresh {
				*at = c.create(x.Value)
			} else {
				*at = c.value(*at, x.Value)
			}
		}
		seen += int64(len(in))
		return nil
	})
}

// combineInPlace combines rows that lie by the partitioner already.
func combineInPlace[K comparable, V, C any](r *RDD[Pair[K, V]], op string, c combiner[V, C]) *RDD[Pair[K, C]] {
	out := derive(r, op, func(t *Task, part int, emit func([]Pair[K, C]) error) error {
		table := keyed.New[K, C](t.x.Memory)
		defer table.Close()
		if err := combineInto(table, r, t, part, c); err != nil {
			return err
		}
		return emitTable(table, emit)
	})
	out.n.partitioner = r.n.partitioner
	return out
}

// emitTable pushes the rows of a table in chunks.
func emitTable[K comparable, C any](table *keyed.Table[K, C], emit func([]Pair[K, C]) error) error {
	out := newChunker(emit)
	keys, values := table.Rows()
	for i, k := range keys {
		if err := out.add(KV(k, values[i])); err != nil {
			return err
		}
	}
	return out.flush()
}
