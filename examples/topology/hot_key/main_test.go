package main

import (
	"bytes"
	"testing"

	"github.com/spatestream/spate/examples/printed"
	"github.com/spatestream/spate/topology/source"
)

func TestPrints(t *testing.T) {
	blocks := printed.Blocks(t)
	for i, by := range []string{"partial-key", "fields"} {
		var out bytes.Buffer
		if err := job(by, source.Values(printed.Lines(blocks[0])...), &out).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		printed.Want(t, out.String(), blocks[1+i])
	}
}
