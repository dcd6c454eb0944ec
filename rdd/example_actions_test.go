package rdd_test

import (
	"cmp"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/spatestream/spate/rdd"
)

func ExampleRDD_Collect() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(numbers(sc).Collect(ctx))
	// Output: [3 1 2] <nil>
}

func ExampleRDD_Count() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(numbers(sc).Count(ctx))
	// Output: 3 <nil>
}

func ExampleRDD_First() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(numbers(sc).First(ctx))
	// Output: 3 <nil>
}

func ExampleRDD_Take() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(numbers(sc).Take(ctx, 2))
	// Output: [3 1] <nil>
}

func ExampleRDD_IsEmpty() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(numbers(sc).IsEmpty(ctx))
	// Output: false <nil>
}

func ExampleRDD_ToLocalIterator() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	for x, err := range numbers(sc).ToLocalIterator(ctx) {
		fmt.Println(x, err)
	}
	// Output:
	// 3 <nil>
	// 1 <nil>
	// 2 <nil>
}

func ExampleTakeOrdered() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.TakeOrdered(ctx, numbers(sc), 2))
	// Output: [1 2] <nil>
}

func ExampleTop() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.Top(ctx, numbers(sc), 2))
	// Output: [3 2] <nil>
}

// away orders numbers by how far they are from 2.
func away(a, b int) int { return cmp.Compare((a-2)*(a-2), (b-2)*(b-2)) }

func ExampleRDD_TakeOrderedFunc() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(numbers(sc).TakeOrderedFunc(ctx, 1, away))
	// Output: [2] <nil>
}

func ExampleRDD_TopFunc() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.Parallelize(sc, []int{1, 2, 5}).TopFunc(ctx, 2, away))
	// Output: [5 1] <nil>
}

func ExampleMin() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.Min(ctx, numbers(sc)))
	// Output: 1 <nil>
}

func ExampleMax() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.Max(ctx, numbers(sc)))
	// Output: 3 <nil>
}

func ExampleRDD_MinFunc() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(numbers(sc).MinFunc(ctx, away))
	// Output: 2 <nil>
}

func ExampleRDD_MaxFunc() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.Parallelize(sc, []int{1, 2, 5}).MaxFunc(ctx, away))
	// Output: 5 <nil>
}

func ExampleRDD_Reduce() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(numbers(sc).Reduce(ctx, add))
	// Output: 6 <nil>
}

func ExampleTreeReduce() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.TreeReduce(ctx, numbers(sc), add, 2))
	// Output: 6 <nil>
}

func ExampleRDD_Fold() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(numbers(sc).Fold(ctx, 0, add))
	// Output: 6 <nil>
}

// none, longer and longest find the length of the longest word.
func none() int                     { return 0 }
func longer(n int, word string) int { return max(n, len(word)) }
func longest(a, b int) int          { return max(a, b) }

func ExampleAggregate() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	words := rdd.Parallelize(sc, strings.Fields("fig apple plum"), 2)
	fmt.Println(rdd.Aggregate(ctx, words, none, longer, longest))
	// Output: 5 <nil>
}

func ExampleTreeAggregate() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	words := rdd.Parallelize(sc, strings.Fields("fig apple plum"), 2)
	fmt.Println(rdd.TreeAggregate(ctx, words, none, longer, longest, 2))
	// Output: 5 <nil>
}

func ExampleSum() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.Sum(ctx, numbers(sc)))
	// Output: 6 <nil>
}

func ExampleMean() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.Mean(ctx, numbers(sc)))
	// Output: 2 <nil>
}

func ExampleStats() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	s, err := rdd.Stats(ctx, numbers(sc))
	fmt.Println(s, err)
	// Output: (count: 3, mean: 2.000000, stdev: 0.816497, max: 3.000000, min: 1.000000) <nil>
}

func ExampleVariance() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.Variance(ctx, rdd.Parallelize(sc, []int{1, 3}, 1)))
	// Output: 1 <nil>
}

func ExampleSampleVariance() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.SampleVariance(ctx, rdd.Parallelize(sc, []int{1, 3}, 1)))
	// Output: 2 <nil>
}

func ExampleStdev() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.Stdev(ctx, rdd.Parallelize(sc, []int{1, 5}, 1)))
	// Output: 2 <nil>
}

func ExampleSampleStdev() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.SampleStdev(ctx, rdd.Parallelize(sc, []int{1, 2, 3}, 1)))
	// Output: 1 <nil>
}

func ExampleHistogram() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.Histogram(ctx, rdd.Parallelize(sc, []int{0, 1, 2, 10}), 2))
	// Output: [0 5 10] [3 1] <nil>
}

func ExampleHistogramOf() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.HistogramOf(ctx, numbers(sc), []float64{1, 2, 3})) // the last range has both its ends
	// Output: [1 2] <nil>
}

func ExampleCountApprox() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	e, err := rdd.CountApprox(ctx, numbers(sc), time.Hour, 0.95) // all is done by then
	fmt.Println(e.Mean, err)
	// Output: 3 <nil>
}

func ExampleSumApprox() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	e, err := rdd.SumApprox(ctx, numbers(sc), time.Hour, 0.95)
	fmt.Println(e.Mean, err)
	// Output: 6 <nil>
}

func ExampleMeanApprox() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	e, err := rdd.MeanApprox(ctx, numbers(sc), time.Hour, 0.95)
	fmt.Println(e.Mean, err)
	// Output: 2 <nil>
}

func ExampleRDD_ForEach() {
	sc := rdd.NewContext("example", rdd.Workers(1))
	defer sc.Stop()
	err := numbers(sc).ForEach(ctx, func(x int) { fmt.Println(x) })
	fmt.Println(err)
	// Unordered output:
	// 3
	// 1
	// 2
	// <nil>
}

func ExampleRDD_TryForEach() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	odd := rdd.LongAccumulator(sc, "odd numbers")
	err := numbers(sc).TryForEach(ctx, func(t *rdd.Task, x int) error {
		odd.Add(t, int64(x%2))
		return nil
	})
	fmt.Println(odd.Value().Sum, err)
	// Output: 2 <nil>
}

func ExampleRDD_ForEachPartition() {
	sc := rdd.NewContext("example", rdd.Workers(1))
	defer sc.Stop()
	fmt.Println(numbers(sc).ForEachPartition(ctx, func(in iter.Seq[int]) {
		n := 0 // what is opened once a partition stands here
		for range in {
			n++
		}
		fmt.Println(n, "rows")
	}))
	// Unordered output:
	// 1 rows
	// 2 rows
	// <nil>
}

func ExampleRDD_TryForEachPartition() {
	sc := rdd.NewContext("example", rdd.Workers(1))
	defer sc.Stop()
	fmt.Println(numbers(sc).TryForEachPartition(ctx, func(t *rdd.Task, in iter.Seq[int]) error {
		for x := range in {
			fmt.Println(x, "of partition", t.Partition())
		}
		return nil
	}))
	// Unordered output:
	// 3 of partition 0
	// 1 of partition 1
	// 2 of partition 1
	// <nil>
}
