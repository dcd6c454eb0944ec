package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestCountLines(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a": "1\n2\n", "b": "3\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]int64{dir: 3, filepath.Join(dir, "a"): 2} {
		if n, err := countLines(path); n != want || err != nil {
			t.Errorf("%s: %d lines, %v", path, n, err)
		}
	}
	if _, err := countLines(filepath.Join(dir, "none")); err == nil {
		t.Error("a folder that is not there has lines")
	}
}
