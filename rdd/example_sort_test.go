package rdd_test

import (
	"cmp"
	"fmt"

	"github.com/spatestream/spate/rdd"
)

func ExampleSortByKey() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.SortByKey(fruits(sc), rdd.Descending).Collect(ctx))
	// Output: [(plum,4) (fig,1) (apple,3) (apple,5)] <nil>
}

func ExampleSortByKeyFunc() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	byLength := func(a, b string) int { return cmp.Compare(len(a), len(b)) }
	fmt.Println(rdd.SortByKeyFunc(fruits(sc), byLength).Collect(ctx))
	// Output: [(fig,1) (plum,4) (apple,3) (apple,5)] <nil>
}

func ExampleSortBy() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	amount := func(x rdd.Pair[string, int]) int { return x.Value }
	fmt.Println(rdd.SortBy(fruits(sc), amount, rdd.Ascending).Collect(ctx))
	// Output: [(fig,1) (apple,3) (plum,4) (apple,5)] <nil>
}

func ExampleSortFunc() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.SortFunc(rdd.Parallelize(sc, []int{3, 1, 2}, 2), cmp.Compare).Collect(ctx))
	// Output: [1 2 3] <nil>
}

func ExampleRangePartitioner() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	ranges := rdd.RangePartitioner(fruits(sc), 2, rdd.Ascending)
	fmt.Println(ranges.NumPartitions(), ranges.Partition("apple"), ranges.Partition("plum"))
	// Output: 2 0 1
}

func ExampleRepartitionAndSortWithinPartitions() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	sorted := rdd.RepartitionAndSortWithinPartitions(fruits(sc), rdd.HashPartitioner[string](1), rdd.Ascending)
	fmt.Println(sorted.Collect(ctx))
	// Output: [(apple,3) (apple,5) (fig,1) (plum,4)] <nil>
}

func ExampleRepartitionAndSortWithinPartitionsFunc() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	down := func(a, b string) int { return cmp.Compare(b, a) }
	sorted := rdd.RepartitionAndSortWithinPartitionsFunc(fruits(sc), rdd.HashPartitioner[string](1), down)
	fmt.Println(sorted.Collect(ctx))
	// Output: [(plum,4) (fig,1) (apple,3) (apple,5)] <nil>
}

func ExampleFilterByRange() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.FilterByRange(rdd.SortByKey(fruits(sc), rdd.Ascending), "b", "m").Collect(ctx))
	// Output: [(fig,1)] <nil>
}

func ExampleRDD_Coalesce() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.Glom(rdd.Parallelize(sc, []int{1, 2, 3, 4, 5, 6}, 6).Coalesce(2)).Collect(ctx))
	// Output: [[1 2 3] [4 5 6]] <nil>
}

func ExampleRepartition() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.Glom(rdd.Repartition(rdd.Parallelize(sc, []int{1, 2, 3, 4, 5, 6}, 2), 3)).Collect(ctx))
	// Output: [[1 6] [2 4] [3 5]] <nil>
}
