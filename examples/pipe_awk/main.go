// Command pipe_awk sends lines through awk, a process for each partition, and adds
// up what the processes found:
//
//	go run ./examples/pipe_awk
package main

import (
	"context"
	"fmt"
	"github.com/spatestream/spate/rdd"
	"io"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// sales are a shop and an amount, two partitions of three.
var sales = []string{"rome 3", "bonn 1", "rome 4", "bonn 1", "oslo 5", "rome 9"}

func run(ctx context.Context, _ []string, out io.Writer) error {
	sc := rdd.NewContext("pipe_awk")
	defer sc.Stop()
	lines := rdd.Parallelize(sc, sales, 2)
	sums := rdd.PipeArgs(lines, []string{"awk", `{ sum[$1] += $2 } END { for (shop in sum) print shop, sum[shop] }`})
	shops := rdd.ReduceByKey(rdd.Map(sums, parse), func(a, b int) int { return a + b })
	total, err := rdd.SortByKey(shops, rdd.Ascending).Collect(ctx)
	for _, p := range total {
		fmt.Fprintln(out, p.Key, p.Value)
	}
	return err
}

func parse(line string) (p rdd.Pair[string, int]) {
	if _, err := fmt.Sscan(line, &p.Key, &p.Value); err != nil {
		panic(err) // fails the task, which names the line of this file
	}
	return p
}
