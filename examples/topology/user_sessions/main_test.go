package main

import (
	"bytes"
	"testing"
	"testing/synctest"

	"github.com/spatestream/spate/examples/printed"
	"github.com/spatestream/spate/topology/source"
)

// TestPrints sends a click a second: how late one may be does not depend on that.
func TestPrints(t *testing.T) {
	blocks := printed.Blocks(t)
	lines := printed.Lines(blocks[0])
	synctest.Test(t, func(t *testing.T) {
		site := source.Generate(1, func(n int64) (string, bool) {
			if n == int64(len(lines)) {
				return "", false
			}
			return lines[n], true
		})
		var out bytes.Buffer
		if err := job(site, &out).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		printed.Want(t, out.String(), blocks[1])
	})
}
