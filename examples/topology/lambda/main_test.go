package main

import (
	"bytes"
	"testing"
	"testing/synctest"

	"github.com/spatestream/spate/examples/printed"
)

func TestPrints(t *testing.T) {
	blocks := printed.Blocks(t)
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		if err := both(t.Context(), printed.Lines(blocks[0]), &out); err != nil {
			t.Fatal(err)
		}
		if out.String() != blocks[1] {
			t.Errorf("printed\n%s\nwant\n%s", out.String(), blocks[1])
		}
	})
}
