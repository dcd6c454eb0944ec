package rdd_test

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spatestream/spate/rdd"
)

var ctx = context.Background()

// show prints rows in the order of their text: shuffled rows come in any.
func show[T any](r *rdd.RDD[T]) {
	rows, err := r.Collect(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	lines := make([]string, len(rows))
	for i, x := range rows {
		lines[i] = fmt.Sprint(x)
	}
	slices.Sort(lines)
	fmt.Println(strings.Join(lines, " "))
}

func fruits(sc *rdd.Context) *rdd.RDD[rdd.Pair[string, int]] {
	return rdd.Parallelize(sc, []rdd.Pair[string, int]{{"apple", 3}, {"plum", 4}, {"apple", 5}, {"fig", 1}}, 2)
}

func colours(sc *rdd.Context) *rdd.RDD[rdd.Pair[string, string]] {
	return rdd.Parallelize(sc, []rdd.Pair[string, string]{{"apple", "red"}, {"apple", "green"}, {"plum", "blue"}, {"kiwi", "brown"}}, 2)
}

func add(a, b int) int { return a + b }

func ExampleCombineByKey() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	type mean struct{ Sum, N int }
	means := rdd.CombineByKey(fruits(sc),
		func(v int) mean { return mean{v, 1} },
		func(m mean, v int) mean { return mean{m.Sum + v, m.N + 1} },
		func(a, b mean) mean { return mean{a.Sum + b.Sum, a.N + b.N} })
	show(means)
	// Output: (apple,{8 2}) (fig,{1 1}) (plum,{4 1})
}

func ExampleAggregateByKey() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	longest := rdd.AggregateByKey(colours(sc), func() int { return 0 },
		func(n int, colour string) int { return max(n, len(colour)) },
		func(a, b int) int { return max(a, b) })
	show(longest)
	// Output: (apple,5) (kiwi,5) (plum,4)
}

func ExampleFoldByKey() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	show(rdd.FoldByKey(fruits(sc), 0, add))
	// Output: (apple,8) (fig,1) (plum,4)
}

func ExampleReduceByKey() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	show(rdd.ReduceByKey(fruits(sc), add))
	// Output: (apple,8) (fig,1) (plum,4)
}

func ExampleReduceByKeyLocally() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.ReduceByKeyLocally(ctx, fruits(sc), add))
	// Output: map[apple:8 fig:1 plum:4] <nil>
}

func ExampleGroupByKey() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	show(rdd.GroupByKey(fruits(sc), rdd.Into(3)))
	// Output: (apple,[3 5]) (fig,[1]) (plum,[4])
}

func ExampleGroupBy() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	show(rdd.GroupBy(rdd.Parallelize(sc, []int{1, 2, 3, 4, 5}, 2), func(x int) int { return x % 2 }))
	// Output: (0,[2 4]) (1,[1 3 5])
}

func ExampleMapValues() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	show(rdd.MapValues(fruits(sc), func(n int) int { return 10 * n }))
	// Output: (apple,30) (apple,50) (fig,10) (plum,40)
}

func ExampleFlatMapValues() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	show(rdd.FlatMapValues(fruits(sc), func(n int) []int { return []int{n, -n} }))
	// Output: (apple,-3) (apple,-5) (apple,3) (apple,5) (fig,-1) (fig,1) (plum,-4) (plum,4)
}

func ExampleKeys() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	show(rdd.Keys(fruits(sc)))
	// Output: apple apple fig plum
}

func ExampleValues() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	show(rdd.Values(fruits(sc)))
	// Output: 1 3 4 5
}

func ExamplePartitionBy() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	placed := rdd.PartitionBy(fruits(sc), rdd.HashPartitioner[string](3))
	fmt.Println(placed.NumPartitions())
	show(placed)
	// Output:
	// 3 <nil>
	// (apple,3) (apple,5) (fig,1) (plum,4)
}

func ExampleCogroup() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	show(rdd.Cogroup(fruits(sc), colours(sc)))
	// Output: (apple,{[3 5] [red green]}) (fig,{[1] []}) (kiwi,{[] [brown]}) (plum,{[4] [blue]})
}

func ExampleCogroup3() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	show(rdd.Cogroup3(fruits(sc), colours(sc), fruits(sc)))
	// Output: (apple,{[3 5] [red green] [3 5]}) (fig,{[1] [] [1]}) (kiwi,{[] [brown] []}) (plum,{[4] [blue] [4]})
}

func ExampleCogroup4() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	show(rdd.Cogroup4(fruits(sc), colours(sc), fruits(sc), colours(sc)))
	// Output: (apple,{[3 5] [red green] [3 5] [red green]}) (fig,{[1] [] [1] []}) (kiwi,{[] [brown] [] [brown]}) (plum,{[4] [blue] [4] [blue]})
}

func ExampleJoin() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	show(rdd.Join(fruits(sc), colours(sc)))
	// Output: (apple,{3 green}) (apple,{3 red}) (apple,{5 green}) (apple,{5 red}) (plum,{4 blue})
}

func ExampleLeftOuterJoin() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	show(rdd.LeftOuterJoin(fruits(sc), colours(sc)))
	// Output: (apple,{3 Some(green)}) (apple,{3 Some(red)}) (apple,{5 Some(green)}) (apple,{5 Some(red)}) (fig,{1 None}) (plum,{4 Some(blue)})
}

func ExampleRightOuterJoin() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	show(rdd.RightOuterJoin(fruits(sc), colours(sc)))
	// Output: (apple,{Some(3) green}) (apple,{Some(3) red}) (apple,{Some(5) green}) (apple,{Some(5) red}) (kiwi,{None brown}) (plum,{Some(4) blue})
}

func ExampleFullOuterJoin() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	show(rdd.FullOuterJoin(fruits(sc), colours(sc)))
	// Output: (apple,{Some(3) Some(green)}) (apple,{Some(3) Some(red)}) (apple,{Some(5) Some(green)}) (apple,{Some(5) Some(red)}) (fig,{Some(1) None}) (kiwi,{None Some(brown)}) (plum,{Some(4) Some(blue)})
}

func ExampleSubtractByKey() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	show(rdd.SubtractByKey(fruits(sc), colours(sc)))
	// Output: (fig,1)
}

func ExampleSubtract() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	show(rdd.Subtract(rdd.Parallelize(sc, []int{1, 1, 2, 3}, 2), rdd.Parallelize(sc, []int{2, 4}, 2)))
	// Output: 1 1 3
}

func ExampleDistinct() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	show(rdd.Distinct(rdd.Parallelize(sc, []int{1, 2, 1, 3, 2}, 2)))
	// Output: 1 2 3
}

func ExampleIntersection() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	show(rdd.Intersection(rdd.Parallelize(sc, []int{1, 1, 2, 3}, 2), rdd.Parallelize(sc, []int{3, 1, 1, 9}, 2)))
	// Output: 1 3
}

func ExampleCountByKey() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.CountByKey(ctx, fruits(sc)))
	// Output: map[apple:2 fig:1 plum:1] <nil>
}

func ExampleCountByValue() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.CountByValue(ctx, rdd.Parallelize(sc, []string{"a", "b", "a"}, 2)))
	// Output: map[a:2 b:1] <nil>
}

func ExampleCollectAsMap() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.CollectAsMap(ctx, fruits(sc)))
	// Output: map[apple:5 fig:1 plum:4] <nil>
}

func ExampleLookup() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.Lookup(ctx, fruits(sc), "apple"))
	// Output: [3 5] <nil>
}
