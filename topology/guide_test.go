package topology_test

import (
	"os"
	"strings"
	"testing"
)

// The guide shows code of the examples, line for line but for the indentation.
func TestTheGuideShowsWhatIsRun(t *testing.T) {
	guide, err := os.ReadFile("../docs/topology.md")
	if err != nil {
		t.Fatal(err)
	}
	run := ""
	for _, file := range []string{"example_test.go", "watch_example_test.go", "page/example_test.go"} {
		code, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		run += trimmed(string(code))
	}
	blocks := strings.Split(string(guide), "```go\n")[1:]
	for _, block := range blocks {
		block, _, _ = strings.Cut(block, "```")
		if !strings.Contains(run, trimmed(block)) {
			t.Errorf("no example has\n%s", block)
		}
	}
	if len(blocks) < 5 {
		t.Errorf("the guide shows %d pieces of code", len(blocks))
	}
}

// trimmed returns lines without what is around them.
func trimmed(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		out.WriteString(strings.TrimSpace(line) + "\n")
	}
	return out.String()
}
