package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/spatestream/spate/topology/source"
)

// What the two bridges print is in any order, but the last counts are all.
func TestPrints(t *testing.T) {
	var out bytes.Buffer
	if err := job(source.Values("car", "bus"), source.Values("bus"), &out).Run(t.Context()); err != nil {
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
	want := "toll booth (booth) :: instance 0 -->\n  bus: 1\n  bus clone: 1\n  car: 1\n"
	if got := text[strings.LastIndex(text, "toll booth"):]; got != want {
		t.Errorf("the last counts are\n%s", got)
	}
}
