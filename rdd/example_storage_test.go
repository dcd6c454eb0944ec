package rdd_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spatestream/spate/rdd"
)

// folder makes a folder that the example removes.
func folder() string {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		panic(err)
	}
	return dir
}

func ExampleRDD_Persist() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	r := rdd.Parallelize(sc, []int{1, 2, 3, 4}, 2).Persist(rdd.MemoryAndDisk)
	fmt.Println(r.Count(ctx))
	for _, info := range sc.PersistedRDDs() {
		fmt.Println(info.Cached, "of", info.Partitions, info.Level)
	}
	// Output:
	// 4 <nil>
	// 2 of 2 Disk Memory Deserialized 1x Replicated
}

func ExampleRDD_Checkpoint() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	dir := folder()
	defer os.RemoveAll(dir)
	if err := sc.SetCheckpointDir(dir); err != nil {
		fmt.Println(err)
	}
	squares := rdd.Map(rdd.Parallelize(sc, []int{1, 2, 3}), func(x int) int { return x * x }).Cache().Checkpoint()
	fmt.Println(squares.Collect(ctx))
	fmt.Println(squares.IsCheckpointed())
	fmt.Println(rdd.FromCheckpoint[int](sc, squares.CheckpointFile()).Collect(ctx))
	// Output:
	// [1 4 9] <nil>
	// true
	// [1 4 9] <nil>
}

func ExampleRDD_LocalCheckpoint() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	r := rdd.Map(rdd.Parallelize(sc, []int{1, 2, 3}), func(x int) int { return x * x }).LocalCheckpoint()
	fmt.Println(r.Collect(ctx))
	fmt.Println(r.IsCheckpointed())
	// Output:
	// [1 4 9] <nil>
	// true
}

func ExampleObjectFile() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	dir := folder()
	defer os.RemoveAll(dir)
	to := filepath.Join(dir, "fruits")
	fmt.Println(fruits(sc).SaveAsObjectFile(ctx, to))
	fmt.Println(rdd.ObjectFile[rdd.Pair[string, int]](sc, to).Count(ctx))
	// Output:
	// <nil>
	// 4 <nil>
}

func ExampleRDD_ToDebugString() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	fmt.Println(rdd.Parallelize(sc, []int{1, 2, 3}, 2).ToDebugString())
	// Output: (2) ParallelCollectionRDD[0] at parallelize at example_storage_test.go:78 [] <nil>
}
