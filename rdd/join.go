package rdd

// Joined is a pair of values of one key.
type Joined[V, W any] struct {
	Left  V
	Right W
}

// Join pairs every value of a key on the left with every one on the right. RDDs
// that lie by the partitioner already do not move.
func Join[K comparable, V, W any](a *RDD[Pair[K, V]], b *RDD[Pair[K, W]], where ...Where) *RDD[Pair[K, Joined[V, W]]] {
	return keepingKeys(cogroup(a, b, "join", where), "join", cross[K, V, W])
}

// LeftOuterJoin is Join that keeps keys of the left without any on the right.
func LeftOuterJoin[K comparable, V, W any](a *RDD[Pair[K, V]], b *RDD[Pair[K, W]], where ...Where) *RDD[Pair[K, Joined[V, Optional[W]]]] {
	return keepingKeys(cogroup(a, b, "leftOuterJoin", where), "leftOuterJoin", func(dst []Pair[K, Joined[V, Optional[W]]], x Pair[K, Cogrouped[V, W]]) []Pair[K, Joined[V, Optional[W]]] {
		return cross(dst, KV(x.Key, Cogrouped[V, Optional[W]]{x.Value.Left, optional(x.Value.Right)}))
	})
}

// RightOuterJoin is Join that keeps keys of the right without any on the left.
func RightOuterJoin[K comparable, V, W any](a *RDD[Pair[K, V]], b *RDD[Pair[K, W]], where ...Where) *RDD[Pair[K, Joined[Optional[V], W]]] {
	return keepingKeys(cogroup(a, b, "rightOuterJoin", where), "rightOuterJoin", func(dst []Pair[K, Joined[Optional[V], W]], x Pair[K, Cogrouped[V, W]]) []Pair[K, Joined[Optional[V], W]] {
		return cross(dst, KV(x.Key, Cogrouped[Optional[V], W]{optional(x.Value.Left), x.Value.Right}))
	})
}

// FullOuterJoin is Join that keeps the keys of both sides.
func FullOuterJoin[K comparable, V, W any](a *RDD[Pair[K, V]], b *RDD[Pair[K, W]], where ...Where) *RDD[Pair[K, Joined[Optional[V], Optional[W]]]] {
	return keepingKeys(cogroup(a, b, "fullOuterJoin", where), "fullOuterJoin", func(dst []Pair[K, Joined[Optional[V], Optional[W]]], x Pair[K, Cogrouped[V, W]]) []Pair[K, Joined[Optional[V], Optional[W]]] {
		return cross(dst, KV(x.Key, Cogrouped[Optional[V], Optional[W]]{optional(x.Value.Left), optional(x.Value.Right)}))
	})
}

// cross appends every combination of the two sides.
func cross[K, V, W any](dst []Pair[K, Joined[V, W]], x Pair[K, Cogrouped[V, W]]) []Pair[K, Joined[V, W]] {
	for _, v := range x.Value.Left {
		for _, w := range x.Value.Right {
			dst = append(dst, KV(x.Key, Joined[V, W]{v, w}))
		}
	}
	return dst
}

// optional is a side of an outer join: its values, or one that is missing.
func optional[V any](values []V) []Optional[V] {
	if len(values) == 0 {
		return []Optional[V]{{}}
	}
	out := make([]Optional[V], len(values))
	for i, v := range values {
		out[i] = Some(v)
	}
	return out
}
