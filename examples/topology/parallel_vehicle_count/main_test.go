package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/spatestream/spate/topology/source"
)

// TestPrints looks at the last counts of each counter: what comes first is
// chance.
func TestPrints(t *testing.T) {
	for variant, check := range map[int]func(last map[string]string) bool{
		1: func(last map[string]string) bool {
			return last["0"] == "\n  bus: 2\n  car: 6\n  truck: 4" && len(last) == 1
		},
		// Each reader deals its six vehicles out, beginning with counter 0.
		2: func(last map[string]string) bool {
			return last["0"] == "\n  bus: 2\n  car: 3\n  truck: 1" && last["1"] == "\n  car: 3\n  truck: 3"
		},
		3: func(last map[string]string) bool {
			all := last["0"] + last["1"] + "\n"
			return strings.Count(all, ":") == 3 && strings.Contains(all, " bus: 2\n") && strings.Contains(all, " car: 6\n") && strings.Contains(all, " truck: 4\n")
		},
	} {
		var out bytes.Buffer
		sensor := source.Values("car", "bus", "truck", "car", "car", "truck", "truck", "car", "car", "bus", "car", "truck")
		if err := job(variant, sensor, &out).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		text := out.String()
		for i, first := range []string{"car", "bus"} {
			if line := fmt.Sprintf("\nSensorReader :: instance %d --> %s\n", i, first); !strings.Contains(text, line) {
				t.Errorf("job %d: not %q in\n%s", variant, line, text)
			}
		}
		if last := lastCounts(text); !check(last) {
			t.Errorf("job %d: %q of\n%s", variant, last, text)
		}
	}
}

// lastCounts returns what each counter printed last.
func lastCounts(text string) map[string]string {
	last := map[string]string{}
	for _, block := range strings.Split(text, "VehicleCounter :: instance ")[1:] {
		instance, counts, _ := strings.Cut(block, " --> ")
		counts, _, _ = strings.Cut(counts, "\n\n")
		counts = strings.TrimRight(counts, "\n")
		last[instance] = counts
	}
	return last
}
