package conformance

import (
	"errors"
	"io/fs"
	"os"
	"sort"
	"strings"
	"testing"
)

const knownFile = "known_failures.txt"

const knownHeader = `# Results that differ from Spark today, one id a line: sql/FILE.sql:STATEMENT (from 1) or streaming/CASE.
# Written by: go test ./conformance -update. The list may only become shorter.
`

// ratchet compares the verdicts with the list of known failures: a new failure
// fails the test, and so does an entry that passes. With -update it rewrites the
// entries of the cases that ran. Without a list it only reports.
func ratchet(t *testing.T, found []verdict) {
	t.Helper()
	known, err := readKnown()
	if errors.Is(err, fs.ErrNotExist) && !*update {
		t.Logf("%s is missing: run go test ./conformance -update to record what differs", knownFile)
		report(t, found, nil, t.Logf)
		return
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if *update {
		writeKnown(t, known, found)
		return
	}
	report(t, found, known, t.Errorf)
}

func report(t *testing.T, found []verdict, known map[string]bool, complain func(string, ...any)) {
	t.Helper()
	for _, v := range found {
		switch {
		case v.reason != "" && !known[v.id]:
			complain("%s: %s", v.id, v.reason)
		case v.reason == "" && known[v.id]:
			complain("%s is as Spark now: take it off %s (or run with -update)", v.id, knownFile)
		}
	}
}

func readKnown() (map[string]bool, error) {
	text, err := os.ReadFile(knownFile)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "#") {
			known[line] = true
		}
	}
	return known, nil
}

func writeKnown(t *testing.T, known map[string]bool, found []verdict) {
	t.Helper()
	if known == nil {
		known = map[string]bool{}
	}
	for _, v := range found {
		if v.reason != "" {
			known[v.id] = true
		} else {
			delete(known, v.id)
		}
	}
	ids := make([]string, 0, len(known))
	for id := range known {
		ids = append(ids, id)
	}
	sort.Slice(ids, func(i, j int) bool { return natural(ids[i]) < natural(ids[j]) })
	if err := os.WriteFile(knownFile, []byte(knownHeader+strings.Join(append(ids, ""), "\n")), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %d entries", knownFile, len(ids))
}

// natural pads the statement number of an id, so that 2 sorts before 10.
func natural(id string) string {
	file, number, ok := strings.Cut(id, ":")
	if !ok {
		return id
	}
	return file + ":" + strings.Repeat("0", max(0, 6-len(number))) + number
}

func TestNaturalOrder(t *testing.T) {
	if natural("sql/a.sql:2") >= natural("sql/a.sql:10") {
		t.Error("statement 2 must sort before statement 10")
	}
}
