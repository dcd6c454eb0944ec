package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
)

// TestSheds: every second about a hundred of a thousand events are taken, and
// nobody waits for more.
func TestSheds(t *testing.T) {
	for _, shed := range []string{"newest", "oldest", "sample", "priority"} {
		synctest.Test(t, func(t *testing.T) {
			var out bytes.Buffer
			if err := job(3, shed, &out).Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			var taken, dropped int
			if _, err := fmt.Sscanf(lines[1], "%d taken, %d dropped", &taken, &dropped); err != nil {
				t.Fatal(err, lines)
			}
			if taken < 195 || taken > 205 || shed != "sample" && (dropped < 1500 || dropped > 1900) || dropped == 0 {
				t.Errorf("%s\n%s", shed, &out)
			}
		})
	}
}
