// Package answers writes what a program of package rdd or dstream gives as the
// programs that run on Spark write it (golden.scala), reads the files of
// expected answers, and compares.
package answers

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// Answer is what a program gave: partitions of rows, one value, batches of
// rows, or that it was refused.
type Answer struct {
	Name    string     `json:"name"`
	Parts   [][]string `json:"parts"`
	Value   *string    `json:"value"`
	Batches []Batch    `json:"batches"`
	Error   *string    `json:"error"`
}

// Batch is what a stream had at a time.
type Batch struct {
	At   int64    `json:"at"` // milliseconds since the context's zero
	Rows []string `json:"rows"`
}

// Read returns the answers of a file, one a line, by name.
func Read(t testing.TB, path string) map[string]Answer {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	found := map[string]Answer{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var a Answer
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if _, twice := found[a.Name]; twice {
			t.Fatalf("%s: %q twice", path, a.Name)
		}
		found[a.Name] = a
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return found
}

// Known reads the names of answers that differ, "name: reason" a line.
func Known(t testing.TB, path string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if name, reason, ok := strings.Cut(strings.TrimSpace(line), ": "); ok && name[0] != '#' {
			known[name] = reason
		}
	}
	return known
}

// Differs says how got differs from what Spark gave, "" if it does not. Of
// refusals only that there is one is compared, for messages are our own.
// Without ordered, rows of a partition or a batch come in any order.
func Differs(want, got Answer, ordered bool) string {
	if !ordered {
		want, got = sorted(want), sorted(got)
	}
	if (want.Error != nil) == (got.Error != nil) {
		if want.Error != nil {
			return ""
		}
		want.Name, got.Name = "", ""
	}
	w, g := text(want), text(got)
	if w == g {
		return ""
	}
	return fmt.Sprintf("got   %s\nSpark %s", g, w)
}

func sorted(a Answer) Answer {
	a.Parts, a.Batches = slices.Clone(a.Parts), slices.Clone(a.Batches)
	for i, p := range a.Parts {
		a.Parts[i] = slices.Sorted(slices.Values(p))
	}
	for i, b := range a.Batches {
		a.Batches[i].Rows = slices.Sorted(slices.Values(b.Rows))
	}
	return a
}

func text(a Answer) string {
	switch {
	case a.Error != nil:
		return "refused: " + *a.Error
	case a.Value != nil:
		return *a.Value
	case a.Batches == nil:
		return fmt.Sprintf("%q", a.Parts)
	}
	var b strings.Builder
	for _, x := range a.Batches {
		fmt.Fprintf(&b, "%d:%q ", x.At, x.Rows)
	}
	return b.String()
}

// Judge compares one program's answer with Spark's, as a test of its own: a
// difference that is not known fails it, and so does a known one that is gone.
func Judge(t *testing.T, spark map[string]Answer, known map[string]string, got Answer, ordered bool) {
	t.Helper()
	want, there := spark[got.Name]
	if !there {
		t.Fatal("Spark was not asked: run programs.py")
	}
	differs := Differs(want, got, ordered)
	switch reason, listed := known[got.Name]; {
	case differs != "" && !listed:
		t.Error(differs)
	case differs == "" && listed:
		t.Errorf("does not differ any more (%s): take it off the list", reason)
	}
}
