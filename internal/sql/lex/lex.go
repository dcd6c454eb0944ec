// Package lex cuts SQL text into the words of Spark's dialect: identifiers,
// strings, numbers, symbols; comments and white space lie between. It has no
// state and never fails: what is not a word is a token of a Bad kind, which is
// the reader's to report when it gets there.
//
// It is the one place that knows how Spark quotes and escapes; the grammars of
// types (sqltype) and of statements (internal/sql/parser) both stand on it.
package lex

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is the sort of a token.
type Kind uint8

// The sorts of tokens. A number is Integer (12), Decimal (1.5, .5), Exponent
// (1e3), or has a suffix: L S Y D F BD.
const (
	EOF Kind = iota
	Ident
	Quoted // `identifier`
	String // '...', r'...', $$...$$
	DoubleQuoted
	Integer
	Decimal
	Exponent
	Long
	Short
	Byte
	Double
	Float
	BigDecimal
	Symbol
	Hint            // the opening of a hint comment
	Bad             // a character that begins no word
	UnclosedComment // a bracketed comment without end
)

// Token is a word at [Start, End) of the text.
type Token struct {
	Kind       Kind
	Start, End int
}

// Text returns the token as written.
func (t Token) Text(text string) string { return text[t.Start:t.End] }

// Next returns the first token at or after pos; EOF at the end. Comments and
// white space are skipped.
func Next(text string, pos int) Token {
	pos, closed := skip(text, pos)
	if !closed {
		return Token{UnclosedComment, pos, len(text)}
	}
	if pos >= len(text) {
		return Token{EOF, len(text), len(text)}
	}
	c := text[pos]
	switch {
	case c >= '0' && c <= '9' || c == '.' && pos+1 < len(text) && digit(text[pos+1]):
		return number(text, pos)
	case c == '\'' || c == '"':
		return quoted(text, pos, pos, false)
	case (c == 'r' || c == 'R') && pos+1 < len(text) && (text[pos+1] == '\'' || text[pos+1] == '"'):
		return quoted(text, pos, pos+1, true)
	case c == '`':
		return backQuoted(text, pos)
	case c == '$':
		return dollarQuoted(text, pos)
	}
	if n := wordLen(text, pos); n > 0 {
		return Token{Ident, pos, urlEnd(text, pos, pos+n)}
	}
	return symbol(text, pos)
}

// skip returns the position of the next word; closed is false when a bracketed
// comment that begins there never ends.
func skip(text string, pos int) (next int, closed bool) {
	for pos < len(text) {
		c := text[pos]
		switch {
		case c == ' ' || c >= '\t' && c <= '\r':
			pos++
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(text[pos:])
			if !unicode.IsSpace(r) && r != 0x180e && r != 0x200b && r != 0xfeff {
				return pos, true
			}
			pos += n
		case c == '-' && strings.HasPrefix(text[pos:], "--"):
			pos = lineEnd(text, pos)
		case c == '/' && strings.HasPrefix(text[pos:], "/*") && !strings.HasPrefix(text[pos:], "/*+"):
			end := commentEnd(text, pos)
			if end < 0 {
				return pos, false
			}
			pos = end
		default:
			return pos, true
		}
	}
	return pos, true
}

// lineEnd returns the end of a line comment; a backslash continues it.
func lineEnd(text string, pos int) int {
	for ; pos < len(text); pos++ {
		if text[pos] == '\\' && pos+1 < len(text) && text[pos+1] == '\n' {
			pos++
			continue
		}
		if text[pos] == '\n' || text[pos] == '\r' {
			return pos
		}
	}
	return pos
}

// commentEnd returns the end of a bracketed comment, which nests; -1 if there
// is none.
func commentEnd(text string, pos int) int {
	depth := 0
	for pos+1 < len(text) {
		switch {
		case text[pos] == '/' && text[pos+1] == '*':
			depth++
			pos += 2
		case text[pos] == '*' && text[pos+1] == '/':
			depth--
			pos += 2
			if depth == 0 {
				return pos
			}
		default:
			pos++
		}
	}
	return -1
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func wordByte(c byte) bool {
	return digit(c) || c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// wordLen returns how many bytes at pos are letters, digits and underscores.
func wordLen(text string, pos int) int {
	i := pos
	for i < len(text) {
		if c := text[i]; c < utf8.RuneSelf {
			if !wordByte(c) {
				break
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsLetter(r) {
			break
		}
		i += n
	}
	return i - pos
}

// urlEnd extends a word that begins a location (s3://bucket/x) to its end.
func urlEnd(text string, start, end int) int {
	if !strings.HasPrefix(text[end:], "://") || strings.ContainsFunc(text[start:end], func(r rune) bool { return !unicode.IsLetter(r) }) {
		return end
	}
	i := end + 3
	for i < len(text) && (wordByte(text[i]) || strings.IndexByte("/-.?=&#%", text[i]) >= 0) {
		i++
	}
	if i == end+3 {
		return end
	}
	return i
}

// number reads a number; digits that run into letters are an identifier (1a).
func number(text string, pos int) Token {
	i := digits(text, pos)
	kind, whole := Integer, i
	if i < len(text) && text[i] == '.' {
		kind, i = Decimal, digits(text, i+1)
	}
	if e := exponent(text, i); e > i {
		kind, i = Exponent, e
	}
	i, kind = suffix(text, i, kind)
	if wordLen(text, i) == 0 {
		return Token{kind, pos, i}
	}
	if whole == pos {
		return Token{Symbol, pos, pos + 1} // .5x is a dot and an identifier
	}
	if n := wordLen(text, pos); n > whole-pos {
		return Token{Ident, pos, pos + n}
	}
	return Token{Integer, pos, whole}
}

func digits(text string, i int) int {
	for i < len(text) && digit(text[i]) {
		i++
	}
	return i
}

// exponent returns the end of an exponent at i, or i.
func exponent(text string, i int) int {
	if i >= len(text) || text[i] != 'e' && text[i] != 'E' {
		return i
	}
	j := i + 1
	if j < len(text) && (text[j] == '+' || text[j] == '-') {
		j++
	}
	if end := digits(text, j); end > j {
		return end
	}
	return i
}

// suffix reads the type suffix of a number; L, S and Y belong to integers.
func suffix(text string, i int, kind Kind) (int, Kind) {
	if i >= len(text) {
		return i, kind
	}
	switch text[i] | 0x20 {
	case 'd':
		return i + 1, Double
	case 'f':
		return i + 1, Float
	case 'b':
		if i+1 < len(text) && text[i+1]|0x20 == 'd' {
			return i + 2, BigDecimal
		}
	}
	if kind == Integer {
		switch text[i] | 0x20 {
		case 'l':
			return i + 1, Long
		case 's':
			return i + 1, Short
		case 'y':
			return i + 1, Byte
		}
	}
	return i, kind
}

// quoted reads a string whose quote is at open; start is that of its prefix.
// Without end the quote alone is Bad.
func quoted(text string, start, open int, raw bool) Token {
	q, kind := text[open], String
	if q == '"' {
		kind = DoubleQuoted
	}
	if raw {
		if n := strings.IndexByte(text[open+1:], q); n >= 0 {
			return Token{String, start, open + n + 2}
		}
		return Token{Bad, open, open + 1}
	}
	for i := open + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case q:
			if i+1 < len(text) && text[i+1] == q {
				i++
				continue
			}
			return Token{kind, start, i + 1}
		}
	}
	return Token{Bad, open, open + 1}
}

func backQuoted(text string, pos int) Token {
	for i := pos + 1; i < len(text); i++ {
		if text[i] != '`' {
			continue
		}
		if i+1 < len(text) && text[i+1] == '`' {
			i++
			continue
		}
		return Token{Quoted, pos, i + 1}
	}
	return Token{Bad, pos, pos + 1}
}

// dollarQuoted reads $$text$$ and $tag$text$tag$.
func dollarQuoted(text string, pos int) Token {
	tag := pos + 1 + wordLen(text, pos+1)
	if tag < len(text) && text[tag] == '$' {
		mark := text[pos : tag+1]
		if n := strings.Index(text[tag+1:], mark); n >= 0 {
			return Token{String, pos, tag + 1 + n + len(mark)}
		}
	}
	return Token{Bad, pos, pos + 1}
}

var symbols3 = []string{"<=>"}
var symbols2 = []string{"<=", ">=", "<>", "!=", "==", "!<", "!>", "||", "|>", "::", "->", "=>", "<<"}

// symbol reads an operator. Shifts to the right are single > tokens, so that
// nested type arguments close.
func symbol(text string, pos int) Token {
	rest := text[pos:]
	if strings.HasPrefix(rest, "/*+") {
		return Token{Hint, pos, pos + 3}
	}
	for _, s := range symbols3 {
		if strings.HasPrefix(rest, s) {
			return Token{Symbol, pos, pos + len(s)}
		}
	}
	if len(rest) >= 2 && strings.IndexByte("<>!=|:-", rest[0]) >= 0 {
		for _, s := range symbols2 {
			if rest[:2] == s {
				return Token{Symbol, pos, pos + 2}
			}
		}
	}
	if strings.IndexByte("=<>+-*/%~&|^.,()[];:?!@{}", rest[0]) >= 0 {
		return Token{Symbol, pos, pos + 1}
	}
	_, n := utf8.DecodeRuneInString(rest)
	return Token{Bad, pos, pos + n}
}
