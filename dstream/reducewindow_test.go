package dstream_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/rdd"
)

func add(a, b int) int      { return a + b }
func subtract(a, b int) int { return a - b }

// windowSums is the sum of each key in the window of n batches that ends with
// batch at.
func windowSums(batches [][]count, at, n int) []count {
	sums := map[string]int{}
	for i := max(0, at-n); i < at; i++ {
		for _, x := range batches[i] {
			sums[x.Key] += x.Value
		}
	}
	var out []count
	for k, v := range sums {
		out = append(out, rdd.KV(k, v))
	}
	return out
}

// TestReducedWindows compares both forms with windows computed from scratch, for
// random batches, lengths and slides, gaps between windows among them.
func TestReducedWindows(t *testing.T) {
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 7))
		length, slide := 1+r.IntN(5), 1+r.IntN(4)
		t.Run(fmt.Sprintf("seed %d length %d slide %d", seed, length, slide), func(t *testing.T) {
			batches := make([][]count, 12)
			for i := range batches {
				for range r.IntN(8) {
					batches[i] = append(batches[i], rdd.KV(fmt.Sprint(r.IntN(6)), 1+r.IntN(9)))
				}
			}
			dir := t.TempDir()
			h := dstreamtest.New(t, time.Second)
			h.Context().Checkpoint(dir)
			in := dstreamtest.Input(h, batches...)
			dstreamtest.Output(h, in) // takes from the queue between windows, too
			l, s := time.Duration(length)*time.Second, time.Duration(slide)*time.Second
			plain := dstreamtest.Output(h, dstream.ReduceByKeyAndWindow(in, add, l, s))
			alive := func(x count) bool { return x.Value != 0 }
			moved := dstreamtest.Output(h, dstream.ReduceByKeyAndWindowInverse(in, add, subtract, l, s, alive, rdd.Into(3)))
			h.Run(len(batches))
			var want [][]count
			for at := slide; at <= len(batches); at += slide {
				want = append(want, windowSums(batches, at, length))
			}
			plain.Want(want...)
			moved.Want(want...)
		})
	}
}

func TestWindowsOfOneValue(t *testing.T) {
	dir := t.TempDir()
	h := dstreamtest.New(t, time.Second)
	h.Context().Checkpoint(dir)
	in := dstreamtest.Input(h, nil, []int{1, 2}, []int{3}, nil, nil)
	sum := dstreamtest.Output(h, in.ReduceByWindow(add, 2*time.Second, 0))
	moved := dstreamtest.Output(h, dstream.ReduceByWindowInverse(in, add, subtract, 2*time.Second, 0))
	counts := dstreamtest.Output(h, in.CountByWindow(2*time.Second, time.Second))
	values := dstreamtest.Output(h, dstream.CountByValueAndWindow(in, 2*time.Second, time.Second))
	groups := dstreamtest.Output(h, dstream.GroupByKeyAndWindow(dstream.Map(in, func(x int) rdd.Pair[bool, int] { return rdd.KV(x > 1, x) }), 2*time.Second, 0))
	h.Run(5)
	sum.Want(nil, []int{3}, []int{6}, []int{3}, nil)
	moved.Want(nil, []int{3}, []int{6}, []int{3}, []int{0})
	counts.Want(nil, []int64{2}, []int64{3}, []int64{1}, []int64{0})
	n, g := rdd.KV[int, int64], rdd.KV[bool, []int]
	type ns = []rdd.Pair[int, int64]
	type gs = []rdd.Pair[bool, []int]
	values.Want(nil, ns{n(1, 1), n(2, 1)}, ns{n(1, 1), n(2, 1), n(3, 1)}, ns{n(3, 1)}, nil)
	groups.Want(nil, gs{g(false, []int{1}), g(true, []int{2})}, gs{g(false, []int{1}), g(true, []int{2, 3})}, gs{g(true, []int{3})}, nil)
}
