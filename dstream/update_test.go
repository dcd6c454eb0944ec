package dstream_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/rdd"
)

// total adds up; a key whose total is a multiple of 7 goes.
func total(values []int, state rdd.Optional[int]) rdd.Optional[int] {
	sum := state.OrElse(0)
	for _, v := range values {
		sum += v
	}
	if sum%7 == 0 {
		return rdd.Optional[int]{}
	}
	return rdd.Some(sum)
}

// totals is what total makes of batches, by the book.
func totals(initial []count, batches [][]count) [][]count {
	state := map[string]int{}
	for _, x := range initial {
		state[x.Key] = x.Value
	}
	var out [][]count
	for _, b := range batches {
		values := map[string][]int{}
		for _, x := range b {
			values[x.Key] = append(values[x.Key], x.Value)
		}
		for k := range state {
			values[k] = append(values[k], nil...)
		}
		var rows []count
		for k, v := range values {
			was := rdd.Optional[int]{}
			if s, ok := state[k]; ok {
				was = rdd.Some(s)
			}
			delete(state, k)
			if is := total(v, was); is.Ok {
				state[k] = is.Value
				rows = append(rows, rdd.KV(k, is.Value))
			}
		}
		out = append(out, rows)
	}
	return out
}

func randomBatches(seed uint64, n, rows, keys int) [][]count {
	r := rand.New(rand.NewPCG(seed, 3))
	batches := make([][]count, n)
	for i := range batches {
		for range r.IntN(rows + 1) {
			batches[i] = append(batches[i], rdd.KV(fmt.Sprint("key ", r.IntN(keys)), r.IntN(10)))
		}
	}
	return batches
}

func TestUpdateStateByKey(t *testing.T) {
	initial := []count{rdd.KV("key 1", 100), rdd.KV("key 2", 7), rdd.KV("only here", 1)}
	whole := func(_ time.Time, in iter.Seq[dstream.Update[string, int, int]]) iter.Seq[count] {
		return func(yield func(count) bool) {
			for u := range in {
				if s := total(u.Values, u.State); s.Ok && !yield(rdd.KV(u.Key, s.Value)) {
					return
				}
			}
		}
	}
	for seed := range uint64(4) {
		batches := randomBatches(seed, 25, 60, 200)
		dir := t.TempDir()
		h := dstreamtest.New(t, time.Second)
		h.Context().Checkpoint(dir)
		in := dstreamtest.Input(h, batches...)
		from := rdd.Parallelize(h.Context().RDDContext(), initial, 2)
		plain := dstreamtest.Output(h, dstream.UpdateStateByKey(in, total))
		started := dstreamtest.Output(h, dstream.UpdateStateByKeyFrom(in, from, total, rdd.Into(3)))
		parts := dstreamtest.Output(h, dstream.UpdatePartitions(in, from, whole, false))
		moving := dstreamtest.Output(h, dstream.UpdatePartitions(in, from, whole, true, rdd.Into(2)))
		h.Run(len(batches))
		plain.Want(totals(nil, batches)...)
		want := totals(initial, batches)
		started.Want(want...)
		parts.Want(want...)
		moving.Want(want...)
	}
}

// TestFailedUpdateSeesTheOldState lets the first run of a task fail after it
// has changed half of its keys.
func TestFailedUpdateSeesTheOldState(t *testing.T) {
	dir := t.TempDir()
	h := dstreamtest.New(t, time.Second)
	h.Context().Checkpoint(dir)
	calls, batches := 0, randomBatches(1, 5, 60, 40)
	out := dstreamtest.Output(h, dstream.UpdateStateByKey(dstreamtest.Input(h, batches...), func(values []int, s rdd.Optional[int]) rdd.Optional[int] {
		if calls++; calls == 10 || calls == 60 {
			panic("now and then")
		}
		return total(values, s)
	}, rdd.Into(1)))
	h.Run(5)
	_ = out
	out.Want(totals(nil, batches)...)
}

func TestStateNeedsACheckpointDirectory(t *testing.T) {
	h := dstreamtest.New(t, time.Second)
	dstream.UpdateStateByKey(dstreamtest.Input[count](h), total).Print(1)
	err := h.Context().Start(context.Background())
	if err == nil || !strings.Contains(err.Error(), "checkpoint directory") || !strings.Contains(err.Error(), "update_test.go") {
		t.Error(err)
	}
}
