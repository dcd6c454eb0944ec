package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/rdd"
)

// Programs over batches that lie ready in a queue: what counts is how long they
// are processed, not when they come. They come faster than a second apart, so
// that a run is short; windows and checkpoints count in slides.
const (
	slide     = 100 * time.Millisecond
	batches   = 40
	batchRows = 1 << 16
	keys      = 1 << 20
	window    = 30 // slides
)

// tally is how many rows there are and the sum of their values.
type tally struct{ n, sum int64 }

// pair is a key and a number.
type pair = rdd.Pair[int64, int64]

// inBatches runs a program over queued batches that make returns, and returns
// what it tallied of the last one and what one of the batches after warm took.
func inBatches[T any](ctx context.Context, warm int, batch func(sc *rdd.Context, i int) *rdd.RDD[T], define func(c *dstream.Context, in *dstream.DStream[T], out func(tally))) (string, error) {
	c := dstream.NewContext("batches", slide, rdd.Workers(2))
	dir, err := os.MkdirTemp("", "spate-bench-checkpoint")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	c.Checkpoint(dir)
	q := dstream.NewQueue[T]()
	for i := range batches {
		q.Push(batch(c.RDDContext(), i))
	}
	var tallies []tally
	define(c, dstream.QueueStream(c, q, false, nil), func(t tally) { tallies = append(tallies, t) }) // one batch at a time
	done, took, cpu := 0, time.Duration(0), time.Duration(0)
	all := make(chan struct{})
	c.AddListener(&dstream.Listener{BatchCompleted: func(b dstream.BatchInfo) {
		if done++; done > batches {
			return
		}
		if d, _ := b.ProcessingDelay(); done > warm {
			took += d
		}
		switch done {
		case warm:
			cpu = cpuTime()
		case batches:
			cpu = cpuTime() - cpu
			close(all)
		}
	}})
	if err := c.Start(ctx); err != nil {
		return "", err
	}
	failed := make(chan error, 1)
	go func() { failed <- c.AwaitTermination(ctx) }() // ends with Stop
	select {
	case <-all:
	case err := <-failed:
		return "", err
	}
	err = c.Stop(ctx)
	last := tallies[batches-1]
	n := float64(batches - warm)
	return fmt.Sprintf("%d %d\ntook %f %f", last.n, last.sum, took.Seconds()/n, cpu.Seconds()/n), err
}

// tallied hands the tally of each batch to out.
func tallied[T any](d *dstream.DStream[T], value func(T) int64, out func(tally)) {
	d.ForEachRDD(func(ctx context.Context, r *rdd.RDD[T], _ time.Time) error {
		t, err := rdd.Aggregate(ctx, r, func() tally { return tally{} }, func(t tally, x T) tally {
			return tally{t.n + 1, t.sum + value(x)}
		}, func(a, b tally) tally { return tally{a.n + b.n, a.sum + b.sum} })
		out(t)
		return err
	})
}

// keyBatch is a batch of random keys, each with 1.
func keyBatch(sc *rdd.Context, i int) *rdd.RDD[pair] {
	rows := make([]pair, batchRows)
	for k := range rows {
		rows[k] = rdd.KV(mix(int64(i*batchRows+k))&(keys-1), int64(1))
	}
	return rdd.Parallelize(sc, rows, 2)
}

// everyKey is a state of 0 for every key.
func everyKey(sc *rdd.Context) *rdd.RDD[pair] {
	return rdd.Map(rdd.Range(sc, 0, keys, 1, 2), func(k int64) pair { return rdd.KV(k, int64(0)) })
}

// updateState adds up the values of 1 M keys by UpdateStateByKey.
func updateState(ctx context.Context, _ string) (string, error) {
	return inBatches(ctx, 10, keyBatch, func(c *dstream.Context, in *dstream.DStream[pair], out func(tally)) {
		sums := dstream.UpdateStateByKeyFrom(in, everyKey(c.RDDContext()), func(values []int64, s rdd.Optional[int64]) rdd.Optional[int64] {
			for _, v := range values {
				s.Value += v
			}
			return rdd.Some(s.Value)
		}).Checkpoint(10 * slide)
		tallied(sums, func(x pair) int64 { return x.Value }, out)
	})
}

// mapState is updateState by MapWithState.
func mapState(ctx context.Context, _ string) (string, error) {
	return inBatches(ctx, 10, keyBatch, func(c *dstream.Context, in *dstream.DStream[pair], out func(tally)) {
		spec := dstream.StateFunction(func(_ int64, v rdd.Optional[int64], s *dstream.KeyState[int64]) int64 {
			sum := s.Lookup().Value + v.Value
			s.Update(sum)
			return sum
		}).InitialState(everyKey(c.RDDContext()))
		tallied(dstream.MapWithState(in, spec).Checkpoint(10*slide).DStream, func(sum int64) int64 { return sum }, out)
	})
}

// windowedWordCount counts the words of the last 30 batches, window by window.
func windowedWordCount(ctx context.Context, dir string) (string, error) {
	data, err := text(dir)
	if err != nil {
		return "", err
	}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	batch := func(sc *rdd.Context, i int) *rdd.RDD[string] {
		return rdd.Parallelize(sc, lines[min(i*batchRows, len(lines)):min((i+1)*batchRows, len(lines))], 2)
	}
	return inBatches(ctx, window+2, batch, func(c *dstream.Context, in *dstream.DStream[string], out func(tally)) {
		words := dstream.AppendMap(in, rdd.AppendFields)
		ones := dstream.Map(words, func(w string) count { return rdd.KV(w, int64(1)) })
		counts := dstream.ReduceByKeyAndWindowInverse(ones, func(a, b int64) int64 { return a + b }, func(a, b int64) int64 { return a - b }, window*slide, slide, nil)
		counts.Checkpoint(10 * slide)
		tallied(counts, func(x count) int64 { return x.Value }, out)
	})
}
