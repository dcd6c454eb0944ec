package main

import (
	"context"
	"os"
	"path/filepath"
)

func Example_run() {
	dir, err := os.MkdirTemp("", "spate")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	in, out := filepath.Join(dir, "in"), filepath.Join(dir, "out")
	if err := os.Mkdir(in, 0o755); err != nil {
		panic(err)
	}
	for i, text := range []string{`{"user": "ada", "amount": 3}`, `{"user": "bob", "amount": 4}` + "\n" + `{"user": "bob", "amount": 1}`} {
		if err := os.WriteFile(filepath.Join(in, string(rune('a'+i))+".json"), []byte(text+"\n"), 0o644); err != nil {
			panic(err)
		}
		if err := run(context.Background(), in, out); err != nil {
			panic(err)
		}
	}
	// Output:
	// batch 0: ada paid 3
	// batch 1: bob paid 5
}
