// Command stateful_network_wordcount counts the words that a TCP server has sent
// since the start:
//
//	nc -lk 9999
//	go run ./examples/stateful_network_wordcount localhost 9999
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
		return errors.New("usage: stateful_network_wordcount HOST PORT")
	}
	port, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	ssc := dstream.NewContext("stateful_network_wordcount", time.Second)
	defer ssc.Stop(context.WithoutCancel(ctx))
	ssc.Checkpoint("checkpoint")
	define(ssc.SocketTextStream(args[0], port), out)
	if err := ssc.Start(ctx); err != nil {
		return err
	}
	return ssc.AwaitTermination(ctx)
}

// define prints every word so far and how often it has come.
func define(lines *dstream.DStream[string], out io.Writer) {
	words := dstream.FlatMap(lines, strings.Fields)
	ones := dstream.Map(words, func(w string) rdd.Pair[string, int] { return rdd.KV(w, 1) })
	dstream.UpdateStateByKey(ones, func(news []int, count rdd.Optional[int]) rdd.Optional[int] {
		return rdd.Some(count.Value + len(news))
	}).Fprint(out, 10)
}
