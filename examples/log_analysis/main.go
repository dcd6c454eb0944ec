// Command log_analysis watches the access log of an Apache web server that a TCP
// server sends: per batch how many answers had which status, over the last 30
// seconds the most wanted paths, and since the start how many bytes were sent.
//
//	tail -F /var/log/apache2/access.log | nc -lk 9999
//	go run ./examples/log_analysis localhost 9999
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
	"regexp"
	"strconv"
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
		return errors.New("usage: log_analysis HOST PORT")
	}
	port, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	ssc := dstream.NewContext("log_analysis", 10*time.Second)
	defer ssc.Stop(context.WithoutCancel(ctx))
	ssc.Checkpoint("checkpoint")
	define(ssc.SocketTextStream(args[0], port), 10*time.Second, out)
	if err := ssc.Start(ctx); err != nil {
		return err
	}
	return ssc.AwaitTermination(ctx)
}

// access is a line of the log.
type access struct {
	Path          string
	Status, Bytes int
}

var line = regexp.MustCompile(`^\S+ \S+ \S+ \[[^\]]+\] "\S+ (\S+) [^"]*" (\d{3}) (\d+|-)`)

// parse returns the access of a line, none if it is not of the log's form.
func parse(text string) []access {
	m := line.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	status, _ := strconv.Atoi(m[2])
	bytes, _ := strconv.Atoi(m[3]) // "-" is none
	return []access{{m[1], status, bytes}}
}

type (
	ofStatus = rdd.Pair[int, int]
	ofPath   = rdd.Pair[string, int]
)

func add(a, b int) int { return a + b }

// define prints the three reports.
func define(lines *dstream.DStream[string], batch time.Duration, out io.Writer) {
	accesses := dstream.FlatMap(lines, parse).Cache()

	statuses := dstream.Map(accesses, func(a access) ofStatus { return rdd.KV(a.Status, 1) })
	report(dstream.ReduceByKey(statuses, add), 10, func(a, b ofStatus) int { return cmp.Compare(b.Key, a.Key) }, "statuses", out)

	paths := dstream.Map(accesses, func(a access) ofPath { return rdd.KV(a.Path, 1) })
	wanted := dstream.ReduceByKeyAndWindow(paths, add, 3*batch, batch)
	report(wanted, 3, func(a, b ofPath) int {
		return cmp.Or(cmp.Compare(a.Value, b.Value), cmp.Compare(b.Key, a.Key))
	}, "wanted of late", out)

	sizes := dstream.Map(accesses, func(a access) ofPath { return rdd.KV("all", a.Bytes) })
	total := dstream.UpdateStateByKey(sizes, func(news []int, old rdd.Optional[int]) rdd.Optional[int] {
		for _, n := range news {
			old.Value += n
		}
		return rdd.Some(old.Value)
	})
	report(total, 1, func(a, b ofPath) int { return 0 }, "bytes so far", out)
}

// report prints the first n pairs of each batch by an order.
func report[K comparable](d *dstream.DStream[rdd.Pair[K, int]], n int, compare func(a, b rdd.Pair[K, int]) int, title string, out io.Writer) {
	d.ForEachRDD(func(ctx context.Context, r *rdd.RDD[rdd.Pair[K, int]], t time.Time) error {
		best, err := r.TopFunc(ctx, n, compare)
		fmt.Fprintln(out, t.UnixMilli(), title, best)
		return err
	})
}
