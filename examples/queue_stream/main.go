// Command queue_stream makes a stream of RDDs that the program pushes into a
// queue, and counts remainders:
//
//	go run ./examples/queue_stream
package main

import (
	"context"
	"fmt"
	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/rdd"
	"io"
	"os"
	"os/signal"
	"slices"
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

func run(ctx context.Context, _ []string, out io.Writer) error {
	ssc := dstream.NewContext("queue_stream", time.Second)
	defer ssc.Stop(context.WithoutCancel(ctx))
	queue := dstream.NewQueue[int]()
	define(dstream.QueueStream(ssc, queue, false, nil), out)
	for range 5 {
		queue.Push(thousand(ssc.RDDContext()))
	}
	if err := ssc.Start(ctx); err != nil {
		return err
	}
	_, err := ssc.AwaitTerminationOrTimeout(ctx, 6*time.Second)
	return err
}

// thousand is an RDD of the numbers from 1 to 1000.
func thousand(sc *rdd.Context) *rdd.RDD[int] {
	numbers := slices.Collect(func(yield func(int) bool) {
		for i := 1; i <= 1000 && yield(i); i++ {
		}
	})
	return rdd.Parallelize(sc, numbers, 10)
}

// define prints how many numbers of each batch leave which remainder by 10.
func define(numbers *dstream.DStream[int], out io.Writer) {
	ones := dstream.Map(numbers, func(x int) rdd.Pair[int, int] { return rdd.KV(x%10, 1) })
	dstream.ReduceByKey(ones, func(a, b int) int { return a + b }).Fprint(out, 10)
}
