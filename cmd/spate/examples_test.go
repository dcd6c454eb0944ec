package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// readme returns a file of the repository's root.
func readme(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestReadmePrograms: the programs that README.md shows are those of examples.
func TestReadmePrograms(t *testing.T) {
	text := readme(t, "README.md")
	programs := map[string][]string{
		"```sql\n": {"examples/network_wordcount.sql", "examples/windowed_count.sql"},
		"```go\n":  {"examples/structured_network_wordcount/main.go", "examples/network_wordcount/main.go", "examples/topology/word_count/main.go"},
	}
	for fence, files := range programs {
		blocks := strings.Split(text, fence)[1:]
		if len(blocks) != len(files) {
			t.Fatalf("README.md has %d programs after %q, not %d", len(blocks), fence, len(files))
		}
		for i, file := range files {
			shown, _, _ := strings.Cut(blocks[i], "```")
			if !strings.Contains(readme(t, file), shown) {
				t.Errorf("README.md shows a program that is not in %s:\n%s", file, shown)
			}
		}
	}
}

// TestWindowedCount runs the second program of README.md, twice, and compares
// the folder it makes with the table there.
func TestWindowedCount(t *testing.T) {
	want := readme(t, "README.md")
	examples, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.CopyFS("views", os.DirFS(filepath.Join(examples, "views"))); err != nil {
		t.Fatal(err)
	}
	spate := func(args ...string) string {
		t.Helper()
		var out, errOut bytes.Buffer
		if code := run(context.Background(), args, nil, &out, &errOut); code != 0 {
			t.Fatalf("spate %q: exit %d: %s", args, code, errOut.String())
		}
		return out.String()
	}
	for range 2 {
		spate("run", "--available-now", "--checkpoint", "checkpoint", filepath.Join(examples, "windowed_count.sql"))
		got := spate("sql", "--output", "table", "-e", "SELECT * FROM json.`counts` ORDER BY start, page")
		if !strings.Contains(want, "```\n"+strings.TrimSpace(got)+"\n```") {
			t.Errorf("README.md does not show\n%s", got)
		}
	}
}
