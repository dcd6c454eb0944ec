// Command raw_network_grep counts the lines with "the" in blocks of lines that
// servers send in the engine's own form (dstream.AppendRawBlock), over as many
// connections as asked for:
//
//	go run ./examples/raw_network_grep 2 localhost 9999 1000
//
// The last argument is the batch interval in milliseconds.
package main

import (
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
	if len(args) != 4 {
		return errors.New("usage: raw_network_grep STREAMS HOST PORT BATCH_MILLISECONDS")
	}
	streams, bad := strconv.Atoi(args[0])
	port, worse := strconv.Atoi(args[2])
	interval, worst := strconv.Atoi(args[3])
	if err := errors.Join(bad, worse, worst); err != nil {
		return err
	}
	ssc := dstream.NewContext("raw_network_grep", time.Duration(interval)*time.Millisecond)
	defer ssc.Stop(context.WithoutCancel(ctx))
	var inputs []*dstream.DStream[string]
	for range max(1, streams) {
		inputs = append(inputs, dstream.RawSocketStream[string](ssc, args[1], port))
	}
	define(dstream.Union(inputs[0], inputs[1:]...), out)
	if err := ssc.Start(ctx); err != nil {
		return err
	}
	return ssc.AwaitTermination(ctx)
}

// define prints how many lines of each batch have "the" in them.
func define(lines *dstream.DStream[string], out io.Writer) {
	found := lines.Filter(func(l string) bool { return strings.Contains(l, "the") })
	found.ForEachRDD(func(ctx context.Context, r *rdd.RDD[string], _ time.Time) error {
		n, err := r.Count(ctx)
		fmt.Fprintln(out, "Grep count:", n)
		return err
	})
}
