package conformance

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The cases are data that people edit: these tests need no engine and find a
// case whose expected results were not generated again.

func TestEverySQLStatementHasItsAnswer(t *testing.T) {
	statements := 0
	for _, name := range suites[0].names(t) {
		source, err := os.ReadFile(filepath.Join("sql", "cases", name+".sql"))
		if err != nil {
			t.Fatal(err)
		}
		want, err := readSteps(filepath.Join("sql", "expected", name+".jsonl"))
		if err != nil {
			t.Errorf("%s: %v (run generate.py)", name, err)
			continue
		}
		statements += len(want)
		rest := withoutCommentLines(string(source))
		for i, s := range want {
			before, after, found := strings.Cut(rest, s.Statement)
			if !found || strings.Trim(before, " ;\n") != "" {
				t.Errorf("%s.sql: answer %d is of %q, but next comes %.60q (run generate.py)", name, i+1, s.Statement, strings.TrimLeft(rest, " ;\n"))
				break
			}
			rest = after
			if why := compareStep(s, s); why != "" {
				t.Errorf("%s.sql:%d differs from itself: %s", name, i+1, why)
			}
		}
	}
	t.Logf("%d SQL statements", statements)
}

// withoutCommentLines drops the lines that generate.py drops from statements.
func withoutCommentLines(source string) string {
	var kept strings.Builder
	for line := range strings.Lines(source) {
		if !strings.HasPrefix(strings.TrimSpace(line), "--") {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

func TestEveryStreamingRunHasItsAnswer(t *testing.T) {
	cases, batches := 0, 0
	for _, name := range suites[1].names(t) {
		source, err := os.ReadFile(filepath.Join("streaming", "cases", name+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		c, err := parseCase(string(source))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want, err := readBatches(filepath.Join("streaming", "expected", name+".jsonl"))
		if err != nil {
			t.Errorf("%s: %v (run generate.py)", name, err)
			continue
		}
		runs := 0
		for _, s := range c.sections {
			if s.isRun() {
				runs++
			}
		}
		for _, b := range want {
			if b.Run < 1 || b.Run > runs {
				t.Errorf("%s: an answer of run %d of %d", name, b.Run, runs)
			}
		}
		if err := compareRun(c, "", want, want); err != nil {
			t.Errorf("%s differs from itself: %v", name, err)
		}
		cases, batches = cases+1, batches+len(want)
	}
	t.Logf("%d streaming cases, %d batches", cases, batches)
}
