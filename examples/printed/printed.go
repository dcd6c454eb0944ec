// Package printed compares what examples print in tests.
package printed

import (
	"slices"
	"strings"
	"testing"
)

// Want fails the test unless got is want, lines below a heading (a rule of
// dashes around the time) in any order: where a key lies is the engine's choice.
func Want(t *testing.T, got, want string) {
	t.Helper()
	if g, w := canonical(got), canonical(want); g != w {
		t.Errorf("printed\n%s\nwant\n%s", g, w)
	}
}

func canonical(text string) string {
	var out, block []string
	for line := range strings.SplitSeq(strings.TrimSpace(text)+"\n---", "\n") {
		if strings.HasPrefix(line, "---") || strings.HasPrefix(line, "Time:") {
			out = append(append(out, slices.Sorted(slices.Values(block))...), line)
			block = nil
		} else if line != "" {
			block = append(block, line)
		}
	}
	return strings.Join(out, "\n")
}
