// Command spark_pi estimates pi by throwing darts at a square:
//
//	go run ./examples/spark_pi 10
//
// The argument is the number of slices, of 100,000 darts each.
package main

import (
	"context"
	"fmt"
	"github.com/spatestream/spate/rdd"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"strconv"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

const darts = 100_000

func run(ctx context.Context, args []string, out io.Writer) error {
	slices := 2
	if len(args) > 0 {
		n, err := strconv.Atoi(args[0])
		if err != nil {
			return err
		}
		slices = n
	}
	sc := rdd.NewContext("spark_pi")
	defer sc.Stop()
	// A slice throws with its own number as the seed, so that a task that runs
	// again finds the same.
	hits := rdd.Map(rdd.Range(sc, 0, int64(slices), 1, slices), func(slice int64) int64 {
		dice, n := rand.New(rand.NewPCG(uint64(slice), 0)), int64(0)
		for range darts {
			x, y := 2*dice.Float64()-1, 2*dice.Float64()-1
			if x*x+y*y <= 1 {
				n++
			}
		}
		return n
	})
	inside, err := hits.Reduce(ctx, func(a, b int64) int64 { return a + b })
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "Pi is roughly %.3f\n", 4*float64(inside)/float64(slices*darts))
	return err
}
