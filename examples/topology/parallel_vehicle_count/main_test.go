package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/spatestream/spate/examples/printed"
	"github.com/spatestream/spate/topology/source"
)

// TestPrints looks at the last counts of each counter: what comes before is in
// any order.
func TestPrints(t *testing.T) {
	blocks := printed.Blocks(t)
	vehicles := printed.Lines(blocks[0])
	for variant := 1; variant <= 3; variant++ {
		var out bytes.Buffer
		if err := job(variant, source.Values(vehicles...), &out).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		for i, kind := range vehicles {
			if line := fmt.Sprintf("\nSensorReader :: instance %d --> %s\n", i%2, kind); !strings.Contains(out.String(), line) {
				t.Errorf("job %d: not %q in\n%s", variant, line, &out)
			}
		}
		if got := lastCounts(out.String()); got != blocks[variant] {
			t.Errorf("job %d ends with\n%s", variant, got)
		}
	}
}

// lastCounts returns what each counter printed last, by instance.
func lastCounts(text string) string {
	const head = "VehicleCounter :: instance "
	last := map[string]string{}
	for _, block := range strings.Split(text, head)[1:] {
		block, _, _ = strings.Cut(block, "\n\n")
		last[block[:1]] = head + strings.TrimSuffix(block, "\n") + "\n"
	}
	var all []string
	for _, block := range last {
		all = append(all, block)
	}
	slices.Sort(all)
	return strings.Join(all, "")
}
