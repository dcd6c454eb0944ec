package conformance

import (
	"context"
	"iter"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spatestream/spate/conformance/answers"
	"github.com/spatestream/spate/rdd"
)

// edges are actions on nothing, on too much and on what is not there.
func edges(s *source) []program {
	empty, three := rdd.Empty[int](s.Context), rdd.Parallelize(s.Context, []int{3, 1, 2}, 2)
	floats := func(xs ...float64) *rdd.RDD[float64] { return rdd.Parallelize(s.Context, xs, 2) }
	zero := func() int { return 5 }
	first := func(name string, action func(context.Context, *rdd.RDD[int], int) ([]int, error), r *rdd.RDD[int], n int) program {
		return value(name, func(ctx context.Context) ([]int, error) { return action(ctx, r, n) })
	}
	treeReduce := func(name string, r *rdd.RDD[int], depth int) program {
		return value(name, func(ctx context.Context) (int, error) { return rdd.TreeReduce(ctx, r, add, depth) })
	}
	return []program{
		act("sum of nothing", rdd.Sum, floats()),
		act("mean of nothing", rdd.Mean, floats()),
		act("stdev", rdd.Stdev, floats(1, 2, 3, 4)),
		act("sampleStdev", rdd.SampleStdev, floats(1, 2, 3, 4)),
		value("aggregate nothing", func(ctx context.Context) (int, error) { return rdd.Aggregate(ctx, empty, zero, add, add) }),
		value("treeAggregate nothing", func(ctx context.Context) (int, error) { return rdd.TreeAggregate(ctx, empty, zero, add, add, 2) }),
		treeReduce("treeReduce nothing", empty, 2),
		treeReduce("treeReduce of depth 0", s.nums(3), 0),
		value("take a negative number", func(ctx context.Context) ([]int, error) { return s.nums(3).Take(ctx, -1) }),
		first("takeOrdered 0", rdd.TakeOrdered[int], s.nums(3), 0),
		first("takeOrdered more than there is", rdd.TakeOrdered[int], three, 9),
		first("top more than there is", rdd.Top[int], three, 9),
		value("takeSample with replacement size", func(ctx context.Context) (int, error) {
			xs, err := s.nums(3).TakeSample(ctx, true, 50, 3)
			return len(xs), err
		}),
		value("lookup of no such key", func(ctx context.Context) ([]int, error) { return rdd.Lookup(ctx, s.pairs(3), "zz") }),
		act("countByValue of numbers", rdd.CountByValue, rdd.Map(s.nums(3), func(x int) int { return x % 3 })),
		value("countApproxDistinct few", func(ctx context.Context) (int64, error) {
			return rdd.CountApproxDistinct(ctx, rdd.Parallelize(s.Context, []int{1, 2, 2, 3, 3, 3}, 2), 0.05)
		}),
		value("countApproxDistinct many", func(ctx context.Context) (int64, error) {
			many := rdd.Map(rdd.Parallelize(s.Context, upTo(0, 4999), 3), func(x int) int { return x * 31 % 1000 })
			return rdd.CountApproxDistinct(ctx, many, 0.05)
		}),
	}
}

// keyedEdges are operations by key that are refused, and those that say where.
func keyedEdges(s *source) []program {
	kinds := rdd.Map(rdd.Parallelize(s.Context, upTo(1, 60), 2), func(x int) rdd.Pair[int, int] { return rdd.KV(x%3, x) })
	descending := rdd.SortByKey(rdd.Map(s.hundred(), func(x int) rdd.Pair[int, int] { return rdd.KV(x, x) }), rdd.Descending, rdd.Into(5))
	both := func(a, b iter.Seq[int]) iter.Seq[int] { return slices.Values(slices.AppendSeq(slices.Collect(a), b)) }
	return []program{
		parts("randomSplit negative", s.nums(3).RandomSplit([]float64{-1, 2}, 1)[0]),
		parts("sampleByKey negative", rdd.SampleByKey(s.pairs(2), false, map[string]float64{"a": -0.5, "b": 1, "c": 1}, 5)),
		parts("sampleByKey of an unknown key", rdd.SampleByKey(s.pairs(2), false, map[string]float64{"a": 1}, 5)),
		act("sampleByKeyExact with replacement sizes", rdd.CountByKey, rdd.SampleByKeyExact(kinds, true, map[int]float64{0: 0.25, 1: 0.5, 2: 1}, 5)),
		bags("groupBy into 2", rdd.GroupBy(s.nums(3), func(x int) int { return x % 4 }, rdd.Into(2))),
		bags("foldByKey with a zero that counts", rdd.FoldByKey(s.pairs(3), 10, add, rdd.Into(2))),
		bags("subtractByKey into 4", rdd.SubtractByKey(s.pairs(3), s.others(2), rdd.Into(4))),
		parts("zipPartitions of unequal partitions", rdd.ZipPartitions(s.nums(3), s.nums(2), both)),
		parts("filterByRange of descending", rdd.Keys(rdd.FilterByRange(descending, 38, 61))),
	}
}

func tasks(s *source) []program {
	return []program{
		value("foreachPartition", func(ctx context.Context) (int64, error) {
			n := rdd.LongAccumulator(s.Context, "n")
			err := rdd.Parallelize(s.Context, []int{1}, 3).TryForEachPartition(ctx, func(t *rdd.Task, it iter.Seq[int]) error {
				n.Add(t, int64(10+len(slices.Collect(it))))
				return nil
			})
			return n.Value().Sum, err
		}),
		value("countAsync", func(ctx context.Context) (int64, error) { return rdd.Async(ctx, s.nums(3).Count).Get(ctx) }),
		parts("barrier", rdd.Barrier(s.nums(2)).MapPartitions(func(t *rdd.BarrierTask, it iter.Seq[int]) (iter.Seq[int], error) {
			if err := t.Barrier(); err != nil {
				return nil, err
			}
			said, err := t.AllGather(strconv.Itoa(10 * t.Partition()))
			total := 0
			for _, text := range said {
				n, _ := strconv.Atoi(text)
				total += n
			}
			return slices.Values([]int{sum(it), total}), err
		})),
	}
}

// kept is whether an RDD is checkpointed, and what it has then.
type kept struct {
	Done bool
	Rows answers.Ordered[int]
}

func checkpoints(s *source) []program {
	times := func(n int) *rdd.RDD[int] { return rdd.Map(s.nums(3), func(x int) int { return n * x }) }
	again := func(ctx context.Context, r *rdd.RDD[int]) (kept, error) {
		if _, err := r.Count(ctx); err != nil {
			return kept{}, err
		}
		done := r.IsCheckpointed()
		rows, err := r.Collect(ctx)
		return kept{done, rows}, err
	}
	return []program{
		value("checkpoint without a directory", times(2).Checkpoint().Count),
		value("checkpoint", func(ctx context.Context) (kept, error) {
			if err := s.SetCheckpointDir(s.dir("checkpoints")); err != nil {
				return kept{}, err
			}
			return again(ctx, times(2).Checkpoint())
		}),
		value("localCheckpoint", func(ctx context.Context) (kept, error) { return again(ctx, times(3).LocalCheckpoint()) }),
	}
}

func moreFiles(s *source) []program {
	s.file("in10", "a", "1\n2")
	s.file("in10", "b", "")
	return []program{
		value("binaryFiles", func(ctx context.Context) ([]sale, error) {
			sizes, err := rdd.Map(rdd.BinaryFiles(s.Context, s.dir("in10"), 1), func(f rdd.Pair[string, []byte]) sale {
				return rdd.KV(filepath.Base(f.Key), len(f.Value))
			}).Collect(ctx)
			slices.SortFunc(sizes, byKeyAndValue)
			return sizes, err
		}),
		value("saveAsTextFile with gzip", func(ctx context.Context) ([]string, error) {
			if err := s.pairs(2).SaveAsTextFile(ctx, s.dir("out6"), rdd.Codec("gzip")); err != nil {
				return nil, err
			}
			found, err := s.TextFile(s.dir("out6")).Collect(ctx)
			slices.Sort(found)
			return found, err
		}),
		value("objectFile", func(ctx context.Context) (float64, error) {
			if err := s.pairs(3).SaveAsObjectFile(ctx, s.dir("out5")); err != nil {
				return 0, err
			}
			more := rdd.Map(rdd.ObjectFile[sale](s.Context, s.dir("out5")), func(p sale) float64 { return float64(p.Value + 1) })
			return rdd.Sum(ctx, more)
		}),
	}
}

var (
	place  = regexp.MustCompile(` at .*`)
	number = regexp.MustCompile(`\[\d+\]`)
)

// debug is a lineage without its numbers and places.
func debug[T any](name string, r *rdd.RDD[T]) program {
	return value(name, func(context.Context) (string, error) {
		text, err := r.ToDebugString()
		lines := strings.Split(text, "\n")
		for i, l := range lines {
			lines[i] = number.ReplaceAllString(place.ReplaceAllString(l, ""), "[]")
		}
		return strings.Join(lines, "|"), err
	})
}

func lineages(s *source) []program {
	words := rdd.FlatMap(rdd.Parallelize(s.Context, lines, 2), fields)
	return []program{
		debug("debug string of a map", rdd.Map(s.nums(3), func(x int) int { return x + 1 })),
		debug("debug string of a shuffle", rdd.ReduceByKey(rdd.Map(words, one[string]), add, rdd.Into(4))),
		debug("debug string of a join", rdd.Join(s.pairs(3), s.others(2))),
		debug("debug string of a union", s.nums(2).Union(s.nums(3))),
		debug("debug string of a join of a placed one", rdd.Join(rdd.PartitionBy(s.pairs(3), rdd.HashPartitioner[string](2)), s.others(2))),
		debug("debug string of what is sorted", rdd.Keys(rdd.SortByKey(s.pairs(3), rdd.Ascending, rdd.Into(2)))),
	}
}
