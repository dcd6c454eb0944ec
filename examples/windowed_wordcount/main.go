// Command windowed_wordcount counts, every two seconds, the words that a TCP
// server has sent in the last ten:
//
//	nc -lk 9999
//	go run ./examples/windowed_wordcount localhost 9999
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
		return errors.New("usage: windowed_wordcount HOST PORT")
	}
	port, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	ssc := dstream.NewContext("windowed_wordcount", time.Second)
	defer ssc.Stop(context.WithoutCancel(ctx))
	ssc.Checkpoint("checkpoint")
	define(ssc.SocketTextStream(args[0], port), out)
	if err := ssc.Start(ctx); err != nil {
		return err
	}
	return ssc.AwaitTermination(ctx)
}

// define prints the words of the last ten seconds. What enters the window is
// added and what leaves it subtracted, so the length costs nothing; a word that
// is left with 0 is dropped.
func define(lines *dstream.DStream[string], out io.Writer) {
	words := dstream.FlatMap(lines, strings.Fields)
	ones := dstream.Map(words, func(w string) rdd.Pair[string, int] { return rdd.KV(w, 1) })
	add, subtract := func(a, b int) int { return a + b }, func(a, b int) int { return a - b }
	there := func(p rdd.Pair[string, int]) bool { return p.Value > 0 }
	dstream.ReduceByKeyAndWindowInverse(ones, add, subtract, 10*time.Second, 2*time.Second, there).Fprint(out, 10)
}
