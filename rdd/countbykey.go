package rdd

import "context"

// CountByKey returns how many pairs each key has.
func CountByKey[K comparable, V any](ctx context.Context, r *RDD[Pair[K, V]]) (map[K]int64, error) {
	return counted(ctx, MapValues(r, func(V) int64 { return 1 }), "countByKey")
}

// CountByValue returns how often each element comes.
func CountByValue[T comparable](ctx context.Context, r *RDD[T]) (map[T]int64, error) {
	return counted(ctx, mapped(r, "countByValue", func(x T) Pair[T, int64] { return KV(x, int64(1)) }), "countByValue")
}

func counted[K comparable](ctx context.Context, ones *RDD[Pair[K, int64]], op string) (map[K]int64, error) {
	sums := combineByKey(ones, op, reducer(func(a, b int64) int64 { return a + b }), nil)
	return collectAsMap(ctx, sums, op)
}

// CollectAsMap returns the pairs as a map. Of several values of a key the last
// one stays.
func CollectAsMap[K comparable, V any](ctx context.Context, r *RDD[Pair[K, V]]) (map[K]V, error) {
	return collectAsMap(ctx, r, "collectAsMap")
}

func collectAsMap[K comparable, V any](ctx context.Context, r *RDD[Pair[K, V]], op string) (map[K]V, error) {
	parts, err := collectParts(ctx, r, op, nil)
	if err != nil {
		return nil, err
	}
	out := map[K]V{}
	for _, rows := range parts {
		for _, x := range rows {
			out[x.Key] = x.Value
		}
	}
	return out, nil
}

// Lookup returns the values of a key: from the one partition it can lie in if
// the RDD has a partitioner, else from all.
func Lookup[K comparable, V any](ctx context.Context, r *RDD[Pair[K, V]], key K) ([]V, error) {
	var parts []int
	if p, err := placerOf[K](r.node().partitioner); err == nil {
		if _, err := r.node().partitionsIn(ctx); err != nil {
			return nil, err
		}
		parts = []int{p.Partition(key)}
	}
	found, err := collectParts(ctx, r.Filter(func(x Pair[K, V]) bool { return x.Key == key }), "lookup", parts)
	var out []V
	for _, rows := range found {
		for _, x := range rows {
			out = append(out, x.Value)
		}
	}
	return out, err
}
