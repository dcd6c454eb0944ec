package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/spatestream/spate/internal/query"
)

// TestDemo runs the demonstration twice on one checkpoint, for so short a time
// that each run does little more than begin: the second goes on where the first
// ended.
func TestDemo(t *testing.T) {
	dir := t.TempDir()
	demo := func() string {
		t.Helper()
		var out, errOut bytes.Buffer
		if code := run(context.Background(), []string{"demo", "--for", "1ms", "--checkpoint", dir + "/ck"}, nil, &out, &errOut); code != 0 {
			t.Fatalf("exit %d: %s", code, errOut.String())
		}
		return errOut.String()
	}
	for i := range 2 {
		if got := demo(); !strings.Contains(got, "counted") || !strings.Contains(got, "late rows dropped") {
			t.Errorf("run %d says %q", i, got)
		}
	}
}

func TestDemoPrint(t *testing.T) {
	var out, errOut bytes.Buffer
	if code := run(context.Background(), []string{"demo", "--print"}, nil, &out, &errOut); code != 0 || out.String() != demoScript {
		t.Error(code, out.String(), errOut.String())
	}
}

// TestScreen: a row replaces the one with its key; the newest keys stay, and
// the second picture is drawn over the first.
func TestScreen(t *testing.T) {
	var out bytes.Buffer
	s := &screen{w: &out, header: []string{"k", "n"}, result: map[string][]string{}, kept: &kept[[]string]{}}
	s.rows = [][]string{{"a", "1"}, {"b", "1"}}
	s.draw("first")
	first := out.String()
	out.Reset()
	s.rows = [][]string{{"b", "2"}}
	s.draw("second")
	const want = "\r\x1b[7A\x1b[J+---+---+\n|k  |n  |\n+---+---+\n|a  |1  |\n|b  |2  |\n+---+---+\nsecond\n"
	if got := out.String(); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if n := strings.Count(first, "\n"); n != 7 {
		t.Errorf("the first picture has %d lines, the second goes up 7", n)
	}
}

func TestMeter(t *testing.T) {
	m := &meter{name: "q"}
	p := &query.Progress{BatchID: 3, NumInputRows: 10, BatchDuration: 5, ProcessedRowsPerSecond: 2000,
		EventTime:      map[string]string{"watermark": "2024-01-01T00:00:00.000Z"},
		StateOperators: []query.StateOperator{{NumRowsTotal: 4, NumRowsDroppedByWatermark: 2}}}
	m.line(p)
	if got, want := m.line(p), "q: batch 3, 10 rows, 2000 rows/s, 5 ms, state rows: 4, watermark 2024-01-01T00:00:00.000Z, late rows dropped: 4"; got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}
