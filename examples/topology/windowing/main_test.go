package main

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/spatestream/spate/examples/printed"
	"github.com/spatestream/spate/topology/source"
)

func TestPrints(t *testing.T) {
	blocks := printed.Blocks(t)
	lines := printed.Lines(blocks[0])
	synctest.Test(t, func(t *testing.T) {
		terminal := source.Generate(0.5, func(n int64) (string, bool) {
			if n == int64(len(lines)) {
				return "", false
			}
			return lines[n], true
		})
		var out bytes.Buffer
		if err := job(terminal, &out).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		printed.Want(t, out.String(), blocks[1])
	})
}

func TestWhatIsNoTransaction(t *testing.T) {
	var out bytes.Buffer
	if err := job(source.Values("one", "1,x"), &out).Run(t.Context()); err != nil || strings.Count(out.String(), " is no transaction") != 2 {
		t.Error(&out, err)
	}
}
