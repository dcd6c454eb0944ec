package dstream_test

import (
	"context"
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/rdd"
)

// exampleTest stands for the test that a harness wants.
type exampleTest struct {
	testing.TB
	after []func()
}

func (e *exampleTest) Name() string              { return "example" }
func (e *exampleTest) Helper()                   {}
func (e *exampleTest) Cleanup(f func())          { e.after = append(e.after, f) }
func (e *exampleTest) Fatal(args ...any)         { panic(fmt.Sprint(args...)) }
func (e *exampleTest) Errorf(f string, a ...any) { panic(fmt.Sprintf(f, a...)) }

// run defines a program and lets n batches of a second happen.
func run(n int, define func(h *dstreamtest.Harness)) {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	e := &exampleTest{}
	h := dstreamtest.New(e, time.Second)
	h.Context().Checkpoint(dir)
	define(h)
	h.Run(n)
	for _, f := range slices.Backward(e.after) {
		f()
	}
}

// show prints what a stream has in each batch, sorted.
func show[T any](d *dstream.DStream[T]) {
	d.ForEachRDD(func(ctx context.Context, r *rdd.RDD[T], t time.Time) error {
		rows, err := r.Collect(ctx)
		out := make([]string, len(rows))
		for i, x := range rows {
			out[i] = rdd.Text(x)
		}
		slices.Sort(out)
		fmt.Println(t.Unix(), out)
		return err
	})
}

type words = rdd.Pair[string, int]

// pairs is the words of a text, each with 1.
func pairs(text string) []words {
	var out []words
	for _, w := range strings.Fields(text) {
		out = append(out, rdd.KV(w, 1))
	}
	return out
}

func ExampleMapPartitions() {
	run(1, func(h *dstreamtest.Harness) {
		sizes := dstream.MapPartitions(dstreamtest.Input(h, []int{1, 2, 3}), func(in iter.Seq[int]) iter.Seq[int] {
			n := 0
			for range in {
				n++
			}
			return slices.Values([]int{n})
		})
		show(sizes)
	})
	// Output: 11 [1 2]
}

func ExampleGlom() {
	run(1, func(h *dstreamtest.Harness) { show(dstream.Glom(dstreamtest.Input(h, []int{1, 2, 3}))) })
	// Output: 11 [[1] [2 3]]
}

func ExampleDStream_Repartition() {
	run(1, func(h *dstreamtest.Harness) {
		show(dstream.Glom(dstreamtest.Input(h, []int{1, 2, 3}).Repartition(1)))
	})
	// Output: 11 [[1 2 3]]
}

func ExampleDStream_Reduce() {
	run(2, func(h *dstreamtest.Harness) { show(dstreamtest.Input(h, []int{1, 2, 3}).Reduce(add)) })
	// Output:
	// 11 [6]
	// 12 []
}

func ExampleDStream_Count() {
	run(2, func(h *dstreamtest.Harness) { show(dstreamtest.Input(h, []int{1, 2, 3}).Count()) })
	// Output:
	// 11 [3]
	// 12 [0]
}

func ExampleCountByValue() {
	run(1, func(h *dstreamtest.Harness) {
		show(dstream.CountByValue(dstreamtest.Input(h, []string{"a", "b", "a"})))
	})
	// Output: 11 [(a,2) (b,1)]
}

func ExampleReduceByKey() {
	run(1, func(h *dstreamtest.Harness) { show(dstream.ReduceByKey(dstreamtest.Input(h, pairs("a b a")), add)) })
	// Output: 11 [(a,2) (b,1)]
}

func ExampleGroupByKey() {
	run(1, func(h *dstreamtest.Harness) { show(dstream.GroupByKey(dstreamtest.Input(h, pairs("a b a")))) })
	// Output: 11 [(a,[1 1]) (b,[1])]
}

func ExampleCombineByKey() {
	run(1, func(h *dstreamtest.Harness) {
		longest := func(a, b int) int { return max(a, b) }
		show(dstream.CombineByKey(dstreamtest.Input(h, pairs("a b a")), func(x int) int { return x }, longest, longest))
	})
	// Output: 11 [(a,1) (b,1)]
}

func ExampleMapValues() {
	run(1, func(h *dstreamtest.Harness) {
		show(dstream.MapValues(dstreamtest.Input(h, pairs("a")), func(n int) string { return strings.Repeat("x", n) }))
	})
	// Output: 11 [(a,x)]
}

func ExampleFlatMapValues() {
	run(1, func(h *dstreamtest.Harness) {
		show(dstream.FlatMapValues(dstreamtest.Input(h, pairs("a")), func(n int) []int { return []int{n, -n} }))
	})
	// Output: 11 [(a,-1) (a,1)]
}

func ExamplePartitionBy() {
	run(1, func(h *dstreamtest.Harness) {
		show(dstream.Glom(dstream.PartitionBy(dstreamtest.Input(h, pairs("a b c")), rdd.HashPartitioner[string](1))))
	})
	// Output: 11 [[(a,1) (b,1) (c,1)]]
}

func ExampleJoin() {
	run(1, func(h *dstreamtest.Harness) {
		show(dstream.Join(dstreamtest.Input(h, pairs("a b")), dstreamtest.Input(h, pairs("b c")), rdd.Into(1)).Count())
	})
	// Output: 11 [1]
}

func ExampleLeftOuterJoin() {
	run(1, func(h *dstreamtest.Harness) {
		show(dstream.LeftOuterJoin(dstreamtest.Input(h, pairs("a b")), dstreamtest.Input(h, pairs("b c"))).Count())
	})
	// Output: 11 [2]
}

func ExampleRightOuterJoin() {
	run(1, func(h *dstreamtest.Harness) {
		show(dstream.RightOuterJoin(dstreamtest.Input(h, pairs("a b")), dstreamtest.Input(h, pairs("b c d"))).Count())
	})
	// Output: 11 [3]
}

func ExampleFullOuterJoin() {
	run(1, func(h *dstreamtest.Harness) {
		show(dstream.FullOuterJoin(dstreamtest.Input(h, pairs("a b")), dstreamtest.Input(h, pairs("b c d"))).Count())
	})
	// Output: 11 [4]
}

func ExampleCogroup() {
	run(1, func(h *dstreamtest.Harness) {
		both := dstream.Cogroup(dstreamtest.Input(h, pairs("a b a")), dstreamtest.Input(h, pairs("b")))
		show(dstream.Map(both, func(x rdd.Pair[string, rdd.Cogrouped[int, int]]) string {
			return fmt.Sprint(x.Key, len(x.Value.Left), len(x.Value.Right))
		}))
	})
	// Output: 11 [a2 0 b1 1]
}

// A stream is joined with an RDD by Transform, which runs for each batch and so
// may use one that is loaded anew now and then.
func ExampleTransform() {
	run(1, func(h *dstreamtest.Harness) {
		spam := rdd.Parallelize(h.Context().RDDContext(), []rdd.Pair[string, bool]{rdd.KV("b", true)}, 1)
		show(dstream.Transform(dstreamtest.Input(h, pairs("a b c")), func(r *rdd.RDD[words]) *rdd.RDD[words] {
			return rdd.SubtractByKey(r, spam)
		}))
	})
	// Output: 11 [(a,1) (c,1)]
}

func ExampleTransformAll() {
	run(1, func(h *dstreamtest.Harness) {
		streams := []*dstream.DStream[int]{dstreamtest.Input(h, []int{1}), dstreamtest.Input(h, []int{2}), dstreamtest.Input(h, []int{3})}
		show(dstream.TransformAll(streams, func(r []*rdd.RDD[int], _ time.Time) *rdd.RDD[int] { return r[0].Union(r[2]) }))
	})
	// Output: 11 [1 3]
}

func ExampleDStream_ReduceByWindow() {
	run(3, func(h *dstreamtest.Harness) {
		show(dstreamtest.Input(h, []int{1}, []int{2}, []int{3}).ReduceByWindow(add, 2*time.Second, 0))
	})
	// Output:
	// 11 [1]
	// 12 [3]
	// 13 [5]
}

func ExampleReduceByWindowInverse() {
	run(3, func(h *dstreamtest.Harness) {
		show(dstream.ReduceByWindowInverse(dstreamtest.Input(h, []int{1}, []int{2}), add, subtract, 2*time.Second, 0))
	})
	// Output:
	// 11 [1]
	// 12 [3]
	// 13 [2]
}

func ExampleDStream_CountByWindow() {
	run(3, func(h *dstreamtest.Harness) {
		show(dstreamtest.Input(h, []int{7, 8}).CountByWindow(2*time.Second, time.Second))
	})
	// Output:
	// 11 [2]
	// 12 [2]
	// 13 [0]
}

func ExampleCountByValueAndWindow() {
	run(2, func(h *dstreamtest.Harness) {
		show(dstream.CountByValueAndWindow(dstreamtest.Input(h, []string{"a"}, []string{"b", "a"}), 2*time.Second, time.Second))
	})
	// Output:
	// 11 [(a,1)]
	// 12 [(a,2) (b,1)]
}

func ExampleReduceByKeyAndWindow() {
	run(3, func(h *dstreamtest.Harness) {
		show(dstream.ReduceByKeyAndWindow(dstreamtest.Input(h, pairs("a"), pairs("a b")), add, 2*time.Second, time.Second))
	})
	// Output:
	// 11 [(a,1)]
	// 12 [(a,2) (b,1)]
	// 13 [(a,1) (b,1)]
}

// The filter drops words that are in no batch of the window any more.
func ExampleReduceByKeyAndWindowInverse() {
	run(4, func(h *dstreamtest.Harness) {
		seen := func(x words) bool { return x.Value > 0 }
		show(dstream.ReduceByKeyAndWindowInverse(dstreamtest.Input(h, pairs("a"), pairs("a b")), add, subtract, 2*time.Second, 0, seen))
	})
	// Output:
	// 11 [(a,1)]
	// 12 [(a,2) (b,1)]
	// 13 [(a,1) (b,1)]
	// 14 []
}

func ExampleGroupByKeyAndWindow() {
	run(2, func(h *dstreamtest.Harness) {
		show(dstream.GroupByKeyAndWindow(dstreamtest.Input(h, pairs("a"), pairs("a b")), 2*time.Second, 0))
	})
	// Output:
	// 11 [(a,[1])]
	// 12 [(a,[1 1]) (b,[1])]
}

func ExampleUpdateStateByKey() {
	run(3, func(h *dstreamtest.Harness) {
		count := func(values []int, before rdd.Optional[int]) rdd.Optional[int] {
			return rdd.Some(before.Value + len(values))
		}
		show(dstream.UpdateStateByKey(dstreamtest.Input(h, pairs("a b"), nil, pairs("a")), count))
	})
	// Output:
	// 11 [(a,1) (b,1)]
	// 12 [(a,1) (b,1)]
	// 13 [(a,2) (b,1)]
}

func ExampleMapWithState() {
	run(2, func(h *dstreamtest.Harness) {
		spec := dstream.StateFunction(func(word string, n rdd.Optional[int], total *dstream.KeyState[int]) string {
			total.Update(total.Lookup().Value + n.Value)
			return fmt.Sprint(word, " for the ", total.Get(), ". time")
		})
		stream := dstream.MapWithState(dstreamtest.Input(h, pairs("a b"), pairs("a")), spec)
		show(stream.DStream)
		show(stream.StateSnapshots())
	})
	// Output:
	// 11 [a for the 1. time b for the 1. time]
	// 11 [(a,1) (b,1)]
	// 12 [a for the 2. time]
	// 12 [(a,2) (b,1)]
}

// A batch that runs again, after a failure or a recovery, writes the same files
// again.
func ExampleDStream_SaveAsTextFiles() {
	dir, _ := os.MkdirTemp("", "out")
	defer os.RemoveAll(dir)
	run(1, func(h *dstreamtest.Harness) { dstreamtest.Input(h, []int{1, 2}).SaveAsTextFiles(dir+"/numbers", "txt") })
	text, _ := os.ReadFile(dir + "/numbers-11000.txt/part-00001")
	fmt.Print(string(text))
	// Output: 2
}

func ExampleDStream_SaveAsObjectFiles() {
	dir, _ := os.MkdirTemp("", "example")
	defer os.RemoveAll(dir)
	run(1, func(h *dstreamtest.Harness) { dstreamtest.Input(h, []int{1, 2}).SaveAsObjectFiles(dir+"/numbers", "") })
	sc := rdd.NewContext("reader")
	defer sc.Stop()
	fmt.Println(rdd.ObjectFile[int](sc, dir+"/numbers-11000").Collect(context.Background()))
	// Output: [1 2] <nil>
}
