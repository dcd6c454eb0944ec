package rdd

// Cogrouped is what two RDDs have for a key. Slices are nil for a side that
// does not have it.
type Cogrouped[V, W any] struct {
	Left  []V
	Right []W
}

// Cogrouped3 is what three RDDs have for a key.
type Cogrouped3[V1, V2, V3 any] struct {
	First  []V1
	Second []V2
	Third  []V3
}

// Cogrouped4 is what four RDDs have for a key.
type Cogrouped4[V1, V2, V3, V4 any] struct {
	First  []V1
	Second []V2
	Third  []V3
	Fourth []V4
}

// Cogroup brings together, for each key of either RDD, all its values. An RDD
// that lies by the partitioner already does not move: by default that is the
// larger partitioner of the two.
func Cogroup[K comparable, V, W any](a *RDD[Pair[K, V]], b *RDD[Pair[K, W]], where ...Where) *RDD[Pair[K, Cogrouped[V, W]]] {
	return cogroup(a, b, "cogroup", where)
}

func cogroup[K comparable, V, W any](a *RDD[Pair[K, V]], b *RDD[Pair[K, W]], op string, where []Where) *RDD[Pair[K, Cogrouped[V, W]]] {
	type C = Cogrouped[V, W]
	merge := func(x, y C) C {
		return C{append(x.Left, y.Left...), append(x.Right, y.Right...)}
	}
	p, err := partitionerOf[K](where, a.node(), b.node())
	if err != nil {
		return bad[Pair[K, C]](a.node(), op, err)
	}
	da, fa := gathered(a, p, side(func(c C, v V) C { c.Left = append(c.Left, v); return c }))
	db, fb := gathered(b, p, side(func(c C, w W) C { c.Right = append(c.Right, w); return c }))
	return grouped("CoGroupedRDD", op, p, merge, []dependency{da, db}, []folding[K, C]{fa, fb})
}

// side adds the values of one side to what is cogrouped.
func side[V, C any](add func(C, V) C) combiner[V, C] {
	var zero C
	return combiner[V, C]{create: func(v V) C { return add(zero, v) }, value: add}
}

// Cogroup3 is Cogroup of three RDDs.
func Cogroup3[K comparable, V1, V2, V3 any](a *RDD[Pair[K, V1]], b *RDD[Pair[K, V2]], c *RDD[Pair[K, V3]], where ...Where) *RDD[Pair[K, Cogrouped3[V1, V2, V3]]] {
	type C = Cogrouped3[V1, V2, V3]
	merge := func(x, y C) C {
		return C{append(x.First, y.First...), append(x.Second, y.Second...), append(x.Third, y.Third...)}
	}
	p, err := partitionerOf[K](where, a.node(), b.node(), c.n)
	if err != nil {
		return bad[Pair[K, C]](a.node(), "cogroup", err)
	}
	da, fa := gathered(a, p, side(func(c C, v V1) C { c.First = append(c.First, v); return c }))
	db, fb := gathered(b, p, side(func(c C, v V2) C { c.Second = append(c.Second, v); return c }))
	dc, fc := gathered(c, p, side(func(c C, v V3) C { c.Third = append(c.Third, v); return c }))
	return grouped("CoGroupedRDD", "cogroup", p, merge, []dependency{da, db, dc}, []folding[K, C]{fa, fb, fc})
}

// Cogroup4 is Cogroup of four RDDs.
func Cogroup4[K comparable, V1, V2, V3, V4 any](a *RDD[Pair[K, V1]], b *RDD[Pair[K, V2]], c *RDD[Pair[K, V3]], d *RDD[Pair[K, V4]], where ...Where) *RDD[Pair[K, Cogrouped4[V1, V2, V3, V4]]] {
	type C = Cogrouped4[V1, V2, V3, V4]
	merge := func(x, y C) C {
		return C{append(x.First, y.First...), append(x.Second, y.Second...), append(x.Third, y.Third...), append(x.Fourth, y.Fourth...)}
	}
	p, err := partitionerOf[K](where, a.node(), b.node(), c.n, d.node())
	if err != nil {
		return bad[Pair[K, C]](a.node(), "cogroup", err)
	}
	da, fa := gathered(a, p, side(func(c C, v V1) C { c.First = append(c.First, v); return c }))
	db, fb := gathered(b, p, side(func(c C, v V2) C { c.Second = append(c.Second, v); return c }))
	dc, fc := gathered(c, p, side(func(c C, v V3) C { c.Third = append(c.Third, v); return c }))
	dd, fd := gathered(d, p, side(func(c C, v V4) C { c.Fourth = append(c.Fourth, v); return c }))
	return grouped("CoGroupedRDD", "cogroup", p, merge, []dependency{da, db, dc, dd}, []folding[K, C]{fa, fb, fc, fd})
}
