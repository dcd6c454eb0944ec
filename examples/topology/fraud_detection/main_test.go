package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/spatestream/spate/examples/printed"
	"github.com/spatestream/spate/topology/source"
)

// TestScores sends a line every ten seconds of a clock of its own; between lines
// every analyser has its say.
func TestScores(t *testing.T) {
	blocks := printed.Blocks(t)
	lines := printed.Lines(blocks[0])
	synctest.Test(t, func(t *testing.T) {
		terminal := source.Generate(0.1, func(n int64) (string, bool) {
			if n == int64(len(lines)) {
				return "", false
			}
			return lines[n], true
		})
		ids := 0
		newID := func() string { ids++; return fmt.Sprint("T", ids) }
		var out bytes.Buffer
		if err := job(terminal, newID, &out).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		text := out.String()
		if !strings.HasPrefix(text, blocks[1]) {
			t.Errorf("printed\n%s", text)
		}
		if want := `"ten,1" is no transaction; it is amount,merchandise or amount,merchandise,user: `; !strings.Contains(text, want) {
			t.Errorf("not %q in\n%s", want, text)
		}
		if last := lastScores(text); last != blocks[2] {
			t.Errorf("the last scores are\n%s", last)
		}
	})
}

// lastScores returns the last score of each transaction.
func lastScores(text string) string {
	last := map[string]string{}
	for line := range strings.Lines(text) {
		if head, _, ok := strings.Cut(line, " ==> "); ok {
			last[head] = line
		}
	}
	var all []string
	for _, line := range last {
		all = append(all, line)
	}
	slices.Sort(all)
	return strings.Join(all, "")
}
