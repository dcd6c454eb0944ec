package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/spatestream/spate/examples/printed"
	"github.com/spatestream/spate/topology/source"
)

func TestAtMostOnceLeavesOut(t *testing.T) {
	blocks := printed.Blocks(t)
	var out bytes.Buffer
	if err := job("at-most-once", source.Values(printed.Lines(blocks[0])...), "", 3, &out).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	printed.Want(t, out.String(), blocks[1])
}

// Ten transactions are twelve: two were counted, and counted again.
func TestAtLeastOnceRepeats(t *testing.T) {
	blocks := printed.Blocks(t)
	var out bytes.Buffer
	if err := job("at-least-once", source.Values(printed.Lines(blocks[0])...), "", 3, &out).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	lines := printed.Lines(out.String())
	times := map[int]int{3: 2} // how often analysers came to a count: at 3 both writers failed
	for _, line := range lines {
		text, _, _ := strings.Cut(strings.TrimPrefix(line, "[transaction count: "), ";")
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(line)
		}
		times[n]++
	}
	sum := 0
	for n := 1; times[n] > 0; n++ {
		sum += times[n]
	}
	if len(lines) != 10 || sum != 12 || times[1] != 2 || times[3] != 2 {
		t.Errorf("%d lines, %d counted\n%s", len(lines), sum, &out)
	}
}

func TestExactlyOnce(t *testing.T) {
	blocks := printed.Blocks(t)
	dir := t.TempDir()
	if err := job("exactly-once", source.Values(printed.Lines(blocks[0])...), filepath.ToSlash(dir), 3, nil).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	names, _ := filepath.Glob(filepath.Join(dir, "out", "part-*"))
	var all strings.Builder
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	printed.Want(t, all.String(), blocks[2])
}
