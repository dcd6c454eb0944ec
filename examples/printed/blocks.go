package printed

import (
	"os"
	"strings"
	"testing"
)

// Blocks returns what stands between ``` and ``` in the README.md of the example
// under test, so that what a reader sees there is what the program was run with.
func Blocks(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(text), "```\n")
	var out []string
	for i := 1; i < len(parts); i += 2 {
		out = append(out, parts[i])
	}
	return out
}

// Lines returns the lines of a block.
func Lines(block string) []string { return strings.Split(strings.TrimSuffix(block, "\n"), "\n") }
