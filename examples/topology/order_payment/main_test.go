package main

import (
	"bytes"
	"testing"

	"github.com/spatestream/spate/examples/printed"
	"github.com/spatestream/spate/topology/source"
)

func TestPrints(t *testing.T) {
	blocks := printed.Blocks(t)
	var out bytes.Buffer
	if err := job(source.Values(printed.Lines(blocks[0])...), source.Values(printed.Lines(blocks[1])...), &out).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	printed.Want(t, out.String(), blocks[2])
}
