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
	if err := job(source.Values(printed.Lines(blocks[0])...), &out).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if out.String() != blocks[1] {
		t.Errorf("printed\n%s", &out)
	}
}
