// Command join_with_dataset weighs the words that a TCP server sends: it joins
// each batch with a file of words and weights, which is read again for every batch
// and so may change while the program runs.
//
//	nc -lk 9999
//	go run ./examples/join_with_dataset localhost 9999 weights.txt
//
// A line of the file is a word, a blank and a whole number.
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
	if len(args) != 3 {
		return errors.New("usage: join_with_dataset HOST PORT FILE")
	}
	port, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	ssc := dstream.NewContext("join_with_dataset", time.Second)
	defer ssc.Stop(context.WithoutCancel(ctx))
	define(ssc.SocketTextStream(args[0], port), args[2], out)
	if err := ssc.Start(ctx); err != nil {
		return err
	}
	return ssc.AwaitTermination(ctx)
}

type weighed = rdd.Pair[string, int]

// weight returns the pair of a line, none if it is not one.
func weight(line string) []weighed {
	word, text, _ := strings.Cut(line, " ")
	n, err := strconv.Atoi(text)
	if err != nil {
		return nil
	}
	return []weighed{rdd.KV(word, n)}
}

// define prints the words of each batch that the file has, times their weight.
func define(lines *dstream.DStream[string], path string, out io.Writer) {
	words := dstream.FlatMap(lines, strings.Fields)
	ones := dstream.Map(words, func(w string) weighed { return rdd.KV(w, 1) })
	counts := dstream.ReduceByKey(ones, func(a, b int) int { return a + b })
	dstream.Transform(counts, func(r *rdd.RDD[weighed]) *rdd.RDD[weighed] {
		weights := rdd.FlatMap(r.Context().TextFile(path, 1), weight)
		return rdd.MapValues(rdd.Join(r, weights), func(j rdd.Joined[int, int]) int { return j.Left * j.Right })
	}).Fprint(out, 10)
}
