// Command vehicle_count counts the vehicles that a sensor at a toll booth
// reports, a line for each: the first job of the book.
//
//	nc -lk 9990
//	go run ./examples/topology/vehicle_count -page localhost:7000
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"

	"github.com/spatestream/spate/topology"
	"github.com/spatestream/spate/topology/page"
	"github.com/spatestream/spate/topology/source"
)

func main() {
	sensor := flag.String("sensor", "localhost:9990", "where the sensor is")
	address := flag.String("page", "", "`address` at which a browser finds the job, such as localhost:7000")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var options []topology.Option
	if *address != "" {
		options = append(options, page.At(*address))
	}
	if err := job(source.Dial(*sensor), os.Stdout, options...).Run(ctx); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// job counts the lines that a sensor sends.
func job(sensor func() topology.Source[string], out io.Writer, options ...topology.Option) *topology.Job {
	print := log.New(out, "", 0)
	j := topology.NewJob("vehicle_count", options...)
	lines := topology.AddSource(j, "sensor", sensor)
	vehicles := topology.MapFunc(lines, "sensor-reader", func(kind string) string {
		print.Printf("\nSensorReader --> %s", kind)
		return kind
	})
	topology.To(vehicles, "vehicle-counter", func() *counter { return &counter{print, map[string]int{}} })
	return j
}

// counter counts vehicles by their kind and prints all counts with each.
type counter struct {
	print  *log.Logger
	counts map[string]int
}

func (c *counter) Write(_ *topology.Context, kind string) error {
	c.counts[kind]++
	var text strings.Builder
	for _, k := range slices.Sorted(maps.Keys(c.counts)) {
		fmt.Fprintf(&text, "\n  %s: %d", k, c.counts[k])
	}
	c.print.Print("VehicleCounter --> ", text.String())
	return nil
}
