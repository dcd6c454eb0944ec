package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/spatestream/spate/internal/expr/fn"
	"github.com/spatestream/spate/internal/session"
	"github.com/spatestream/spate/internal/sql/parser"
)

// isTerminal reports whether a stream is a person's.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// shell reads statements from the terminal until the user leaves it (exit,
// quit, Ctrl-D): lines are edited, arrow keys recall history, Tab completes.
func shell(ctx context.Context, s *session.Session, p printer, errOut io.Writer) error {
	old, err := term.MakeRaw(int(os.Stdin.Fd()))
	if err != nil {
		return err
	}
	defer term.Restore(int(os.Stdin.Fd()), old)
	keys := &keyboard{in: os.Stdin}
	t := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{keys, os.Stdout}, "")
	t.AutoCompleteCallback = complete
	fmt.Fprintln(t, "Spate "+version+". Statements end with a semicolon; exit or Ctrl-D leaves.")
	var text strings.Builder
	for {
		t.SetPrompt(prompt(text.Len() > 0))
		line, err := t.ReadLine()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if keys.dropped() {
			text.Reset()
			continue
		}
		if word := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(line), ";")); text.Len() == 0 && (word == "exit" || word == "quit") {
			return nil
		}
		text.WriteString(line + "\n")
		if !whole(text.String()) {
			continue
		}
		script := text.String()
		text.Reset()
		if err := cooked(old, func() error { return runScript(ctx, s, p, script, errOut) }); err != nil && ctx.Err() != nil {
			return err
		}
	}
}

// keyboard makes Ctrl-C, at which a line editor would end, the keys that empty
// the line and enter it. It is read and asked by one goroutine.
type keyboard struct {
	in   io.Reader
	rest []byte // read and not handed on
	drop bool   // Ctrl-C was pressed since dropped was asked
}

const (
	ctrlC = 0x03
	empty = "\x05\x15\r" // to the end of the line, delete to its start, enter
)

// Read implements io.Reader.
func (k *keyboard) Read(p []byte) (int, error) {
	if len(k.rest) == 0 {
		var buf [256]byte
		n, err := k.in.Read(buf[:])
		if n == 0 {
			return 0, err
		}
		for _, b := range buf[:n] {
			if b == ctrlC {
				k.rest, k.drop = append(k.rest, empty...), true
			} else {
				k.rest = append(k.rest, b)
			}
		}
	}
	n := copy(p, k.rest)
	k.rest = k.rest[n:]
	return n, nil
}

// dropped reports whether what was typed is to be forgotten.
func (k *keyboard) dropped() bool {
	d := k.drop
	k.drop = false
	return d
}

func prompt(more bool) string {
	if more {
		return "     > "
	}
	return "spate> "
}

// cooked runs f with the terminal as programs expect it.
func cooked(old *term.State, f func() error) error {
	if err := term.Restore(int(os.Stdin.Fd()), old); err != nil {
		return err
	}
	err := f()
	if _, rerr := term.MakeRaw(int(os.Stdin.Fd())); rerr != nil {
		return rerr
	}
	return err
}

// whole reports whether a text ends with a whole statement.
func whole(text string) bool {
	spans := parser.SplitStatements(text)
	if len(spans) == 0 {
		return strings.TrimSpace(text) == ""
	}
	last := spans[len(spans)-1]
	return strings.HasPrefix(strings.TrimSpace(text[last.Stop:]), ";")
}

// words are what Tab completes besides functions.
var words = strings.Fields(`SELECT FROM WHERE GROUP BY HAVING ORDER LIMIT OFFSET JOIN LEFT RIGHT FULL OUTER INNER CROSS SEMI ANTI ON USING
	UNION INTERSECT EXCEPT ALL DISTINCT WITH AS CASE WHEN THEN ELSE END CREATE TABLE VIEW TEMPORARY OPTIONS INSERT INTO VALUES
	STREAM WATERMARK DELAY OF INTERVAL SHOW TABLES DESCRIBE EXPLAIN SET DROP LATERAL BETWEEN LIKE RLIKE IS NULL NOT EXISTS`)

// complete is Tab: the one keyword or function that goes on as the word before
// the cursor begins, else what all that do have in common.
func complete(line string, pos int, key rune) (string, int, bool) {
	if key != '\t' {
		return "", 0, false
	}
	start := strings.LastIndexAny(line[:pos], " \t(,.=<>") + 1
	begun := line[start:pos]
	if begun == "" {
		return "", 0, false
	}
	common := ""
	for _, w := range append(words[:len(words):len(words)], fn.Names()...) {
		if len(w) < len(begun) || !strings.EqualFold(w[:len(begun)], begun) {
			continue
		}
		if common == "" {
			common = w
		}
		common = sharedPrefix(common, w)
	}
	if len(common) <= len(begun) {
		return "", 0, false
	}
	return line[:start] + common + line[pos:], start + len(common), true
}

func sharedPrefix(a, b string) string {
	n := 0
	for n < len(a) && n < len(b) && strings.EqualFold(a[n:n+1], b[n:n+1]) {
		n++
	}
	return a[:n]
}
