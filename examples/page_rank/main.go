// Command page_rank ranks pages by the links between them:
//
//	go run ./examples/page_rank examples/page_rank/links.txt 10
//
// A line of the file is a page, a blank and a page it links to; the second argument is
// how often the ranks are computed anew.
package main

import (
	"context"
	"errors"
	"fmt"
	"github.com/spatestream/spate/rdd"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type (
	link = rdd.Pair[string, string]
	rank = rdd.Pair[string, float64]
)

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) != 2 {
		return errors.New("usage: page_rank FILE ITERATIONS")
	}
	iterations, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	sc := rdd.NewContext("page_rank")
	defer sc.Stop()
	ranks, err := rdd.SortByKey(pageRank(sc.TextFile(args[0]), iterations), rdd.Ascending).Collect(ctx)
	for _, r := range ranks {
		fmt.Fprintf(out, "%s has rank %.4f\n", r.Key, r.Value)
	}
	return err
}

func parse(line string) []link {
	f := strings.Fields(line)
	if len(f) != 2 {
		return nil
	}
	return []link{rdd.KV(f[0], f[1])}
}

// pageRank lets every page give its rank away in equal parts to the pages it
// links to. Links are grouped once and kept where they lie: the ranks, placed
// alike, are joined to them without a shuffle.
func pageRank(lines *rdd.RDD[string], iterations int) *rdd.RDD[rank] {
	links := rdd.GroupByKey(rdd.Distinct(rdd.FlatMap(lines, parse))).Cache()
	ranks := rdd.MapValues(links, func([]string) float64 { return 1 })
	for range iterations {
		gifts := rdd.FlatMap(rdd.Values(rdd.Join(links, ranks)), gifts)
		sums := rdd.ReduceByKey(gifts, func(a, b float64) float64 { return a + b })
		ranks = rdd.MapValues(sums, func(sum float64) float64 { return 0.15 + 0.85*sum })
	}
	return ranks
}

// gifts is what a page gives to those it links to.
func gifts(page rdd.Joined[[]string, float64]) (out []rank) {
	for _, to := range page.Left {
		out = append(out, rdd.KV(to, page.Right/float64(len(page.Left))))
	}
	return out
}
