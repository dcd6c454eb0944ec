package conformance

import (
	"context"

	"github.com/spatestream/spate/rdd"
)

func plus(a, b tally) tally     { return tally{a.Sum + b.Sum, a.Count + b.Count} }
func (t tally) add(v int) tally { return tally{t.Sum + v, t.Count + 1} }
func (t tally) mean() float64   { return float64(t.Sum) / float64(t.Count) }

func keyed(s *source) []program {
	zero := func() tally { return tally{} }
	return []program{
		bags("reduceByKey", rdd.ReduceByKey(s.pairs(3), add)),
		bags("reduceByKey into 2", rdd.ReduceByKey(s.pairs(3), add, rdd.Into(2))),
		bags("word count", rdd.ReduceByKey(rdd.Map(s.words(2), one[string]), add, rdd.Into(4))),
		bags("groupByKey", rdd.GroupByKey(s.pairs(3), rdd.Into(2))),
		bags("aggregateByKey", rdd.AggregateByKey(s.pairs(3), zero, tally.add, plus, rdd.Into(2))),
		bags("aggregateByKey with a zero that counts", rdd.AggregateByKey(s.pairs(3), func() int { return 100 }, add, add, rdd.Into(2))),
		bags("foldByKey", rdd.FoldByKey(s.pairs(2), 0, add, rdd.Into(3))),
		bags("combineByKey", rdd.MapValues(rdd.CombineByKey(s.pairs(3), func(v int) tally { return tally{v, 1} }, tally.add, plus), tally.mean)),
		parts("mapValues", rdd.MapValues(s.pairs(3), func(v int) int { return 10 * v })),
		parts("flatMapValues", rdd.FlatMapValues(s.pairs(2), func(v int) []int { return upTo(1, v) })),
		parts("keys", rdd.Keys(s.pairs(2))),
		parts("values", rdd.Values(s.pairs(2))),
		value("lookup", func(ctx context.Context) ([]int, error) { return rdd.Lookup(ctx, s.pairs(3), "a") }),
		value("lookup of a placed one", func(ctx context.Context) ([]int, error) {
			return rdd.Lookup(ctx, rdd.PartitionBy(s.pairs(3), rdd.HashPartitioner[string](2)), "b")
		}),
		act("collectAsMap", rdd.CollectAsMap, rdd.Parallelize(s.Context, []sale{rdd.KV("a", 1), rdd.KV("b", 2), rdd.KV("a", 3)}, 2)),
		act("countByKey", rdd.CountByKey, s.pairs(3)),
		value("reduceByKeyLocally", func(ctx context.Context) (map[string]int, error) { return rdd.ReduceByKeyLocally(ctx, s.pairs(3), add) }),
	}
}

func joins(s *source) []program {
	minus := rdd.MapValues(s.pairs(1), func(v int) int { return -v })
	return []program{
		bags("join", rdd.Join(s.pairs(3), s.others(2))),
		bags("join into 4", rdd.Join(s.pairs(3), s.others(2), rdd.Into(4))),
		bags("leftOuterJoin", rdd.LeftOuterJoin(s.pairs(3), s.others(2))),
		bags("rightOuterJoin", rdd.RightOuterJoin(s.pairs(3), s.others(2))),
		bags("fullOuterJoin", rdd.FullOuterJoin(s.pairs(3), s.others(2))),
		bags("cogroup", rdd.Cogroup(s.pairs(3), s.others(2))),
		bags("cogroup of three", rdd.Cogroup3(s.pairs(3), s.others(2), minus)),
		bags("cogroup of four", rdd.Cogroup4(s.pairs(3), s.others(2), minus, s.others(1))),
		bags("subtractByKey", rdd.SubtractByKey(s.pairs(3), s.others(2))),
	}
}

// size is the number of partitions.
func size[T any](name string, r *rdd.RDD[T]) program {
	return value(name, func(context.Context) (int, error) { return r.NumPartitions() })
}

// isPlaced is whether there is a partitioner.
func isPlaced[T any](name string, r *rdd.RDD[T]) program {
	return value(name, func(context.Context) (bool, error) { return r.Partitioner() != nil, nil })
}

func placedAlike(s *source) []program {
	in := func(n int) *rdd.RDD[sale] { return rdd.PartitionBy(s.pairs(3), rdd.HashPartitioner[string](n)) }
	reduced := rdd.ReduceByKey(s.pairs(3), add)
	return []program{
		size("partitions of a join", rdd.Join(s.pairs(3), s.others(5))),
		size("partitions of a join with a placed one", rdd.Join(in(4), s.others(5))),
		size("partitions of a join with a small placed one", rdd.Join(in(2), s.others(30))),
		size("partitions of reduceByKey of a placed one", rdd.ReduceByKey(in(4), add)),
		isPlaced("filter keeps the partitioner", reduced.Filter(func(p sale) bool { return p.Value > 4 })),
		isPlaced("mapValues keeps the partitioner", rdd.MapValues(reduced, func(v int) int { return v + 1 })),
		isPlaced("map drops the partitioner", rdd.Map(reduced, itself[sale])),
		bags("union of equally placed", rdd.ReduceByKey(s.pairs(3), add, rdd.Into(4)).Union(rdd.ReduceByKey(s.pairs(2), add, rdd.Into(4)))),
		size("union of differently placed", rdd.ReduceByKey(s.pairs(3), add, rdd.Into(2)).Union(rdd.ReduceByKey(s.pairs(2), add, rdd.Into(3)))),
	}
}

func sorts(s *source) []program {
	hundred := rdd.Map(s.hundred(), none[int])
	few := rdd.SortByKey(rdd.Map(rdd.Parallelize(s.Context, []int{1, 1, 1, 2}, 2), none[int]), rdd.Ascending, rdd.Into(4))
	some := append([]string{}, fruit...)
	some = append(some, "Zebra", "élan", "a")
	return []program{
		parts("sortByKey", rdd.SortByKey(s.pairs(3), rdd.Ascending)),
		parts("sortByKey descending", rdd.SortByKey(s.pairs(3), rdd.Descending, rdd.Into(2))),
		parts("sortByKey of few keys", rdd.Map(rdd.Glom(few), func(xs []rdd.Pair[int, int]) int { return len(xs) })),
		parts("sortByKey of 100 in 4", rdd.Keys(rdd.SortByKey(hundred, rdd.Ascending, rdd.Into(4)))),
		parts("sortByKey of 100 in 7 descending", rdd.Keys(rdd.SortByKey(hundred, rdd.Descending, rdd.Into(7)))),
		parts("sortByKey of strings", rdd.Keys(rdd.SortByKey(rdd.Map(rdd.Parallelize(s.Context, some, 3), none[string]), rdd.Ascending, rdd.Into(3)))),
		parts("sortByKey of doubles", rdd.Keys(rdd.SortByKey(rdd.Map(s.doubles(), none[float64]), rdd.Ascending))),
		parts("filterByRange", rdd.Keys(rdd.FilterByRange(rdd.SortByKey(hundred, rdd.Ascending, rdd.Into(5)), 38, 61))),
		parts("filterByRange unsorted", rdd.Keys(rdd.FilterByRange(hundred, 38, 45))),
		parts("repartitionAndSortWithinPartitions", rdd.Keys(rdd.RepartitionAndSortWithinPartitions(hundred, rdd.HashPartitioner[int](3), rdd.Ascending))),
	}
}

func whole(s *source) []program {
	type posting = rdd.Pair[string, int64]
	postings := rdd.FlatMap(rdd.ZipWithIndex(rdd.Parallelize(s.Context, lines, 2)), func(l posting) (out []posting) {
		for _, w := range fields(l.Key) {
			out = append(out, rdd.KV(w, l.Value))
		}
		return out
	})
	index := rdd.GroupByKey(rdd.Distinct(postings, rdd.Into(2)), rdd.Into(2))
	counts := rdd.ReduceByKey(rdd.Map(s.words(2), one[string]), add)
	means := rdd.MapValues(rdd.ReduceByKey(rdd.MapValues(s.pairs(3), func(v int) tally { return tally{v, 1} }), plus), tally.mean)
	return []program{
		parts("page rank", pageRank(s)),
		parts("inverted index", rdd.SortByKey(index, rdd.Ascending, rdd.Into(1))),
		value("most frequent words", func(ctx context.Context) ([]sale2, error) {
			swapped := rdd.Map(counts, func(p sale) sale2 { return rdd.KV(p.Value, p.Key) })
			return swapped.TopFunc(ctx, 3, byBoth)
		}),
		parts("secondary sort", rdd.Keys(rdd.SortByKeyFunc(rdd.Map(s.pairs(3), none[sale]), byKeyAndValue, rdd.Into(2)))),
		act("mean by key", rdd.CollectAsMap, means),
	}
}

func pageRank(s *source) *rdd.RDD[rdd.Pair[string, int64]] {
	type link = rdd.Pair[string, string]
	kv := rdd.KV[string, string]
	edges := rdd.Parallelize(s.Context, []link{kv("a", "b"), kv("a", "c"), kv("b", "c"), kv("c", "a"), kv("d", "c")}, 2)
	links := rdd.GroupByKey(rdd.Distinct(edges)).Cache()
	ranks := rdd.MapValues(links, func([]string) float64 { return 1 })
	for range 8 {
		gifts := rdd.FlatMap(rdd.Values(rdd.Join(links, ranks)), func(j rdd.Joined[[]string, float64]) (out []rdd.Pair[string, float64]) {
			for _, to := range j.Left {
				out = append(out, rdd.KV(to, j.Right/float64(len(j.Left))))
			}
			return out
		})
		sums := rdd.ReduceByKey(gifts, func(a, b float64) float64 { return a + b })
		ranks = rdd.MapValues(sums, func(x float64) float64 { return 0.15 + 0.85*x })
	}
	return rdd.SortByKey(rdd.MapValues(ranks, func(x float64) int64 { return int64(x*1e6 + 0.5) }), rdd.Ascending, rdd.Into(1))
}
