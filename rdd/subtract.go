package rdd

// remaining are the values of a key on the left, unless the right has it.
type remaining[V any] struct {
	Values []V
	Gone   bool
}

// SubtractByKey keeps the pairs of a whose key b does not have. The default is
// a's partitioner, else hash into as many partitions as a has.
func SubtractByKey[K comparable, V, W any](a *RDD[Pair[K, V]], b *RDD[Pair[K, W]], where ...Where) *RDD[Pair[K, V]] {
	return subtract(a, b, "subtractByKey", where)
}

func subtract[K comparable, V, W any](a *RDD[Pair[K, V]], b *RDD[Pair[K, W]], op string, where []Where) *RDD[Pair[K, V]] {
	type C = remaining[V]
	p, err := partitionerOfFirst[K](where, a.node())
	if err != nil {
		return bad[Pair[K, V]](a.node(), op, err)
	}
	merge := func(x, y C) C { return C{append(x.Values, y.Values...), x.Gone || y.Gone} }
	da, fa := gathered(a, p, side(func(c C, v V) C { c.Values = append(c.Values, v); return c }))
	// Of b only its keys travel, each once a map task.
	gone := combiner[W, C]{
		create: func(W) C { return C{Gone: true} }, mapSide: true, merge: merge,
		value: func(c C, _ W) C { c.Gone = true; return c },
	}
	db, fb := gathered(b, p, gone)
	left := grouped("SubtractedRDD", op, p, merge, []dependency{da, db}, []folding[K, C]{fa, fb})
	return keepingKeys(left, op, func(dst []Pair[K, V], x Pair[K, C]) []Pair[K, V] {
		if !x.Value.Gone {
			for _, v := range x.Value.Values {
				dst = append(dst, KV(x.Key, v))
			}
		}
		return dst
	})
}

// Subtract keeps the elements of a that b does not have, as often as a has
// them. The default is hash into as many partitions as a has.
func Subtract[T comparable](a, b *RDD[T], where ...Where) *RDD[T] {
	return Keys(subtract(marked(a, "subtract"), marked(b, "subtract"), "subtract", where))
}

// marked pairs every element, as a key, with nothing worth mentioning.
func marked[T any](r *RDD[T], op string) *RDD[Pair[T, bool]] {
	return mapped(r, op, func(x T) Pair[T, bool] { return KV(x, true) })
}
