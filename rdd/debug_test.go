package rdd

import (
	"context"
	"regexp"
	"testing"
)

var sites = regexp.MustCompile(` at \w+ at debug_test\.go:\d+`)

// The shapes are what Spark 4.3 prints for the same lineage, except that an
// operation is one line here where Spark may need two or three.
func TestToDebugString(t *testing.T) {
	c := checkpointing(t)
	p := Parallelize(c, numbers(10), 3)
	z := ZipWithIndex(p)
	show := func(r interface{ ToDebugString() (string, error) }, want string) {
		t.Helper()
		got, err := r.ToDebugString()
		if err != nil {
			t.Fatal(err)
		}
		if got = sites.ReplaceAllString(got, ""); "\n"+got != want {
			t.Errorf("got\n%s\nwant%s", got, want)
		}
	}
	show(p, "\n(3) ParallelCollectionRDD[0] []")
	show(p.Union(p), `
(6) UnionRDD[2] []
 |  ParallelCollectionRDD[0] []
 |  ParallelCollectionRDD[0] []`)
	by2 := PartitionBy(z, HashPartitioner[int](2))
	show(by2, `
(2) ShuffledRDD[3] []
 +-(3) ZippedWithIndexRDD[1] []
    |  ParallelCollectionRDD[0] []`)
	show(Cogroup(z, z), `
(3) CoGroupedRDD[4] []
 +-(3) ZippedWithIndexRDD[1] []
 |  |  ParallelCollectionRDD[0] []
 +-(3) ZippedWithIndexRDD[1] []
    |  ParallelCollectionRDD[0] []`)
	show(Cogroup(by2, z, Into(2)), `
(2) CoGroupedRDD[5] []
 |  ShuffledRDD[3] []
 +-(3) ZippedWithIndexRDD[1] []
    |  ParallelCollectionRDD[0] []
 +-(3) ZippedWithIndexRDD[1] []
    |  ParallelCollectionRDD[0] []`)
	by2.SetName("my cache").Cache()
	show(by2, `
(2) my cache ShuffledRDD[3] [Memory Deserialized 1x Replicated]
 +-(3) ZippedWithIndexRDD[1] [Memory Deserialized 1x Replicated]
    |  ParallelCollectionRDD[0] [Memory Deserialized 1x Replicated]`)
	if _, err := by2.Count(context.Background()); err != nil {
		t.Fatal(err)
	}
	show(by2, `
(2) my cache ShuffledRDD[3] [Memory Deserialized 1x Replicated]
 |       CachedPartitions: 2; MemorySize: 160.0 B; DiskSize: 0.0 B
 +-(3) ZippedWithIndexRDD[1] [Memory Deserialized 1x Replicated]
    |  ParallelCollectionRDD[0] [Memory Deserialized 1x Replicated]`)
	above := Repartition(by2, 12)
	show(above, `
(12) MapPartitionsRDD[6] []
 +-(2) my cache ShuffledRDD[3] []
    |      CachedPartitions: 2; MemorySize: 160.0 B; DiskSize: 0.0 B
    +-(3) ZippedWithIndexRDD[1] []
       |  ParallelCollectionRDD[0] []`)
	above.Checkpoint()
	if _, err := above.Count(context.Background()); err != nil {
		t.Fatal(err)
	}
	show(above, `
(12) MapPartitionsRDD[6] []
 |   ReliableCheckpointRDD[7] []`)
	if _, err := Parallelize(c, numbers(1), 0).ToDebugString(); err == nil {
		t.Error("a bad call has no lineage")
	}
}

func TestByteText(t *testing.T) {
	for n, want := range map[int64]string{0: "0.0 B", 2047: "2047.0 B", 2048: "2.0 KiB", 3 << 20: "3.0 MiB", 5 << 40: "5.0 TiB"} {
		if got := byteText(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}
