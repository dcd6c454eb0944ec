// Command taxi_windows reads rides as CSV lines (district, passengers, fare) from
// a TCP server and prints, every ten seconds, for each district how many there
// were in the last half minute, and their mean fare:
//
//	nc -lk 9999
//	go run ./examples/taxi_windows localhost 9999
package main

import (
	"context"
	"errors"
	"fmt"
	"github.com/spatestream/spate/dstream"
	"github.com/spatestream/spate/rdd"
	"io"
	"math"
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
		return errors.New("usage: taxi_windows HOST PORT")
	}
	port, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	ssc := dstream.NewContext("taxi_windows", 5*time.Second)
	defer ssc.Stop(context.WithoutCancel(ctx))
	define(ssc.SocketTextStream(args[0], port), out)
	if err := ssc.Start(ctx); err != nil {
		return err
	}
	return ssc.AwaitTermination(ctx)
}

// rides is what is known of a district's rides.
type rides struct {
	Rides, Passengers int
	Fares             float64
}

func (r rides) plus(o rides) rides {
	return rides{r.Rides + o.Rides, r.Passengers + o.Passengers, r.Fares + o.Fares}
}

func (r rides) String() string {
	return fmt.Sprintf("%d rides, %d passengers, mean fare %.2f", r.Rides, r.Passengers, r.Fares/float64(r.Rides))
}

// parse returns the ride of a line, none if it is not one.
func parse(line string) []rdd.Pair[string, rides] {
	f := strings.Split(line, ",")
	if len(f) != 3 {
		return nil
	}
	passengers, bad := strconv.Atoi(f[1])
	fare, worse := strconv.ParseFloat(f[2], 64)
	if errors.Join(bad, worse) != nil || math.IsNaN(fare) {
		return nil
	}
	return []rdd.Pair[string, rides]{rdd.KV(f[0], rides{1, passengers, fare})}
}

// define prints the districts of the last 30 seconds in their order.
func define(lines *dstream.DStream[string], out io.Writer) {
	districts := dstream.ReduceByKeyAndWindow(dstream.FlatMap(lines, parse), rides.plus, 30*time.Second, 10*time.Second)
	sorted := dstream.Transform(districts, func(r *rdd.RDD[rdd.Pair[string, rides]]) *rdd.RDD[rdd.Pair[string, rides]] {
		return rdd.SortByKey(r, rdd.Ascending, rdd.Into(1))
	})
	sorted.Fprint(out, 20)
}
