// Command merge counts the vehicles of one bridge and the clones of those of
// another at one toll booth.
//
//	nc -lk 9990
//	nc -lk 9991
//	go run ./examples/topology/merge
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"

	"github.com/spatestream/spate/examples/topology/toll"
	"github.com/spatestream/spate/topology"
	"github.com/spatestream/spate/topology/source"
)

func main() {
	first := flag.String("first", "localhost:9990", "where the first bridge is")
	second := flag.String("second", "localhost:9991", "where the second bridge is")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := job(source.Dial(*first), source.Dial(*second), os.Stdout).Run(ctx); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// job sends the vehicles of one bridge and the clones of another to one booth.
func job(first, second func() topology.Source[string], out io.Writer) *topology.Job {
	print := log.New(out, "", 0)
	j := topology.NewJob("merge")
	one := topology.Apply(topology.AddSource(j, "vehicles-1", first), "bridge-1", toll.Bridge(print, false))
	two := topology.Apply(topology.AddSource(j, "vehicles-2", second), "bridge-2", toll.Bridge(print, true), topology.Emits(toll.Clone))
	topology.Discard(two)
	topology.To(topology.Merge(one, topology.Select(two, toll.Clone)), "booth", toll.Booth(print))
	return j
}
