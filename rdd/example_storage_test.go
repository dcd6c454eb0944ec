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

// written makes a folder with files, by name.
func written(files map[string]string) string {
	dir := folder()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			panic(err)
		}
	}
	return dir
}

func ExampleContext_TextFile() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	dir := written(map[string]string{"a.txt": "to be\nor not\n", "b.txt": "to be\n"})
	defer os.RemoveAll(dir)
	fmt.Println(sc.TextFile(dir+"/*.txt", 1).Collect(ctx))
	// Output: [to be or not to be] <nil>
}

func ExampleWholeTextFiles() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	dir := written(map[string]string{"a.txt": "to be\nor not\n", "b.txt": "to be\n"})
	defer os.RemoveAll(dir)
	fmt.Println(rdd.Map(rdd.Values(rdd.WholeTextFiles(sc, dir)), func(text string) int { return len(text) }).Collect(ctx))
	// Output: [13 6] <nil>
}

func ExampleBinaryFiles() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	dir := written(map[string]string{"a": "\x01\x02"})
	defer os.RemoveAll(dir)
	fmt.Println(rdd.Values(rdd.BinaryFiles(sc, dir)).Collect(ctx))
	// Output: [[1 2]] <nil>
}

func ExampleBinaryRecords() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	dir := written(map[string]string{"a": "\x01\x02\x03\x04"})
	defer os.RemoveAll(dir)
	fmt.Println(rdd.BinaryRecords(sc, dir, 2).Collect(ctx))
	// Output: [[1 2] [3 4]] <nil>
}

func ExampleRDD_SaveAsTextFile() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	dir := folder()
	defer os.RemoveAll(dir)
	fmt.Println(numbers(sc).SaveAsTextFile(ctx, dir+"/out"))
	text, err := os.ReadFile(dir + "/out/part-00001")
	fmt.Printf("%q %v\n", text, err)
	// Output:
	// <nil>
	// "1\n2\n" <nil>
}

func ExampleRDD_SaveAsObjectFile() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	dir := folder()
	defer os.RemoveAll(dir)
	fmt.Println(numbers(sc).SaveAsObjectFile(ctx, dir+"/out"))
	fmt.Println(rdd.ObjectFile[int](sc, dir+"/out").Collect(ctx))
	// Output:
	// <nil>
	// [3 1 2] <nil>
}

func ExampleFromCheckpoint() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	dir := folder()
	defer os.RemoveAll(dir)
	if err := sc.SetCheckpointDir(dir); err != nil {
		fmt.Println(err)
	}
	r := numbers(sc).Checkpoint()
	fmt.Println(r.Count(ctx))
	fmt.Println(rdd.FromCheckpoint[int](sc, r.CheckpointFile()).Collect(ctx))
	// Output:
	// 3 <nil>
	// [3 1 2] <nil>
}

func ExampleRDD_Cache() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	r := numbers(sc).Cache()
	fmt.Println(r.StorageLevel() == rdd.MemoryOnly)
	// Output: true
}

func ExampleRDD_SetName() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	r := numbers(sc).SetName("numbers").Cache()
	fmt.Println(r.Count(ctx))
	fmt.Println(sc.PersistedRDDs()[0].Name)
	// Output:
	// 3 <nil>
	// numbers
}

func ExampleRDD_Unpersist() {
	sc := rdd.NewContext("example")
	defer sc.Stop()
	r := numbers(sc).Cache()
	fmt.Println(r.Count(ctx))
	r.Unpersist()
	fmt.Println(len(sc.PersistedRDDs()))
	// Output:
	// 3 <nil>
	// 0
}
