// Command recoverable_wordcount appends the word counts of each batch to a file,
// and goes on after a crash where it was, without the words of a list:
//
//	nc -lk 9999
//	go run ./examples/recoverable_wordcount localhost 9999 checkpoint counts.txt
//
// A batch that had not completed is run again: its lines may be in the file twice.
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
	"path/filepath"
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
		return errors.New("usage: recoverable_wordcount HOST PORT CHECKPOINT FILE")
	}
	port, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	ssc, err := dstream.GetOrCreate(args[2], func() (*dstream.Context, error) {
		fmt.Fprintln(out, "Creating new context")
		ssc := dstream.NewContext("recoverable_wordcount", time.Second, rdd.Conf("spark.streaming.receiver.writeAheadLog.enable", "true"))
		return ssc, define(ssc.SocketTextStream(args[0], port), args[3], out)
	})
	if err != nil {
		return err
	}
	defer ssc.Stop(context.WithoutCancel(ctx))
	if err := ssc.Start(ctx); err != nil {
		return err
	}
	return ssc.AwaitTermination(ctx)
}

// define appends the counts of each batch to the file at path. The words to leave out are
// broadcast, and counted when left out.
func define(lines *dstream.DStream[string], path string, out io.Writer) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	sc := lines.Context().RDDContext()
	unwanted := rdd.NewBroadcast(sc, map[string]bool{"a": true, "b": true, "c": true})
	dropped := rdd.LongAccumulator(sc, "DroppedWordsCounter")
	words := dstream.FlatMap(lines, strings.Fields)
	ones := dstream.Map(words, func(w string) rdd.Pair[string, int] { return rdd.KV(w, 1) })
	counts := dstream.ReduceByKey(ones, func(a, b int) int { return a + b })
	counts.ForEachRDD(func(ctx context.Context, r *rdd.RDD[rdd.Pair[string, int]], t time.Time) error {
		kept, err := r.TryFilter(func(task *rdd.Task, p rdd.Pair[string, int]) (bool, error) {
			if unwanted.Value()[p.Key] {
				dropped.Add(task, int64(p.Value))
				return false, nil
			}
			return true, nil
		}).Collect(ctx)
		if err != nil {
			return err
		}
		line := fmt.Sprintf("Counts at time %d ms %v", t.UnixMilli(), kept)
		fmt.Fprintf(out, "%s\nDropped %d word(s) totally\n", line, dropped.Value().Sum)
		return appendLine(path, line)
	})
	return nil
}

func appendLine(path, line string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f, line)
	return errors.Join(err, f.Close())
}
