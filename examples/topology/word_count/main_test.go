package main

import (
	"bytes"
	"testing"

	"github.com/spatestream/spate/examples/printed"
	"github.com/spatestream/spate/topology/source"
)

func TestPrints(t *testing.T) {
	var out bytes.Buffer
	if err := job(source.Values("The sea and", "the lake", "", "the sea"), &out).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	printed.Want(t, out.String(), `
the: 1
sea: 1
and: 1
the: 2
lake: 1
the: 3
sea: 2
`)
}
