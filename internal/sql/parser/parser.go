// Package parser reads Spark 4.3's SQL dialect into the unresolved tree of
// internal/plan.
//
// It is a lexer (internal/sql/lex), recursive descent for statements and
// relations, and precedence climbing for expressions. Words are reserved
// nowhere unless Options say so: a clause keyword is an alias or a column where
// nothing else fits, as in Spark's default mode. Types are read by sqltype.
//
// Every error is a sparkerr.Error with Spark's condition and points into the
// text. Nesting is bounded, so that any text whatever ends in a plan or an
// error; time is linear in the length of the text but for deep parentheses.
// All functions are safe for concurrent use.
package parser

import (
	"strings"

	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/sql/lex"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// Options is the session configuration that parsing depends on. The zero value
// is Spark's default.
type Options struct {
	// Reserved: the reserved words of the SQL standard are no identifiers
	// (spark.sql.ansi.enforceReservedKeywords).
	Reserved bool
	// DoubleQuotedIdentifiers: "x" is an identifier, not a string
	// (spark.sql.ansi.doubleQuotedIdentifiers).
	DoubleQuotedIdentifiers bool
	// NTZ: TIMESTAMP means TIMESTAMP_NTZ (spark.sql.timestampType).
	NTZ bool
	// LegacyInterval: interval literals are calendar intervals
	// (spark.sql.legacy.interval.enabled).
	LegacyInterval bool
	// RegexColumns: back-quoted columns are regular expressions
	// (spark.sql.parser.quotedRegexColumnNames).
	RegexColumns bool
}

const (
	// maxDepth bounds how deep parentheses, subqueries and prefix operators
	// nest.
	maxDepth = 400
	// maxChain bounds how many operators, joins or set operations follow one
	// another on a level, because each makes the tree one node deeper. AND and
	// OR are balanced and so are free of it.
	maxChain = 4000
	// maxShared bounds by how many tokens a tree may be larger than its text,
	// since operands of CASE and LIKE ANY occur in it many times.
	maxShared = 1 << 18
	// MaxText is the longest text that is read, in bytes.
	MaxText = 16 << 20
)

// Statement parses one statement; semicolons may follow it.
func Statement(text string, o Options) (s plan.Statement, err error) {
	p, err := newParser(text, o)
	if err != nil {
		return nil, err
	}
	defer p.recover(&err)
	if p.isEOF() && strings.TrimSpace(text) == "" {
		p.failAt(0, 0, "PARSE_EMPTY_STATEMENT", "Syntax error, unexpected empty statement.")
	}
	s = p.statement()
	for p.accept(";") {
	}
	p.end()
	return s, nil
}

// Expr parses one expression with an optional alias, as DataFrame.selectExpr
// and functions.expr take it.
func Expr(text string, o Options) (e plan.Expr, err error) {
	p, err := newParser(text, o)
	if err != nil {
		return nil, err
	}
	defer p.recover(&err)
	e = p.namedExpr()
	p.end()
	return e, nil
}

// Name parses a name of several parts: a.b.`c d`.
func Name(text string) (parts []string, err error) {
	p, err := newParser(text, Options{})
	if err != nil {
		return nil, err
	}
	defer p.recover(&err)
	parts = p.parts()
	p.end()
	return parts, nil
}

// SortKeys parses a list of expressions as ORDER BY takes it.
func SortKeys(text string, o Options) (keys []plan.SortKey, err error) {
	p, err := newParser(text, o)
	if err != nil {
		return nil, err
	}
	defer p.recover(&err)
	keys = p.sortKeys()
	p.end()
	return keys, nil
}

// token is a word of the text. Word is its text, of unquoted identifiers in
// upper case; of quoted ones, strings and numbers it is "", so that comparing
// it with a keyword or symbol is enough. That of ! is NOT.
type token struct {
	kind       lex.Kind
	start, end int
	word       string
}

// parser walks over the tokens of one text. A failure panics with a bail,
// which recover turns into the error.
type parser struct {
	text   string
	toks   []token
	match  []int32 // of a "(", the index of its ")", 0 if it has none
	i      int
	o      Options
	depth  int
	params int // positional parameters so far
	shared int // tokens that stand in the tree once more, all times counted
}

// bail carries an error up to the entry point.
type bail struct{ err error }

func newParser(text string, o Options) (*parser, error) {
	if len(text) > MaxText {
		return nil, sparkerr.New("FAILED_TO_PARSE_TOO_COMPLEX", "The SQL text is longer than 16 MiB; split it, or load constants from a table.")
	}
	size := len(text)/4 + 4
	p := &parser{text: text, o: o, toks: make([]token, 0, size), match: make([]int32, 0, size)}
	var open []int32
	for pos := 0; ; {
		t := lex.Next(text, pos)
		if t.Kind == lex.UnclosedComment {
			return nil, sparkerr.New("UNCLOSED_BRACKETED_COMMENT", "A bracketed comment is not closed; append */ at its end.").
				At(sparkerr.Origin{SQL: text, Start: t.Start, Stop: t.Start + 2})
		}
		p.toks = append(p.toks, token{t.Kind, t.Start, t.End, wordOf(text, t)})
		p.match = append(p.match, 0)
		open = p.pair(open)
		if t.Kind == lex.EOF {
			return p, nil
		}
		pos = t.End
	}
}

// pair matches the parenthesis that came last, if it is one.
func (p *parser) pair(open []int32) []int32 {
	last := len(p.toks) - 1
	switch p.toks[last].word {
	case "(":
		return append(open, int32(last))
	case ")":
		if n := len(open); n > 0 {
			p.match[open[n-1]] = int32(last)
			return open[:n-1]
		}
	}
	return open
}

func wordOf(text string, t lex.Token) string {
	switch t.Kind {
	case lex.Ident:
		return strings.ToUpper(text[t.Start:t.End])
	case lex.Symbol, lex.Hint:
		if text[t.Start:t.End] == "!" {
			return "NOT"
		}
		return text[t.Start:t.End]
	}
	return ""
}

func (p *parser) recover(err *error) {
	switch r := recover().(type) {
	case nil:
	case bail:
		*err = r.err
	default:
		panic(r)
	}
}

// enter counts a level of nesting; the caller defers leave.
func (p *parser) enter() {
	if p.depth++; p.depth > maxDepth {
		p.tooComplex()
	}
}

func (p *parser) leave() { p.depth-- }

func (p *parser) tooComplex() {
	t := p.toks[p.i]
	p.failAt(t.start, t.end, "FAILED_TO_PARSE_TOO_COMPLEX", "The statement nests too deeply or is too long to parse; split it into smaller queries, or load long lists of constants from a table.")
}

// weight returns how many tokens a tree holds whose text began at token start,
// when shared was as given.
func (p *parser) weight(start, shared int) int { return p.i - start + p.shared - shared }

// share counts one more place of an operand of that weight.
func (p *parser) share(weight int) {
	if p.shared += weight; p.shared > maxShared {
		p.tooComplex()
	}
}

func (p *parser) cur() *token { return &p.toks[p.i] }

// ahead returns the token n further on, EOF behind the end.
func (p *parser) ahead(n int) *token { return &p.toks[min(p.i+n, len(p.toks)-1)] }

func (p *parser) isEOF() bool { return p.cur().kind == lex.EOF }

// next takes a token.
func (p *parser) next() *token {
	t := p.cur()
	if t.kind != lex.EOF {
		p.i++
	}
	return t
}

// is reports whether the words or symbols come next, in that order.
func (p *parser) is(words ...string) bool {
	for n, w := range words {
		if p.ahead(n).word != w {
			return false
		}
	}
	return true
}

// isOneOf reports whether one of the words or symbols comes next.
func (p *parser) isOneOf(words ...string) bool {
	for _, w := range words {
		if p.cur().word == w {
			return true
		}
	}
	return false
}

// accept takes the words if they come next.
func (p *parser) accept(words ...string) bool {
	if !p.is(words...) {
		return false
	}
	p.i += len(words)
	return true
}

// acceptOneOf takes one of the words and returns it, "" if none comes next.
func (p *parser) acceptOneOf(words ...string) string {
	for _, w := range words {
		if p.accept(w) {
			return w
		}
	}
	return ""
}

// expect takes the words or fails.
func (p *parser) expect(words ...string) {
	for _, w := range words {
		if !p.accept(w) {
			p.unexpected()
		}
	}
}

func (p *parser) end() {
	if !p.isEOF() {
		p.unexpected()
	}
}

// from returns the origin from token start to the last token taken.
func (p *parser) from(start int) sparkerr.Origin {
	stop := p.toks[start].end
	if p.i > start {
		stop = p.toks[p.i-1].end
	}
	return sparkerr.Origin{SQL: p.text, Start: p.toks[start].start, Stop: stop}
}

func (p *parser) at(start int) plan.Node { return plan.At(p.from(start)) }

// between returns the text from token start to the last token taken.
func (p *parser) between(start int) string {
	if p.i <= start {
		return ""
	}
	return p.text[p.toks[start].start:p.toks[p.i-1].end]
}

// unexpected fails at the next token.
func (p *parser) unexpected() {
	t := p.cur()
	panic(bail{p.unclosed(sqltype.SyntaxError(p.text, t.start, t.end))})
}

func (p *parser) failAt(start, stop int, class, message string, kv ...string) {
	panic(bail{sparkerr.New(class, message, kv...).At(sparkerr.Origin{SQL: p.text, Start: start, Stop: stop})})
}

// failFrom fails with the text from token start to the last one taken.
func (p *parser) failFrom(start int, class, message string, kv ...string) {
	panic(bail{sparkerr.New(class, message, kv...).At(p.from(start))})
}

// notAllowed fails with Spark's "Operation not allowed".
func (p *parser) notAllowed(start int, what string) {
	p.failFrom(start, "_LEGACY_ERROR_TEMP_0035", "Operation not allowed: "+what+".", "message", what)
}

// dataType reads a type where the next token is and goes on behind it.
func (p *parser) dataType() sqltype.Type {
	t, end, err := sqltype.Grammar{NTZ: p.o.NTZ}.Type(p.text, p.cur().start)
	if err != nil {
		panic(bail{err})
	}
	for p.cur().kind != lex.EOF && p.cur().end <= end {
		p.i++
	}
	return t
}
