package main

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spatestream/spate/examples/printed"
	"github.com/spatestream/spate/topology"
	"github.com/spatestream/spate/topology/source"
)

// TestPrints sends vehicles two seconds apart, beginning one second after the
// temperatures.
func TestPrints(t *testing.T) {
	blocks := printed.Blocks(t)
	vehicles, temperatures := printed.Lines(blocks[0]), printed.Lines(blocks[1])
	synctest.Test(t, func(t *testing.T) {
		c := make(chan string)
		go func() { // ends when the vehicles are out
			defer close(c)
			time.Sleep(time.Second) // the clock of the test
			for _, v := range vehicles {
				c <- v
				time.Sleep(2 * time.Second)
			}
		}()
		var out bytes.Buffer
		var measured func() topology.Source[string] = source.Values(temperatures...)
		if err := job(source.Chan(c), measured, &out).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		printed.Want(t, out.String(), blocks[2])
	})
}
