package dstream

import "github.com/spatestream/spate/rdd"

// Cogroup brings together, for each key that either stream has in a batch, all
// its values. To join a stream with one RDD use Transform.
func Cogroup[K comparable, V, W any](a *DStream[rdd.Pair[K, V]], b *DStream[rdd.Pair[K, W]], where ...rdd.Where) *DStream[rdd.Pair[K, rdd.Cogrouped[V, W]]] {
	where = placing(a.n.ctx, where)
	return lift2(a, b, "cogroup", func(x *rdd.RDD[rdd.Pair[K, V]], y *rdd.RDD[rdd.Pair[K, W]]) *rdd.RDD[rdd.Pair[K, rdd.Cogrouped[V, W]]] {
		return rdd.Cogroup(x, y, where...)
	})
}

// Join pairs every value of a key in a batch of a with every one in the batch
// of b of the same time.
func Join[K comparable, V, W any](a *DStream[rdd.Pair[K, V]], b *DStream[rdd.Pair[K, W]], where ...rdd.Where) *DStream[rdd.Pair[K, rdd.Joined[V, W]]] {
	where = placing(a.n.ctx, where)
	return lift2(a, b, "join", func(x *rdd.RDD[rdd.Pair[K, V]], y *rdd.RDD[rdd.Pair[K, W]]) *rdd.RDD[rdd.Pair[K, rdd.Joined[V, W]]] {
		return rdd.Join(x, y, where...)
	})
}

// LeftOuterJoin is Join that keeps keys of a without any in b.
func LeftOuterJoin[K comparable, V, W any](a *DStream[rdd.Pair[K, V]], b *DStream[rdd.Pair[K, W]], where ...rdd.Where) *DStream[rdd.Pair[K, rdd.Joined[V, rdd.Optional[W]]]] {
	where = placing(a.n.ctx, where)
	return lift2(a, b, "leftOuterJoin", func(x *rdd.RDD[rdd.Pair[K, V]], y *rdd.RDD[rdd.Pair[K, W]]) *rdd.RDD[rdd.Pair[K, rdd.Joined[V, rdd.Optional[W]]]] {
		return rdd.LeftOuterJoin(x, y, where...)
	})
}

// RightOuterJoin is Join that keeps keys of b without any in a.
func RightOuterJoin[K comparable, V, W any](a *DStream[rdd.Pair[K, V]], b *DStream[rdd.Pair[K, W]], where ...rdd.Where) *DStream[rdd.Pair[K, rdd.Joined[rdd.Optional[V], W]]] {
	where = placing(a.n.ctx, where)
	return lift2(a, b, "rightOuterJoin", func(x *rdd.RDD[rdd.Pair[K, V]], y *rdd.RDD[rdd.Pair[K, W]]) *rdd.RDD[rdd.Pair[K, rdd.Joined[rdd.Optional[V], W]]] {
		return rdd.RightOuterJoin(x, y, where...)
	})
}

// FullOuterJoin is Join that keeps the keys of both streams.
func FullOuterJoin[K comparable, V, W any](a *DStream[rdd.Pair[K, V]], b *DStream[rdd.Pair[K, W]], where ...rdd.Where) *DStream[rdd.Pair[K, rdd.Joined[rdd.Optional[V], rdd.Optional[W]]]] {
	where = placing(a.n.ctx, where)
	return lift2(a, b, "fullOuterJoin", func(x *rdd.RDD[rdd.Pair[K, V]], y *rdd.RDD[rdd.Pair[K, W]]) *rdd.RDD[rdd.Pair[K, rdd.Joined[rdd.Optional[V], rdd.Optional[W]]]] {
		return rdd.FullOuterJoin(x, y, where...)
	})
}
