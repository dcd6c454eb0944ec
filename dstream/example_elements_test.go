package dstream_test

import (
	"context"
	"fmt"
	"iter"
	"os"
	"strings"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/rdd"
)

func ExampleMap() {
	run(1, func(h *dstreamtest.Harness) {
		show(dstream.Map(dstreamtest.Input(h, []int{1, 2}), func(x int) int { return 10 * x }))
	})
	// Output: 11 [10 20]
}

func ExampleFlatMap() {
	run(2, func(h *dstreamtest.Harness) {
		show(dstream.FlatMap(dstreamtest.Input(h, []string{"to be"}, []string{"or not"}), strings.Fields))
	})
	// Output:
	// 11 [be to]
	// 12 [not or]
}

func ExampleAppendMap() {
	run(1, func(h *dstreamtest.Harness) {
		show(dstream.AppendMap(dstreamtest.Input(h, []int{1, 2}), func(dst []int, x int) []int { return append(dst, x, -x) }))
	})
	// Output: 11 [-1 -2 1 2]
}

func ExampleDStream_Filter() {
	run(1, func(h *dstreamtest.Harness) {
		show(dstreamtest.Input(h, []int{1, 2, 3}).Filter(func(x int) bool { return x > 1 }))
	})
	// Output: 11 [2 3]
}

func ExampleUnion() {
	run(1, func(h *dstreamtest.Harness) {
		show(dstream.Union(dstreamtest.Input(h, []int{1}), dstreamtest.Input(h, []int{2}), dstreamtest.Input(h, []int{3})))
	})
	// Output: 11 [1 2 3]
}

func ExampleDStream_Union() {
	run(1, func(h *dstreamtest.Harness) {
		show(dstreamtest.Input(h, []int{1}).Union(dstreamtest.Input(h, []int{2})))
	})
	// Output: 11 [1 2]
}

func ExampleTransformAt() {
	run(2, func(h *dstreamtest.Harness) {
		show(dstream.TransformAt(dstreamtest.Input(h, []int{1}, []int{1}), func(t time.Time, r *rdd.RDD[int]) *rdd.RDD[int] {
			return rdd.Map(r, func(x int) int { return x + int(t.Unix()) })
		}))
	})
	// Output:
	// 11 [12]
	// 12 [13]
}

func ExampleTransformWith() {
	run(1, func(h *dstreamtest.Harness) {
		a, b := dstreamtest.Input(h, []int{1, 2}), dstreamtest.Input(h, []int{2})
		show(dstream.TransformWith(a, b, func(a, b *rdd.RDD[int]) *rdd.RDD[int] { return rdd.Subtract(a, b) }))
	})
	// Output: 11 [1]
}

func ExampleDStream_Window() {
	run(3, func(h *dstreamtest.Harness) {
		show(dstreamtest.Input(h, []int{1}, []int{2}, []int{3}).Window(2 * time.Second))
	})
	// Output:
	// 11 [1]
	// 12 [1 2]
	// 13 [2 3]
}

func ExampleDStream_Slice() {
	run(0, func(h *dstreamtest.Harness) {
		h.Context().Remember(time.Minute)
		numbers := dstreamtest.Input(h, []int{1}, []int{2}, []int{3})
		numbers.ForEachRDD(func(ctx context.Context, r *rdd.RDD[int], t time.Time) error { return nil })
		h.Run(3)
		second := dstreamtest.Start.Add(2 * time.Second)
		rdds, err := numbers.Slice(second, second.Add(time.Second))
		for _, r := range rdds {
			fmt.Println(r.Collect(context.Background()))
		}
		fmt.Println(err)
	})
	// Output:
	// [2] <nil>
	// [3] <nil>
	// <nil>
}

// What two operations need is computed once.
func ExampleDStream_Persist() {
	run(1, func(h *dstreamtest.Harness) {
		squares := dstream.Map(dstreamtest.Input(h, []int{1, 2}), func(x int) int { return x * x }).Persist(rdd.MemoryOnly)
		show(squares)
		show(squares.Count())
	})
	// Output:
	// 11 [1 4]
	// 11 [2]
}

func ExampleDStream_Cache() {
	run(1, func(h *dstreamtest.Harness) { show(dstreamtest.Input(h, []int{1, 2}).Cache()) })
	// Output: 11 [1 2]
}

func ExampleDStream_Checkpoint() {
	run(1, func(h *dstreamtest.Harness) {
		count := func(n []int, old rdd.Optional[int]) rdd.Optional[int] { return rdd.Some(old.Value + len(n)) }
		show(dstream.UpdateStateByKey(dstreamtest.Input(h, pairs("a b a")), count).Checkpoint(5 * time.Second))
	})
	// Output: 11 [(a,2) (b,1)]
}

func ExampleDStream_ForEachRDD() {
	run(2, func(h *dstreamtest.Harness) {
		dstreamtest.Input(h, []int{1, 2}).ForEachRDD(func(ctx context.Context, r *rdd.RDD[int], t time.Time) error {
			n, err := r.Count(ctx)
			fmt.Println(t.Unix(), n)
			return err
		})
	})
	// Output:
	// 11 2
	// 12 0
}

func ExampleDStream_Print() {
	run(1, func(h *dstreamtest.Harness) { dstreamtest.Input(h, []int{1, 2, 3}).Print(2) })
	// Output:
	// -------------------------------------------
	// Time: 11000 ms
	// -------------------------------------------
	// 1
	// 2
	// ...
}

func ExampleDStream_Fprint() {
	run(1, func(h *dstreamtest.Harness) { dstreamtest.Input(h, []int{1}).Fprint(os.Stdout, 10) })
	// Output:
	// -------------------------------------------
	// Time: 11000 ms
	// -------------------------------------------
	// 1
}

func ExampleUpdateStateByKeyFrom() {
	run(1, func(h *dstreamtest.Harness) {
		before := rdd.Parallelize(h.Context().RDDContext(), []words{rdd.KV("a", 100)})
		show(dstream.UpdateStateByKeyFrom(dstreamtest.Input(h, pairs("a b")), before, func(n []int, old rdd.Optional[int]) rdd.Optional[int] {
			return rdd.Some(old.Value + len(n))
		}))
	})
	// Output: 11 [(a,101) (b,1)]
}

func ExampleUpdateStateByKeyAt() {
	run(2, func(h *dstreamtest.Harness) {
		seen := func(t time.Time, key string, n []int, old rdd.Optional[int]) rdd.Optional[int] {
			if len(n) == 0 {
				return old
			}
			return rdd.Some(int(t.Unix()))
		}
		show(dstream.UpdateStateByKeyAt(dstreamtest.Input(h, pairs("a b"), pairs("a")), nil, seen))
	})
	// Output:
	// 11 [(a,11) (b,11)]
	// 12 [(a,12) (b,11)]
}

func ExampleUpdatePartitions() {
	run(1, func(h *dstreamtest.Harness) {
		frequent := func(_ time.Time, in iter.Seq[dstream.Update[string, int, int]]) iter.Seq[words] {
			return func(yield func(words) bool) {
				for u := range in {
					if n := u.State.Value + len(u.Values); n > 1 && !yield(rdd.KV(u.Key, n)) {
						return
					}
				}
			}
		}
		show(dstream.UpdatePartitions(dstreamtest.Input(h, pairs("a b a")), nil, frequent, false))
	})
	// Output: 11 [(a,2)]
}

func ExampleStateSpec_InitialState() {
	run(1, func(h *dstreamtest.Harness) {
		before := rdd.Parallelize(h.Context().RDDContext(), []words{rdd.KV("a", 100)})
		spec := dstream.StateFunction(func(_ string, n rdd.Optional[int], total *dstream.KeyState[int]) string {
			total.Update(total.Lookup().Value + n.Value)
			return ""
		}).InitialState(before)
		show(dstream.MapWithState(dstreamtest.Input(h, pairs("a b")), spec).StateSnapshots())
	})
	// Output: 11 [(a,101) (b,1)]
}

func ExampleStateStream_StateSnapshots() {
	run(2, func(h *dstreamtest.Harness) {
		last := dstream.StateFunction(func(_ string, n rdd.Optional[int], s *dstream.KeyState[int]) string {
			s.Update(n.Value)
			return ""
		})
		show(dstream.MapWithState(dstreamtest.Input(h, pairs("a"), pairs("b")), last).StateSnapshots())
	})
	// Output:
	// 11 [(a,1)]
	// 12 [(a,1) (b,1)]
}
