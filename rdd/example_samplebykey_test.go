package rdd_test

import (
	"fmt"

	"github.com/spatestream/spate/rdd"
)

func ExampleSampleByKey() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	show(rdd.SampleByKey(fruits(sc), false, map[string]float64{"apple": 1, "plum": 0, "fig": 1}, 42))
	// Output: (apple,3) (apple,5) (fig,1)
}

func ExampleSampleByKeyExact() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	half := rdd.SampleByKeyExact(fruits(sc), false, map[string]float64{"apple": 0.5, "plum": 0.5, "fig": 0}, 42)
	fmt.Println(rdd.CountByKey(ctx, half))
	// Output: map[apple:1 plum:1] <nil>
}

func ExampleCountApproxDistinct() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.CountApproxDistinct(ctx, rdd.Parallelize(sc, []int{1, 2, 2, 3, 3, 3}, 2), 0.05))
	// Output: 3 <nil>
}

func ExampleCountApproxDistinctByKey() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	show(rdd.CountApproxDistinctByKey(colours(sc), 0.05))
	// Output: (apple,2) (kiwi,1) (plum,1)
}
