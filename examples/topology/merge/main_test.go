package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/spatestream/spate/examples/printed"
	"github.com/spatestream/spate/topology/source"
)

// What the two bridges print is in any order, but the last counts are all.
func TestPrints(t *testing.T) {
	blocks := printed.Blocks(t)
	var out bytes.Buffer
	if err := job(source.Values(printed.Lines(blocks[0])...), source.Values(printed.Lines(blocks[1])...), &out).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	for _, line := range []string{
		"\nbridge (bridge-1) :: instance 0 --> car\n",
		"\nbridge (bridge-1) :: instance 0 --> bus\n",
		"\nbridge (bridge-2) :: instance 0 --> bus\n",
	} {
		if !strings.Contains(text, line) {
			t.Errorf("not %q in\n%s", line, text)
		}
	}
	if got := text[strings.LastIndex(text, "toll booth"):]; got != blocks[2] {
		t.Errorf("the last counts are\n%s", got)
	}
}
