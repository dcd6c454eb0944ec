package main

import (
	"bytes"
	"testing"
	"testing/synctest"

	"github.com/spatestream/spate/examples/printed"
	"github.com/spatestream/spate/topology/source"
)

// TestPrints sends a line every second of a clock of its own.
func TestPrints(t *testing.T) {
	blocks := printed.Blocks(t)
	lines := printed.Lines(blocks[0])
	for i, own := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			gateway := source.Generate(1, func(n int64) (string, bool) {
				if n == int64(len(lines)) {
					return "", false
				}
				return lines[n], true
			})
			var out bytes.Buffer
			if err := job(gateway, own, &out).Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			if want := blocks[1+i]; out.String() != want {
				t.Errorf("own %v: printed\n%s\nwant\n%s", own, &out, want)
			}
		})
	}
}
