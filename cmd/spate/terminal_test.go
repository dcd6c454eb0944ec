package main

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// TestKeyboard: Ctrl-C empties the line and enters it; all else passes.
func TestKeyboard(t *testing.T) {
	k := &keyboard{in: strings.NewReader("SELECT\x03exit\r")}
	got, err := io.ReadAll(iotest.OneByteReader(k))
	if want := "SELECT\x05\x15\rexit\r"; string(got) != want || err != nil {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
	if !k.dropped() || k.dropped() {
		t.Error("one Ctrl-C drops one statement")
	}
}

func TestComplete(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"SELECT approx_count_d", "SELECT approx_count_distinct"},
		{"sel", "SELECT"},
		{"SELECT nosuchthing", ""},
		{"SELECT ", ""},
	} {
		got, pos, ok := complete(c.line, len(c.line), '\t')
		if got != c.want || ok != (c.want != "") || ok && pos != len(c.want) {
			t.Errorf("%q: %q at %d, %v; want %q", c.line, got, pos, ok, c.want)
		}
	}
	if _, _, ok := complete("sel", 3, 'x'); ok {
		t.Error("x completes")
	}
}

func TestWhole(t *testing.T) {
	for text, want := range map[string]bool{"": true, "SELECT 1\n": false, "SELECT 1;\n": true, "SELECT 1; SELECT 2\n": false, "-- only a comment\n": false} {
		if got := whole(text); got != want {
			t.Errorf("whole(%q) = %v", text, got)
		}
	}
}
