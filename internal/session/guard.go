package session

import (
	"runtime/debug"
	"strings"

	"github.com/spatestream/spate/sparkerr"
)

// guard turns a panic into an internal error that names where it happened: a
// bug of ours fails the statement, the process and its other queries live. Use:
// defer guard(&err).
func guard(err *error) {
	p := recover()
	if p == nil {
		return
	}
	*err = sparkerr.Internalf("a bug in Spate: %v, at %s; please report it with the statement", p, place(string(debug.Stack())))
}

// place returns the first function of ours below the panic in a printed stack.
func place(stack string) string {
	_, below, _ := strings.Cut(stack, "panic(")
	for line := range strings.Lines(below) {
		line = strings.TrimSpace(line)
		if strings.Contains(line, "spatestream/spate") && strings.Contains(line, "(") && !strings.Contains(line, ".go:") {
			return line[:strings.LastIndexByte(line, '(')]
		}
	}
	return "an unknown place"
}
