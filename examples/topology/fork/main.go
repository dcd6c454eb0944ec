// Command fork counts the vehicles of a bridge at two toll booths, each of which
// sees all of them.
//
//	nc -lk 9990
//	go run ./examples/topology/fork
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

// job sends the vehicles of a bridge to two booths.
func job(vehicles func() topology.Source[string], out io.Writer) *topology.Job {
	print := log.New(out, "", 0)
	j := topology.NewJob("fork")
	in := topology.AddSource(j, "vehicles", vehicles)
	passed := topology.Apply(in, "bridge", toll.Bridge(print, false))
	topology.To(passed, "booth-1", toll.Booth(print))
	topology.To(passed, "booth-2", toll.Booth(print))
	return j
}
