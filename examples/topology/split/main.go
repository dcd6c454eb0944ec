// Command split counts the vehicles of a bridge at one toll booth and their
// clones, which come on a channel of their own, at another.
//
//	nc -lk 9990
//	go run ./examples/topology/split
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
	bridge := flag.String("bridge", "localhost:9990", "where the bridge is")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := job(source.Dial(*bridge), os.Stdout).Run(ctx); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// job sends vehicles and their clones to a booth each.
func job(vehicles func() topology.Source[string], out io.Writer) *topology.Job {
	print := log.New(out, "", 0)
	j := topology.NewJob("split")
	in := topology.AddSource(j, "vehicles", vehicles)
	passed := topology.Apply(in, "bridge", toll.Bridge(print, true), topology.Emits(toll.Clone))
	topology.To(passed, "booth", toll.Booth(print))
	topology.To(topology.Select(passed, toll.Clone), "booth-of-clones", toll.Booth(print))
	return j
}
