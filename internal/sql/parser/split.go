package parser

import (
	"strings"

	"github.com/spatestream/spate/internal/sql/lex"
)

// Span is a statement within a longer text: bytes [Start, Stop), its semicolon
// and outer white space left out.
type Span struct{ Start, Stop int }

// SplitStatements cuts a text at the semicolons that end statements: not those
// in strings, quoted identifiers, comments and BEGIN ... END. Empty statements
// are left out; of what begins with a comment, the comment is kept.
func SplitStatements(text string) []Span {
	var spans []Span
	start, begin := 0, true
	var script scriptDepth
	for pos := 0; ; {
		t := lex.Next(text, pos)
		word := ""
		if t.Kind == lex.Ident {
			word = strings.ToUpper(t.Text(text))
		}
		ends := t.Kind == lex.EOF || t.Kind == lex.UnclosedComment
		if ends || t.Kind == lex.Symbol && text[t.Start] == ';' && script.depth == 0 {
			stop := t.Start
			if ends {
				stop = len(text)
			}
			spans = appendSpan(spans, text, start, stop, !begin || t.Kind == lex.UnclosedComment)
			if ends {
				return spans
			}
			start, begin, script = t.End, true, scriptDepth{}
			pos = t.End
			continue
		}
		script.take(word, begin, text[t.End:])
		begin = false
		pos = t.End
	}
}

// appendSpan adds the trimmed span if it has words.
func appendSpan(spans []Span, text string, start, stop int, words bool) []Span {
	if !words {
		return spans
	}
	body := text[start:stop]
	start += len(body) - len(strings.TrimLeft(body, " \t\r\n"))
	return append(spans, Span{start, start + len(strings.TrimSpace(body))})
}

// scriptDepth counts the open blocks of a BEGIN ... END script.
type scriptDepth struct {
	depth    int
	script   bool // the statement is a script
	label    bool // the first word was a label, label: BEGIN
	afterEnd bool
}

// take counts one word; first is that of the first word of a statement, rest
// the text behind it.
func (s *scriptDepth) take(word string, first bool, rest string) {
	if first {
		t := lex.Next(rest, 0)
		s.label = t.Text(rest) == ":"
		s.script = word == "BEGIN" && t.Kind == lex.Ident && !strings.EqualFold(t.Text(rest), "AS")
	}
	if s.label && word == "BEGIN" {
		s.script = true
	}
	if !s.script {
		return
	}
	switch word {
	case "BEGIN", "CASE":
		if !s.afterEnd || word == "BEGIN" {
			s.depth++
		}
	case "END":
		s.depth--
	case "IF", "WHILE", "LOOP", "REPEAT", "FOR":
		if s.afterEnd {
			s.depth++ // END IF closes what was not counted
		}
	}
	s.afterEnd = word == "END"
}
