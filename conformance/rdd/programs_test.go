package conformance

import (
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/spatestream/spate/rdd"
)

type (
	sale  = rdd.Pair[string, int]
	tally struct{ Sum, Count int }
)

var (
	fruit = []string{"fig", "apple", "kiwi", "banana", "cherry", "date", "elderberry"}
	lines = []string{"to be or not to be", "that is the question", "", "to sleep perchance to dream"}
)

func fields(line string) []string { return strings.Fields(line) }
func add(a, b int) int            { return a + b }
func itself[T any](x T) T         { return x }
func one[T any](x T) rdd.Pair[T, int] {
	return rdd.KV(x, 1)
}
func none[T any](x T) rdd.Pair[T, int] {
	return rdd.KV(x, 0)
}
func upTo(from, to int) (xs []int) {
	for i := from; i <= to; i++ {
		xs = append(xs, i)
	}
	return xs
}
func sum(it iter.Seq[int]) (n int) {
	for x := range it {
		n += x
	}
	return n
}
func single[T any](x T) iter.Seq[T] { return slices.Values([]T{x}) }

// programs are those of programs.scala.
func programs(s *source) []program {
	return slices.Concat(creation(s), elements(s), shapes(s), chance(s), placement(s), keyed(s), joins(s), placedAlike(s), sorts(s),
		actions(s), numbers(s), approximate(s), shared(s), processes(s), files(s), saves(s), levels(s),
		edges(s), keyedEdges(s), tasks(s), checkpoints(s), moreFiles(s), lineages(s), whole(s))
}

func creation(s *source) []program {
	sc := s.Context
	return []program{
		parts("parallelize", s.nums(3)),
		parts("parallelize more partitions than elements", rdd.Parallelize(sc, []int{1, 2}, 5)),
		parts("parallelize strings", rdd.Parallelize(sc, fruit, 4)),
		parts("parallelize nothing", rdd.Parallelize(sc, []int{}, 2)),
		parts("parallelize no partitions", rdd.Parallelize(sc, upTo(1, 10), 0)),
		parts("range", rdd.Range(sc, 0, 10, 3, 4)),
		parts("range down", rdd.Range(sc, 10, -5, -4, 3)),
		parts("range empty", rdd.Range(sc, 5, 5, 1, 2)),
		parts("range at the end of int64", rdd.Range(sc, 1<<63-6, 1<<63-1, 2, 2)),
		parts("range many partitions", rdd.Range(sc, -7, 8, 1, 6)),
		parts("range step 0", rdd.Range(sc, 0, 5, 0, 2)),
		parts("empty", rdd.Empty[int](sc)),
	}
}

func elements(s *source) []program {
	sc := s.Context
	ints := func(n int, xs ...int) *rdd.RDD[int] { return rdd.Parallelize(sc, xs, n) }
	return []program{
		parts("map", rdd.Map(s.nums(3), func(x int) int { return 2 * x })),
		parts("filter", s.nums(3).Filter(func(x int) bool { return x%3 == 0 })),
		parts("flatMap", s.words(2)),
		parts("mapPartitions", rdd.MapPartitions(s.nums(4), func(it iter.Seq[int]) iter.Seq[int] { return single(sum(it)) })),
		parts("mapPartitions of empty ones", rdd.MapPartitions(ints(3, 1), func(it iter.Seq[int]) iter.Seq[int] {
			return single(len(slices.Collect(it)))
		})),
		parts("mapPartitionsWithIndex", rdd.MapPartitionsWithIndex(s.nums(3), func(i int, it iter.Seq[int]) iter.Seq[rdd.Pair[int, int]] {
			return func(yield func(rdd.Pair[int, int]) bool) {
				for x := range it {
					if !yield(rdd.KV(i, x)) {
						return
					}
				}
			}
		})),
		parts("glom", rdd.Glom(s.nums(3))),
		parts("keyBy", rdd.KeyBy(rdd.Parallelize(sc, fruit, 2), func(f string) int { return len(f) })),
		parts("union", s.nums(2).Union(ints(1, 1, 2))),
		parts("union of three", rdd.Union(s.nums(1), rdd.Empty[int](sc), s.nums(2))),
		bags("intersection", rdd.Intersection(ints(2, 1, 2, 2, 3, 4), ints(3, 2, 2, 4, 5), rdd.Into(3))),
		bags("subtract", rdd.Subtract(ints(2, 1, 1, 2, 3, 3), ints(3, 2, 9))),
		bags("subtract into 4", rdd.Subtract(s.nums(2), ints(3, 2, 9), rdd.Into(4))),
		bags("distinct", rdd.Distinct(ints(2, 3, 1, 3, 2, 1))),
		bags("distinct into 4", rdd.Distinct(rdd.Parallelize(sc, slices.Concat(fruit, fruit), 3), rdd.Into(4))),
		parts("cartesian", rdd.Cartesian(ints(2, 1, 2, 3), rdd.Parallelize(sc, []string{"a", "b"}, 2))),
		parts("zip", rdd.Zip(s.nums(3), rdd.Map(s.nums(3), func(x int) int { return 10 * x }))),
		parts("zip of unequal partitions", rdd.Zip(s.nums(3), s.nums(2))),
		parts("zip of unequal sizes", rdd.Zip(s.nums(2), rdd.Parallelize(sc, upTo(1, 9), 2))),
		parts("zipPartitions", rdd.ZipPartitions(s.nums(3), rdd.Parallelize(sc, fruit, 3), func(a iter.Seq[int], b iter.Seq[string]) iter.Seq[sale2] {
			return single(rdd.KV(sum(a), strings.Join(slices.Collect(b), "+")))
		})),
		parts("zipWithIndex", rdd.ZipWithIndex(rdd.Parallelize(sc, fruit, 3))),
		parts("zipWithUniqueId", rdd.ZipWithUniqueID(rdd.Parallelize(sc, fruit, 3))),
		bags("groupBy", rdd.GroupBy(s.nums(3), func(x int) int { return x % 3 })),
		parts("sortBy", rdd.SortBy(rdd.Parallelize(sc, fruit, 2), func(f string) int { return len(f) }, rdd.Ascending)),
		parts("sortBy descending", rdd.SortBy(s.nums(3), itself[int], rdd.Descending, rdd.Into(2))),
		parts("sortBy into more partitions", rdd.SortBy(ints(2, 5, 3, 1, 4, 2), itself[int], rdd.Ascending, rdd.Into(4))),
	}
}

type sale2 = rdd.Pair[int, string]

func shapes(s *source) []program {
	return []program{
		parts("coalesce 5 to 2", s.nums(5).Coalesce(2)),
		parts("coalesce 10 to 3", s.nums(10).Coalesce(3)),
		parts("coalesce to more", s.nums(3).Coalesce(7)),
		parts("coalesce to 0", s.nums(3).Coalesce(0)),
		bags("repartition to more", rdd.Repartition(s.nums(2), 5)),
		bags("repartition to less", rdd.Repartition(s.nums(5), 2)),
		bags("repartition to 1", rdd.Repartition(s.nums(3), 1)),
		bags("coalesce with shuffle", rdd.Repartition(s.nums(4), 3)),
	}
}

func chance(s *source) []program {
	upTo100 := rdd.Parallelize(s.Context, upTo(1, 100), 3)
	keyed := func(keys int) *rdd.RDD[rdd.Pair[int, int]] {
		return rdd.Map(rdd.Parallelize(s.Context, upTo(1, 60), 2), func(x int) rdd.Pair[int, int] { return rdd.KV(x%keys, x) })
	}
	split := rdd.Parallelize(s.Context, upTo(1, 60), 3).RandomSplit([]float64{0.6, 0.3, 0.1}, 11)
	return []program{
		parts("sample", upTo100.Sample(false, 0.1, 42)),
		parts("sample much", upTo100.Sample(false, 0.7, 7)),
		parts("sample all", s.nums(3).Sample(false, 1, 7)),
		parts("sample negative", s.nums(3).Sample(false, -0.1, 7)),
		parts("sample with replacement", upTo100.Sample(true, 0.3, 42)),
		parts("randomSplit first", split[0]),
		parts("randomSplit second", split[1]),
		parts("randomSplit third", split[2]),
		value("takeSample", func(ctx context.Context) ([]int, error) { return upTo100.TakeSample(ctx, false, 5, 3) }),
		value("takeSample negative", func(ctx context.Context) ([]int, error) { return s.nums(3).TakeSample(ctx, false, -1, 3) }),
		parts("sampleByKey", rdd.SampleByKey(keyed(2), false, map[int]float64{0: 0.2, 1: 0.6}, 5)),
		act("sampleByKeyExact sizes", rdd.CountByKey, rdd.SampleByKeyExact(keyed(3), false, map[int]float64{0: 0.25, 1: 0.5, 2: 1}, 5)),
		value("takeSample size of all", func(ctx context.Context) (int, error) {
			xs, err := s.nums(3).TakeSample(ctx, false, 50, 3)
			return len(xs), err
		}),
	}
}

// placed is the keys where a hash partitioner of n puts them.
func placed[K comparable](s *source, name string, n int, keys ...K) program {
	pairs := rdd.Map(rdd.Parallelize(s.Context, keys, 1), none[K])
	return parts(name, rdd.Keys(rdd.PartitionBy(pairs, rdd.HashPartitioner[K](n))))
}

// placement hashes structs without a name, which are tuples; a named one is the case class of that name.
func placement(s *source) []program {
	type named = struct {
		Name string
		N    int32
	}
	type cell = struct{ X, Y int32 }
	type numbered = struct {
		N    int64
		Name string
	}
	type flagged = struct {
		X  float64
		Ok bool
	}
	type three = struct {
		A int32
		B string
		C int64
	}
	var fruits []named
	for i, f := range fruit {
		fruits = append(fruits, named{f, int32(i)})
	}
	var cells []cell
	for x := range int32(5) {
		for y := range int32(3) {
			cells = append(cells, cell{x - 2, y})
		}
	}
	nested := func(a, b int32, c string) rdd.Pair[rdd.Pair[int32, int32], string] { return rdd.KV(rdd.KV(a, b), c) }
	return []program{
		placed(s, "hash of strings", 5, slices.Concat(fruit, []string{"", "é", "日本", strings.Repeat("a", 40)})...),
		placed[int32](s, "hash of ints", 4, 0, 1, 2, 3, 4, 5, -1, -2, -7, 1<<31-1, -1<<31),
		placed[int64](s, "hash of longs", 7, 0, 1, -1, -2, 1<<32, 1<<32+3, 1<<63-1, -1<<63),
		placed(s, "hash of doubles", 7, 0.0, 1, -1, 0.5, 1e10, 1.5e300, maxFloat, inf),
		placed[float32](s, "hash of floats", 5, 0, 1, -1, 0.5, 1e10),
		placed(s, "hash of booleans", 4, true, false),
		placed(s, "hash of (string, int)", 6, fruits...),
		placed(s, "hash of (int, int)", 6, cells...),
		placed(s, "hash of (long, string)", 6, numbered{1, "a"}, numbered{-1, "b"}, numbered{1 << 40, "c"}, numbered{7, ""}),
		placed(s, "hash of (double, boolean)", 6, flagged{1, true}, flagged{0.5, false}, flagged{-2, true}, flagged{1e300, false}),
		placed(s, "hash of three", 6, three{1, "a", 2}, three{2, "b", -3}, three{-3, "c", 1 << 35}),
		placed(s, "hash of pairs in pairs", 6, nested(1, 2, "a"), nested(3, -4, "b"), nested(0, 0, "")),
	}
}
