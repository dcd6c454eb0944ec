package conformance

import (
	"cmp"
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spatestream/spate/conformance/answers"
	"github.com/spatestream/spate/rdd"
)

const maxFloat = math.MaxFloat64

var inf = math.Inf(1)

func byBoth(a, b sale2) int { return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Value, b.Value)) }
func byKeyAndValue(a, b sale) int {
	return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Value, b.Value))
}
func byLength(a, b string) int      { return cmp.Compare(len(a), len(b)) }
func isNine(x int) bool             { return x > 9 }
func text(s rdd.StatCounter) string { return s.String() }

func actions(s *source) []program {
	sc, empty := s.Context, rdd.Empty[int](s.Context)
	takeFrom := func(name string, r *rdd.RDD[int], n int) program {
		return value(name, func(ctx context.Context) ([]int, error) { return r.Take(ctx, n) })
	}
	reduce := func(r *rdd.RDD[int], f func(a, b int) int) func(context.Context) (int, error) {
		return func(ctx context.Context) (int, error) { return r.Reduce(ctx, f) }
	}
	fold := func(r *rdd.RDD[int], zero int) func(context.Context) (int, error) {
		return func(ctx context.Context) (int, error) { return r.Fold(ctx, zero, add) }
	}
	return []program{
		value("count", s.nums(3).Count),
		value("reduce", reduce(s.nums(3), func(a, b int) int { return a*2/2 + b })),
		value("reduce nothing", reduce(empty, add)),
		value("fold with a zero that counts", fold(s.nums(3), 1)),
		value("fold nothing", fold(empty, 7)),
		value("aggregate", func(ctx context.Context) (tally, error) {
			return rdd.Aggregate(ctx, s.nums(3), func() tally { return tally{} }, tally.add, plus)
		}),
		value("treeReduce", func(ctx context.Context) (int, error) { return rdd.TreeReduce(ctx, s.nums(8), add, 3) }),
		value("treeAggregate", func(ctx context.Context) (int, error) {
			return rdd.TreeAggregate(ctx, s.nums(9), func() int { return 0 }, add, add, 2)
		}),
		value("first", s.nums(3).First),
		value("first of nothing", empty.First),
		takeFrom("take", rdd.Parallelize(sc, []int{}, 2).Union(s.nums(7)), 4),
		takeFrom("take more than there is", s.nums(3), 50),
		takeFrom("take 0", s.nums(3), 0),
		value("takeOrdered", func(ctx context.Context) ([]int, error) { return rdd.TakeOrdered(ctx, s.hundred(), 5) }),
		value("top", func(ctx context.Context) ([]int, error) { return rdd.Top(ctx, s.hundred(), 5) }),
		value("top of strings by length", func(ctx context.Context) ([]string, error) {
			return rdd.Parallelize(sc, fruit, 3).TopFunc(ctx, 1, byLength)
		}),
		act("max", rdd.Max, s.doubles()),
		act("min", rdd.Min, s.doubles()),
		act("max of nothing", rdd.Max, empty),
		act("countByValue", rdd.CountByValue, rdd.Parallelize(sc, []string{"a", "b", "a"}, 2)),
		value("isEmpty", rdd.Parallelize(sc, []int{}, 4).IsEmpty),
		value("isEmpty of filtered", s.nums(5).Filter(isNine).IsEmpty),
		value("toLocalIterator", func(ctx context.Context) (xs []int, err error) {
			for x, err := range s.nums(3).ToLocalIterator(ctx) {
				if err != nil {
					return nil, err
				}
				xs = append(xs, x)
			}
			return xs, nil
		}),
	}
}

// histogram is edges and counts.
type histogram struct {
	Edges  answers.Ordered[float64]
	Counts answers.Ordered[int64]
}

func buckets(name string, r *rdd.RDD[float64], n int) program {
	return value(name, func(ctx context.Context) (histogram, error) {
		edges, counts, err := rdd.Histogram(ctx, r, n)
		return histogram{edges, counts}, err
	})
}

func counted(name string, r *rdd.RDD[float64], edges ...float64) program {
	return value(name, func(ctx context.Context) ([]int64, error) { return rdd.HistogramOf(ctx, r, edges) })
}

func numbers(s *source) []program {
	floats := func(n int, xs ...float64) *rdd.RDD[float64] { return rdd.Parallelize(s.Context, xs, n) }
	stats := func(name string, r *rdd.RDD[float64]) program {
		return value(name, func(ctx context.Context) (string, error) {
			st, err := rdd.Stats(ctx, r)
			return text(st), err
		})
	}
	return []program{
		act("sum", rdd.Sum, s.doubles()),
		act("mean", rdd.Mean, s.doubles()),
		act("variance", rdd.Variance, s.doubles()),
		act("sampleVariance", rdd.SampleVariance, s.doubles()),
		act("stdev of one", rdd.Stdev, floats(1, 5)),
		act("sampleStdev of one", rdd.SampleStdev, floats(1, 5)),
		act("variance of nothing", rdd.Variance, floats(2)),
		stats("stats", floats(2, 1, 2, 3, 4)),
		stats("stats of nothing", floats(2)),
		buckets("histogram", s.doubles(), 3),
		buckets("histogram of equal numbers", floats(2, 2, 2), 4),
		buckets("histogram of nothing", floats(2), 4),
		buckets("histogram with NaN", floats(2, 1, math.NaN()), 4),
		counted("histogram of edges", s.doubles(), -3, 0, 2.5, 7.5),
		counted("histogram of unsorted edges", s.doubles(), 0, -3),
	}
}

func approximate(s *source) []program {
	mean := func(name string, estimate func(context.Context, *rdd.RDD[float64], time.Duration, float64) (rdd.Estimate, error)) program {
		return value(name, func(ctx context.Context) (float64, error) {
			e, err := estimate(ctx, s.doubles(), time.Minute, 0.95)
			return e.Mean, err
		})
	}
	return []program{
		value("countApprox", func(ctx context.Context) (string, error) {
			e, err := rdd.CountApprox(ctx, s.nums(3), time.Minute, 0.95)
			return "[" + strconv.FormatFloat(e.Low, 'f', 3, 64) + ", " + strconv.FormatFloat(e.High, 'f', 3, 64) + "]", err
		}),
		bags("countApproxDistinctByKey", rdd.CountApproxDistinctByKey(rdd.Map(rdd.Parallelize(s.Context, upTo(0, 99), 2), func(x int) rdd.Pair[int, int] {
			return rdd.KV(x%2, x%20)
		}), 0.05, rdd.Into(2))),
		mean("sumApprox", rdd.SumApprox[float64]),
		mean("meanApprox", rdd.MeanApprox[float64]),
	}
}

func shared(s *source) []program {
	type sums struct {
		Sum, Count int64
		Avg        float64
		Seen       []int
	}
	names := rdd.NewBroadcast(s.Context, map[string]string{"a": "ant", "b": "bee"})
	return []program{
		value("accumulators", func(ctx context.Context) (sums, error) {
			sum, seen := rdd.LongAccumulator(s.Context, "sum"), rdd.CollectionAccumulator[int](s.Context, "seen")
			err := s.nums(3).TryForEach(ctx, func(t *rdd.Task, x int) error {
				if sum.Add(t, int64(x)); x%5 == 0 {
					seen.Add(t, x)
				}
				return nil
			})
			v := sum.Value()
			return sums{v.Sum, v.Count, v.Avg(), seen.Value()}, err
		}),
		parts("broadcast join", rdd.Map(s.pairs(3), func(p sale) sale {
			name, ok := names.Value()[p.Key]
			if !ok {
				name = "?"
			}
			return rdd.KV(name, p.Value)
		})),
	}
}

func processes(s *source) []program {
	strs := func(n int, xs ...string) *rdd.RDD[string] { return rdd.Parallelize(s.Context, xs, n) }
	return []program{
		parts("pipe", rdd.Pipe(strs(2, "b", "a", "c"), "sort -r")),
		parts("pipe of pairs", rdd.PipeArgs(s.pairs(2), []string{"awk", "-F,", "{ print $2 $1 }"})),
		parts("pipe of empty partitions", rdd.Map(rdd.Pipe(strs(3, "x"), "wc -l"), strings.TrimSpace)),
		parts("pipe with environment", rdd.PipeArgs(strs(1, "x"), []string{"sh", "-c", "cat; echo $WHO"}, rdd.PipeEnv("WHO", "me"))),
		parts("pipe that fails", rdd.Pipe(s.nums(2), "false")),
		parts("pipe to what is not there", rdd.Pipe(s.nums(2), "no-such-command")),
	}
}

func files(s *source) []program {
	sc := s.Context
	for name, text := range map[string]string{"b.txt": "b1\nb2\n", "a.txt": "a1\n", "_hidden": "x\n", ".dot": "x\n"} {
		s.file("in3", name, text)
	}
	for name, text := range map[string]string{"x1": "1\n", "x2": "2\n", "y3": "3\n"} {
		s.file("in4", name, text)
	}
	s.file("in5", "a", "a\xffb\n\xe6\x97")
	s.file("in7", "b", "")
	s.file("in7", "a", "1\n2")
	var larger []string
	for i := 1; i <= 40; i++ {
		larger = append(larger, strings.Repeat("x", i*7%23)+strconv.Itoa(i))
	}
	records := func(name, dir, text string) program {
		s.file(dir, "a", text)
		return parts(name, rdd.Map(rdd.BinaryRecords(sc, s.dir(dir), 3), func(b []byte) string { return string(b) }))
	}
	type nameAndSize = rdd.Pair[string, int]
	return []program{
		parts("textFile", sc.TextFile(s.file("in1", "a.txt", "one\ntwo\nthree\nfour\nfive\nsix\nseven"), 3)),
		parts("textFile of line ends", sc.TextFile(s.file("in2", "a.txt", "one\r\ntwo\n\nfour\n"), 1)),
		value("textFile of a folder", func(ctx context.Context) ([]string, error) {
			found, err := sc.TextFile(s.dir("in3"), 2).Collect(ctx)
			slices.Sort(found)
			return found, err
		}),
		parts("textFile of a pattern", sc.TextFile(s.dir("in4")+"/x*", 1)),
		parts("textFile of bytes that are no text", sc.TextFile(s.dir("in5"), 1)),
		parts("textFile of larger lines in 4", sc.TextFile(s.file("in6", "a", strings.Join(larger, "\n")), 4)),
		parts("textFile missing", sc.TextFile(s.dir("nowhere"), 1)),
		parts("wholeTextFiles", rdd.Map(rdd.WholeTextFiles(sc, s.dir("in7"), 1), func(f rdd.Pair[string, string]) nameAndSize {
			return rdd.KV(filepath.Base(f.Key), len(f.Value))
		})),
		records("binaryRecords", "in8", "abcdefghi"),
		records("binaryRecords of another length", "in9", "abcdefgh"),
	}
}

// saved is the files of a folder: name and content.
func (s *source) saved(dir string) string {
	found, _ := filepath.Glob(filepath.Join(s.dir(dir), "[^.]*"))
	var out []string
	for _, path := range found {
		text, err := os.ReadFile(path)
		if err != nil {
			panic(err)
		}
		out = append(out, filepath.Base(path)+":"+strings.ReplaceAll(string(text), "\n", "/"))
	}
	return strings.Join(out, " ")
}

func saves(s *source) []program {
	nothing := rdd.Parallelize(s.Context, []int{}, 2)
	doubles := rdd.Parallelize(s.Context, []float64{1, 0.5, 1e7, 1e-3, 1.5e-5, 123456789, math.NaN(), math.Inf(-1)}, 1)
	return []program{
		value("saveAsTextFile", func(ctx context.Context) (string, error) {
			err := s.pairs(3).SaveAsTextFile(ctx, s.dir("out1"))
			return s.saved("out1"), err
		}),
		value("saveAsTextFile of doubles", func(ctx context.Context) (string, error) {
			err := doubles.SaveAsTextFile(ctx, s.dir("out2"))
			return s.saved("out2"), err
		}),
		value("saveAsTextFile of nothing", func(ctx context.Context) (string, error) {
			err := nothing.SaveAsTextFile(ctx, s.dir("out3"))
			return s.saved("out3"), err
		}),
		value("saveAsTextFile twice", func(ctx context.Context) (int, error) {
			if err := s.nums(1).SaveAsTextFile(ctx, s.dir("out4")); err != nil {
				panic(err)
			}
			return 0, s.nums(1).SaveAsTextFile(ctx, s.dir("out4"))
		}),
	}
}

func levels(s *source) []program {
	all := []rdd.StorageLevel{rdd.StorageNone, rdd.DiskOnly, rdd.DiskOnly2, rdd.MemoryOnly, rdd.MemoryOnlySer,
		rdd.MemoryAndDisk, rdd.MemoryAndDiskSer2, rdd.OffHeap}
	return []program{
		value("storage levels", func(context.Context) (names []string, err error) {
			for _, l := range all {
				names = append(names, l.String())
			}
			return names, nil
		}),
		value("persisted twice alike", s.nums(2).Persist(rdd.MemoryOnly).Persist(rdd.MemoryOnly).Count),
		value("persisted twice differently", s.nums(2).Persist(rdd.MemoryOnly).Persist(rdd.DiskOnly).Count),
	}
}
