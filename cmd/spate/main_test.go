package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

var update = flag.Bool("update", false, "write what the commands print into testdata/*.txt")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestCommandLines runs the sessions in testdata. In a session
//
//	# says something
//	$ spate sql -e "SELECT 1"    runs a command; its output follows, lines of
//	                             the standard error with "! " before them,
//	                             and the exit code, if it is not 0
//	write FILE                   makes a file of the lines up to "end"
//	cut FILE N, flip FILE N      damages a file: keeps N bytes, inverts byte N
//	remove FILE
//
// in a folder of its own. Ids and the folder's name are made alike.
func TestCommandLines(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no sessions", err)
	}
	for _, name := range files {
		file, err := filepath.Abs(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) { play(t, file) })
	}
}

// play runs one session and compares it with what it was.
func play(t *testing.T, file string) {
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("TMPDIR", dir)
	p := &player{t: t, dir: dir, lines: strings.Split(strings.TrimSuffix(string(want), "\n"), "\n")}
	for p.at < len(p.lines) {
		p.step()
	}
	got := p.out.String()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != string(want) {
		t.Errorf("%s is not what it was (go test ./cmd/spate -update writes it anew):\n%s", file, differing(got, string(want)))
	}
}

// differing shows the first lines that differ.
func differing(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d\n got: %s\nwant: %s\nin\n%s", i+1, g[i], w[i], got)
		}
	}
	return fmt.Sprintf("%d lines instead of %d\n%s", len(g), len(w), got)
}

type player struct {
	t     *testing.T
	dir   string
	lines []string
	at    int
	out   strings.Builder
}

// step plays one line and what belongs to it.
func (p *player) step() {
	line := p.lines[p.at]
	p.at++
	fmt.Fprintln(&p.out, line)
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "$":
		p.run(rest)
	case "write":
		p.write(rest)
	case "cut", "flip":
		p.damage(word, rest)
	case "remove":
		p.check(os.RemoveAll(rest))
	}
}

// run runs a command line and skips what it printed when it was recorded.
func (p *player) run(line string) {
	for p.at < len(p.lines) && !command(p.lines[p.at]) {
		p.at++
	}
	words := split(line)
	if len(words) == 0 || words[0] != "spate" {
		p.t.Fatalf("%q does not begin with spate", line)
	}
	var out, errOut bytes.Buffer
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	code := run(ctx, words[1:], strings.NewReader(""), &out, &errOut)
	p.out.WriteString(p.alike(out.String()))
	for l := range strings.Lines(p.alike(errOut.String())) {
		p.out.WriteString("! " + strings.TrimSuffix(l, "\n") + "\n")
	}
	p.check(ctx.Err()) // a session that does not end by itself
	if code != 0 {
		fmt.Fprintf(&p.out, "exit %d\n", code)
	}
}

// command reports whether a line is not output.
func command(line string) bool {
	word, _, _ := strings.Cut(line, " ")
	switch word {
	case "$", "#", "write", "cut", "flip", "remove":
		return true
	}
	return false
}

var (
	ids   = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	later = regexp.MustCompile(`(later frame at byte) \d+`) // entries hold the folder's name
	times = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`)
)

// alike replaces what differs from run to run.
func (p *player) alike(text string) string {
	text = ids.ReplaceAllString(strings.ReplaceAll(text, p.dir, "<dir>"), "<id>")
	text = later.ReplaceAllString(text, "$1 <n>")
	text = times.ReplaceAllStringFunc(text, func(at string) string {
		if at < "2025-12" { // event time, not the clock's
			return at
		}
		return "<time>"
	})
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return text
}

func (p *player) write(name string) {
	var text strings.Builder
	for ; p.lines[p.at] != "end"; p.at++ {
		fmt.Fprintln(&text, p.lines[p.at])
	}
	p.at++
	p.out.WriteString(text.String() + "end\n")
	p.check(os.MkdirAll(filepath.Dir(name), 0o755))
	p.check(os.WriteFile(name, []byte(text.String()), 0o644))
}

func (p *player) damage(how, rest string) {
	name, number, _ := strings.Cut(rest, " ")
	n, err := strconv.Atoi(number)
	p.check(err)
	b, err := os.ReadFile(name)
	p.check(err)
	if how == "cut" {
		b = b[:n]
	} else {
		b[n] ^= 0xff
	}
	p.check(os.WriteFile(name, b, 0o644))
}

func (p *player) check(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatalf("line %d: %v", p.at, err)
	}
}

// split cuts a command line into words; quotes keep blanks.
func split(line string) []string {
	var words []string
	var word strings.Builder
	quote, in := rune(0), false
	for _, c := range line {
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(c)
		case c == '"' || c == '\'':
			quote, in = c, true
		case c == ' ' && in:
			words = append(words, word.String())
			word.Reset()
			in = false
		case c != ' ':
			word.WriteRune(c)
			in = true
		}
	}
	if in {
		words = append(words, word.String())
	}
	return words
}
