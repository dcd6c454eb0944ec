// Command topk_wordcount prints, every second, the three most frequent words that
// a TCP server has sent in the last 30 seconds: the program that the paper on
// discretized streams (Zaharia and others, 2013) measures.
//
//	nc -lk 9999
//	go run ./examples/topk_wordcount localhost 9999
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/rdd"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) != 2 {
		return errors.New("usage: topk_wordcount HOST PORT")
	}
	port, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	ssc := dstream.NewContext("topk_wordcount", time.Second)
	defer ssc.Stop(context.WithoutCancel(ctx))
	ssc.Checkpoint("checkpoint")
	define(ssc.SocketTextStream(args[0], port), out)
	if err := ssc.Start(ctx); err != nil {
		return err
	}
	return ssc.AwaitTermination(ctx)
}

type count = rdd.Pair[string, int]

// define prints the three most frequent words of a sliding window. Each batch
// is counted once; the window adds counts that enter and subtracts those that
// leave, and every partition hands on its best three only.
func define(lines *dstream.DStream[string], out io.Writer) {
	words := dstream.FlatMap(lines, strings.Fields)
	ones := dstream.Map(words, func(w string) count { return rdd.KV(w, 1) })
	add, subtract := func(a, b int) int { return a + b }, func(a, b int) int { return a - b }
	there := func(c count) bool { return c.Value > 0 }
	counts := dstream.ReduceByKeyAndWindowInverse(ones, add, subtract, 30*time.Second, time.Second, there)
	counts.ForEachRDD(func(ctx context.Context, r *rdd.RDD[count], t time.Time) error {
		best, err := r.TopFunc(ctx, 3, func(a, b count) int {
			return cmp.Or(cmp.Compare(a.Value, b.Value), cmp.Compare(b.Key, a.Key))
		})
		fmt.Fprintln(out, t.UnixMilli(), best)
		return err
	})
}
