package dstream_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/dstream/dstreamtest"
	"github.com/spatestream/spate/rdd"
)

func ExampleDirectStream() {
	run(2, func(h *dstreamtest.Harness) {
		log := dstreamtest.NewLog[string]("words", 2)
		log.Append(0, "a", "b")
		log.Append(1, "c")
		rows := dstream.DirectStream(h.Context(), log)
		rows.ForEachRDD(func(_ context.Context, _ *rdd.RDD[string], t time.Time) error {
			fmt.Println(rows.OffsetRanges(t))
			rows.CommitAsync(rows.OffsetRanges(t), nil)
			return nil
		})
		show(rows.DStream)
	})
	// Output:
	// [words-0: 0 to 2 words-1: 0 to 1]
	// 11 [a b c]
	// [words-0: 2 to 2 words-1: 1 to 1]
	// 12 []
}

// The second life of the program knows what the first has counted.
func ExampleGetOrCreate() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	log := dstreamtest.NewLog[words]("words", 1)
	count := func(news []int, old rdd.Optional[int]) rdd.Optional[int] { return rdd.Some(old.Value + len(news)) }
	for life, text := range []string{"a b a", "a c"} {
		log.Append(0, pairs(text)...)
		e := &exampleTest{}
		h := dstreamtest.New(e, time.Second)
		h.Clock().Advance(time.Duration(life) * time.Second)
		if _, err := dstream.GetOrCreate(dir, func() (*dstream.Context, error) {
			show(dstream.UpdateStateByKey(dstream.DirectStream(h.Context(), log).DStream, count))
			return h.Context(), nil
		}); err != nil {
			panic(err)
		}
		h.Run(1)
		for _, f := range e.after {
			f()
		}
	}
	// Output:
	// 11 [(a,2) (b,1)]
	// 12 [(a,3) (b,1) (c,1)]
}

// Idle keys are looked for when the state is checkpointed.
func ExampleStateSpec_Timeout() {
	run(4, func(h *dstreamtest.Harness) {
		spec := dstream.StateFunction(func(word string, _ rdd.Optional[int], seen *dstream.KeyState[int]) string {
			if seen.TimingOut() {
				return word + " has gone"
			}
			seen.Update(1)
			return word + " is here"
		}).Timeout(time.Second)
		show(dstream.MapWithState(dstreamtest.Input(h, pairs("a"), pairs("b")), spec).Checkpoint(2 * time.Second).DStream)
	})
	// Output:
	// 11 [a is here]
	// 12 [b is here]
	// 13 []
	// 14 [a has gone b has gone]
}
