// Command parallel_vehicle_count counts vehicles of two sensors: with one counter
// (-job 1), with two that share the vehicles between them (2), and with two of
// which each has its own kinds of vehicles (3), as in the book.
//
//	nc -lk 9990
//	nc -lk 9991
//	go run ./examples/topology/parallel_vehicle_count -job 3
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
	"github.com/spatestream/spate/topology/source"
)

func main() {
	sensor := flag.String("sensor", "localhost:9990", "where the first sensor is; the second is at the port above")
	variant := flag.Int("job", 3, "1: one counter, 2: two, 3: two by kind")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := job(*variant, source.Dial(*sensor), os.Stdout).Run(ctx); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// job counts the lines that two sensors send.
func job(variant int, sensor func() topology.Source[string], out io.Writer) *topology.Job {
	print := log.New(out, "", 0)
	j := topology.NewJob(fmt.Sprint("parallelized_vehicle_count_", variant))
	lines := topology.AddSource(j, "sensor", sensor, topology.Parallelism(2))
	vehicles := topology.Apply(lines, "sensor-reader", func() reader { return reader{print} })
	counters := 2
	switch variant {
	case 1:
		counters = 1
	case 2:
		vehicles = topology.Shuffle(vehicles)
	default:
		vehicles = topology.Fields(vehicles, func(kind string) string { return kind })
	}
	topology.To(vehicles, "vehicle-counter", func() *counter { return &counter{print, map[string]int{}} }, topology.Parallelism(counters))
	return j
}

// reader prints what a sensor saw.
type reader struct{ print *log.Logger }

func (r reader) Apply(ctx *topology.Context, kind string, out *topology.Emitter[string]) error {
	r.print.Printf("\nSensorReader :: instance %d --> %s", ctx.Instance(), kind)
	out.Emit(kind)
	return nil
}

// counter counts the vehicles that come to its instance.
type counter struct {
	print  *log.Logger
	counts map[string]int
}

func (c *counter) Write(ctx *topology.Context, kind string) error {
	c.counts[kind]++
	var text strings.Builder
	for _, k := range slices.Sorted(maps.Keys(c.counts)) {
		fmt.Fprintf(&text, "\n  %s: %d", k, c.counts[k])
	}
	c.print.Printf("VehicleCounter :: instance %d --> %s", ctx.Instance(), &text)
	return nil
}
