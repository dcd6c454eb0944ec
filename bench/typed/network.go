package main

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/rdd"
)

// Word counts are int64, as those of the RDDs.
type count = rdd.Pair[string, int64]

func counted(lines *dstream.DStream[string]) *dstream.DStream[count] {
	words := dstream.AppendMap(lines, rdd.AppendFields)
	ones := dstream.Map(words, func(w string) count { return rdd.KV(w, int64(1)) })
	return dstream.ReduceByKey(ones, func(a, b int64) int64 { return a + b })
}

// networkWordCount counts the words of lines from a socket in batches of a
// second, as the guide's program does, and returns the most frequent of one
// pass. It prints how long it took from the first line to the last.
func networkWordCount(ctx context.Context, dir string) (string, error) {
	const passes = 8
	words, err := words(dir)
	if err != nil {
		return "", err
	}
	totals, left := map[string]int64{}, passes*words
	took, err := overNetwork(ctx, dir, "lines", passes, func(c *dstream.Context, port int, done func()) {
		counted(c.SocketTextStream("127.0.0.1", port)).ForEachRDD(func(ctx context.Context, r *rdd.RDD[count], _ time.Time) error {
			rows, err := r.Collect(ctx)
			for _, x := range rows {
				totals[x.Key] += x.Value
				left -= x.Value
			}
			if left == 0 {
				done()
			}
			return err
		})
	})
	return frequent(totals, passes) + "\n" + took, err
}

// networkGrep counts the lines from a raw socket that hold a word.
func networkGrep(ctx context.Context, dir string) (string, error) {
	const passes = 64
	data, err := text(dir)
	if err != nil {
		return "", err
	}
	holds := rdd.Containing(needle)
	var mu sync.Mutex
	found, left := int64(0), int64(passes*bytes.Count(data, []byte("\n")))
	took, err := overNetwork(ctx, dir, "raw", passes, func(c *dstream.Context, port int, done func()) {
		lines := dstream.RawSocketStream[string](c, "127.0.0.1", port)
		lines.ForEachRDD(func(ctx context.Context, r *rdd.RDD[string], _ time.Time) error {
			type sums struct{ all, found int64 }
			sum, err := rdd.Aggregate(ctx, r, func() sums { return sums{} }, func(s sums, line string) sums {
				s.all++
				if holds(line) {
					s.found++
				}
				return s
			}, func(a, b sums) sums { return sums{a.all + b.all, a.found + b.found} })
			mu.Lock()
			defer mu.Unlock()
			found, left = found+sum.found, left-sum.all
			if left == 0 {
				done()
			}
			return err
		})
	})
	return fmt.Sprint(found/passes) + "\n" + took, err
}

// needle is in few of the lines.
const needle = "zrk"

// overNetwork runs a program over what a sender sends, until the program is
// done, and returns what one pass took.
func overNetwork(ctx context.Context, dir, form string, passes int, define func(c *dstream.Context, port int, done func())) (string, error) {
	port, err := startFeed(dir, form, passes)
	if err != nil {
		return "", err
	}
	c := dstream.NewContext("network", time.Second, rdd.Workers(2))
	all := make(chan struct{})
	define(c, port, func() { close(all) })
	began := begin()
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
	took := began.took(float64(passes))
	return took, c.Stop(ctx)
}

// words counts the words of the text.
func words(dir string) (int64, error) {
	data, err := text(dir)
	return int64(len(bytes.Fields(data))), err
}

// frequent is the five words that come most often, of one of so many passes.
func frequent(totals map[string]int64, passes int64) string {
	all := slices.SortedFunc(maps.Keys(totals), func(a, b string) int {
		if totals[a] != totals[b] {
			return int(totals[b] - totals[a])
		}
		return strings.Compare(b, a)
	})
	var out []count
	for _, w := range all[:min(5, len(all))] {
		out = append(out, rdd.KV(w, totals[w]/passes))
	}
	return fmt.Sprint(out)
}
