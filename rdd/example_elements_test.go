package rdd_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/spatestream/spate/rdd"
)

// numbers is 3, 1, 2 in two partitions: [3] and [1 2].
func numbers(sc *rdd.Context) *rdd.RDD[int] { return rdd.Parallelize(sc, []int{3, 1, 2}, 2) }

func ExampleParallelize() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.Glom(rdd.Parallelize(sc, []int{1, 2, 3}, 2)).Collect(ctx))
	// Output: [[1] [2 3]] <nil>
}

func ExampleMakeRDD() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.Glom(rdd.MakeRDD(sc, []int{1, 2, 3}, 3)).Collect(ctx))
	// Output: [[1] [2] [3]] <nil>
}

func ExampleRange() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.Range(sc, 0, 10, 3, 2).Collect(ctx))
	// Output: [0 3 6 9] <nil>
}

func ExampleEmpty() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.Empty[int](sc).Count(ctx))
	// Output: 0 <nil>
}

func ExampleGenerate() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	squares := rdd.Generate(sc, "squares", 3, func(t *rdd.Task, part int, emit func([]int) error) error {
		return emit([]int{part * part})
	})
	fmt.Println(squares.Collect(ctx))
	// Output: [0 1 4] <nil>
}

func ExampleGenerateAfter() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	var answer int
	ask := func(context.Context) error {
		answer = 42
		return nil
	}
	r := rdd.GenerateAfter(sc, "answer", 1, ask, func(_ *rdd.Task, _ int, emit func([]int) error) error { return emit([]int{answer}) })
	fmt.Println(r.Collect(ctx))
	// Output: [42] <nil>
}

func ExampleMap() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.Map(numbers(sc), func(x int) string { return strings.Repeat("x", x) }).Collect(ctx))
	// Output: [xxx x xx] <nil>
}

func ExampleTryMap() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	half := func(_ *rdd.Task, x int) (int, error) {
		if x%2 != 0 {
			return 0, errors.New("an odd number")
		}
		return x / 2, nil
	}
	fmt.Println(rdd.TryMap(rdd.Parallelize(sc, []int{2, 4}), half).Collect(ctx))
	_, err := rdd.TryMap(numbers(sc), half).Collect(ctx)
	fmt.Println(err != nil)
	// Output:
	// [1 2] <nil>
	// true
}

func ExampleFlatMap() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	lines := rdd.Parallelize(sc, []string{"to be", "or not"})
	fmt.Println(rdd.FlatMap(lines, strings.Fields).Collect(ctx))
	// Output: [to be or not] <nil>
}

func ExampleTryFlatMap() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.TryFlatMap(numbers(sc), func(_ *rdd.Task, x int) ([]int, error) { return []int{x, -x}, nil }).Collect(ctx))
	// Output: [3 -3 1 -1 2 -2] <nil>
}

func ExampleAppendMap() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.AppendMap(numbers(sc), func(dst []int, x int) []int { return append(dst, x, 10*x) }).Collect(ctx))
	// Output: [3 30 1 10 2 20] <nil>
}

func ExampleRDD_Filter() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(numbers(sc).Filter(func(x int) bool { return x > 1 }).Collect(ctx))
	// Output: [3 2] <nil>
}

func ExampleRDD_TryFilter() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	first := func(t *rdd.Task, _ int) (bool, error) { return t.Partition() == 0, nil }
	fmt.Println(numbers(sc).TryFilter(first).Collect(ctx))
	// Output: [3] <nil>
}

// sum is a partition's elements as one.
func sum(in iter.Seq[int]) iter.Seq[int] {
	n := 0
	for x := range in {
		n += x
	}
	return slices.Values([]int{n})
}

func ExampleMapPartitions() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.MapPartitions(rdd.Parallelize(sc, []int{1, 2, 3, 4}, 2), sum).Collect(ctx))
	// Output: [3 7] <nil>
}

func ExampleMapPartitionsWithIndex() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.MapPartitionsWithIndex(numbers(sc), func(part int, _ iter.Seq[int]) iter.Seq[int] {
		return slices.Values([]int{part})
	}).Collect(ctx))
	// Output: [0 1] <nil>
}

func ExampleTryMapPartitions() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.TryMapPartitions(numbers(sc), func(_ *rdd.Task, in iter.Seq[int]) (iter.Seq[int], error) { return sum(in), nil }).Collect(ctx))
	// Output: [3 3] <nil>
}

func ExampleGlom() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.Glom(numbers(sc)).Collect(ctx))
	// Output: [[3] [1 2]] <nil>
}

func ExampleKeyBy() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.KeyBy(rdd.Parallelize(sc, []string{"fig", "apple"}), func(s string) int { return len(s) }).Collect(ctx))
	// Output: [(3,fig) (5,apple)] <nil>
}

func ExampleUnion() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	all := rdd.Union(numbers(sc), numbers(sc), rdd.Empty[int](sc))
	fmt.Println(all.Collect(ctx))
	fmt.Println(all.NumPartitions())
	// Output:
	// [3 1 2 3 1 2] <nil>
	// 4 <nil>
}

func ExampleRDD_Union() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(numbers(sc).Union(rdd.Parallelize(sc, []int{7})).Collect(ctx))
	// Output: [3 1 2 7] <nil>
}

func ExampleCartesian() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.Cartesian(rdd.Parallelize(sc, []string{"a", "b"}, 1), numbers(sc)).Collect(ctx))
	// Output: [(a,3) (b,3) (a,1) (a,2) (b,1) (b,2)] <nil>
}

func ExampleZip() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.Zip(rdd.Parallelize(sc, []string{"c", "a", "b"}, 2), numbers(sc)).Collect(ctx))
	// Output: [(c,3) (a,1) (b,2)] <nil>
}

func ExampleZipPartitions() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.ZipPartitions(numbers(sc), numbers(sc), func(a, b iter.Seq[int]) iter.Seq[int] {
		return func(yield func(int) bool) {
			next, stop := iter.Pull(b)
			defer stop()
			for x := range a {
				if y, ok := next(); !ok || !yield(x+y) {
					return
				}
			}
		}
	}).Collect(ctx))
	// Output: [6 2 4] <nil>
}

func ExampleZipWithIndex() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.ZipWithIndex(numbers(sc)).Collect(ctx))
	// Output: [(3,0) (1,1) (2,2)] <nil>
}

func ExampleZipWithUniqueID() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.ZipWithUniqueID(numbers(sc)).Collect(ctx)) // partition p has p, p+2, p+4, ...
	// Output: [(3,0) (1,1) (2,3)] <nil>
}

func ExampleRDD_Sample() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	n, err := rdd.Range(sc, 0, 1000, 1, 2).Sample(false, 0.1, 42).Count(ctx)
	fmt.Println(60 < n && n < 140, err)
	// Output: true <nil>
}

func ExampleRDD_TakeSample() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	drawn, err := rdd.Range(sc, 0, 1000, 1, 2).TakeSample(ctx, false, 5, 42)
	fmt.Println(len(drawn), err)
	// Output: 5 <nil>
}

func ExampleRDD_RandomSplit() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	parts := rdd.Range(sc, 0, 1000, 1, 2).RandomSplit([]float64{3, 1}, 42)
	fmt.Println(rdd.Union(parts[0], parts[1]).Count(ctx))
	// Output: 1000 <nil>
}

func ExamplePipe() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.Pipe(rdd.Parallelize(sc, []int{3, 1, 2}, 1), "sort").Collect(ctx))
	// Output: [1 2 3] <nil>
}

func ExamplePipeArgs() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	greet := []string{"sh", "-c", `while read x; do echo "$GREETING $x"; done`}
	fmt.Println(rdd.PipeArgs(numbers(sc), greet, rdd.PipeEnv("GREETING", "number")).Collect(ctx))
	// Output: [number 3 number 1 number 2] <nil>
}

func ExampleRDD_Partitioner() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	placed := rdd.PartitionBy(fruits(sc), rdd.HashPartitioner[string](2))
	fmt.Println(placed.Partitioner().NumPartitions(), fruits(sc).Partitioner())
	// Output: 2 <nil>
}

func ExamplePartitionedBy() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	// The rows lie where the partitioner would put them: nothing checks it.
	known := rdd.PartitionedBy(rdd.Parallelize(sc, []rdd.Pair[string, int]{rdd.KV("b", 1), rdd.KV("a", 2)}, 2), rdd.HashPartitioner[string](2))
	fmt.Println(known.Partitioner().NumPartitions())
	// Output: 2
}

func ExampleKeepingPartitioner() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	placed := rdd.PartitionBy(fruits(sc), rdd.HashPartitioner[string](2))
	same := rdd.MapPartitions(placed, func(in iter.Seq[rdd.Pair[string, int]]) iter.Seq[rdd.Pair[string, int]] { return in })
	fmt.Println(same.Partitioner() == nil, rdd.KeepingPartitioner(placed, same).Partitioner() == nil)
	// Output: true false
}
