// Command network_wordcount counts the words of the lines that a TCP server
// sends, batch by batch:
//
//	nc -lk 9999
//	go run ./examples/network_wordcount localhost 9999
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
	if len(args) != 2 {
		return errors.New("usage: network_wordcount HOST PORT")
	}
	port, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	ssc := dstream.NewContext("network_wordcount", time.Second)
	defer ssc.Stop(context.WithoutCancel(ctx))
	define(ssc.SocketTextStream(args[0], port), out)
	if err := ssc.Start(ctx); err != nil {
		return err
	}
	return ssc.AwaitTermination(ctx)
}

// define prints the words of each batch and how often they come.
func define(lines *dstream.DStream[string], out io.Writer) {
	words := dstream.FlatMap(lines, strings.Fields)
	ones := dstream.Map(words, func(w string) rdd.Pair[string, int] { return rdd.KV(w, 1) })
	dstream.ReduceByKey(ones, func(a, b int) int { return a + b }).Fprint(out, 10)
}
