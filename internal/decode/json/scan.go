package json

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// maxDepth is how deep values may be nested; Jackson has the same limit.
const maxDepth = 1000

// scanner reads tokens of buf from pos to end. Every method leaves pos after
// what it read; false or broken says that the text is no JSON and that pos
// means nothing any more. It allocates nothing, save for escaped strings, whose
// text goes to extra: their places count on from the end of buf.
type scanner struct {
	buf   []byte
	pos   int
	end   int
	depth int
	extra []byte
	o     *Options
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// special marks, with the high bit of its byte, at least the first quote,
// backslash, control character or byte above 0x7f of a word; bytes after the
// first may be marked wrongly. Only high bits of the result mean anything.
//
// Of bytes below 0x80 the differences have the high bit only where they borrow;
// the others w marks itself.
func special(w, quote uint64) uint64 {
	return w | (w - ones*0x20) | ((w ^ quote) - ones) | ((w ^ ones*'\\') - ones)
}

// text reads a string whose opening quote is at pos and returns its place.
func (s *scanner) text() (off, n int, ok bool) {
	quote := s.buf[s.pos]
	pattern := ones * uint64(quote)
	lo := s.pos + 1
	i, high := lo, false
	for {
		for i+8 <= s.end {
			m := special(binary.LittleEndian.Uint64(s.buf[i:]), pattern) & highs
			if m != 0 {
				i += bits.TrailingZeros64(m) >> 3
				break
			}
			i += 8
		}
		if i >= s.end {
			return 0, 0, false
		}
		switch c := s.buf[i]; {
		case c == quote:
			s.pos = i + 1
			return lo, i - lo, !high || utf8.Valid(s.buf[lo:i])
		case c == '\\':
			return s.escaped(lo, i, quote)
		case c < 0x20 && !s.o.controlChars:
			return 0, 0, false
		case c >= 0x80:
			high = true
		}
		i++
	}
}

// escaped is text from the first backslash, at i, on.
func (s *scanner) escaped(lo, i int, quote byte) (off, n int, ok bool) {
	start := len(s.extra)
	s.extra = append(s.extra, s.buf[lo:i]...)
	for i < s.end {
		c := s.buf[i]
		switch {
		case c == quote:
			s.pos = i + 1
			return len(s.buf) + start, len(s.extra) - start, utf8.Valid(s.extra[start:])
		case c == '\\':
			if i = s.escape(i + 1); i < 0 {
				return 0, 0, false
			}
			continue
		case c < 0x20 && !s.o.controlChars:
			return 0, 0, false
		}
		s.extra = append(s.extra, c)
		i++
	}
	return 0, 0, false
}

// escape appends what the escape after a backslash stands for and returns
// where it ends, -1 if it is none.
func (s *scanner) escape(i int) int {
	if i >= s.end {
		return -1
	}
	c := s.buf[i]
	switch c {
	case '"', '\\', '/':
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		return s.unicode(i + 1)
	default:
		if !s.o.backslashAny {
			return -1
		}
		_, n := utf8.DecodeRune(s.buf[i:s.end])
		s.extra = append(s.extra, s.buf[i:i+n]...)
		return i + n
	}
	s.extra = append(s.extra, c)
	return i + 1
}

// unicode appends the character of four hex digits at i, or of a pair of
// surrogates. Half a pair becomes a question mark, as in Java's encoder.
func (s *scanner) unicode(i int) int {
	r := s.hex4(i)
	if r < 0 {
		return -1
	}
	i += 4
	switch {
	case r >= 0xd800 && r < 0xdc00:
		if i+6 <= s.end && s.buf[i] == '\\' && s.buf[i+1] == 'u' {
			if low := s.hex4(i + 2); low >= 0xdc00 && low < 0xe000 {
				s.extra = utf8.AppendRune(s.extra, (r-0xd800)<<10+(low-0xdc00)+0x10000)
				return i + 6
			}
		}
		s.extra = append(s.extra, '?')
	case r >= 0xdc00 && r < 0xe000:
		s.extra = append(s.extra, '?')
	default:
		s.extra = utf8.AppendRune(s.extra, r)
	}
	return i
}

func (s *scanner) hex4(i int) rune {
	if i+4 > s.end {
		return -1
	}
	r := rune(0)
	for _, c := range s.buf[i : i+4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}

// at returns the bytes of a place that text gave.
func (s *scanner) at(off, n int) []byte {
	if off >= len(s.buf) && n > 0 {
		return s.extra[off-len(s.buf):][:n]
	}
	return s.buf[min(off, len(s.buf)):][:n]
}

// peek skips blanks and returns the next byte, 0 at the end. A byte 0 in the
// text is no JSON either way.
func (s *scanner) peek() byte {
	for s.pos < s.end {
		c := s.buf[s.pos]
		if c > ' ' {
			if (c == '/' || c == '#') && s.o.comments && s.comment() {
				continue
			}
			return c
		}
		if c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c
		}
		s.pos++
	}
	return 0
}

// comment skips a comment of Java's or shell's.
func (s *scanner) comment() bool {
	rest := s.buf[s.pos:s.end]
	end := -1
	switch {
	case rest[0] == '#' || bytes.HasPrefix(rest, []byte("//")):
		if end = bytes.IndexByte(rest, '\n'); end < 0 {
			end = len(rest)
		}
	case bytes.HasPrefix(rest, []byte("/*")):
		if end = bytes.Index(rest[2:], []byte("*/")); end >= 0 {
			end += 4
		}
	}
	if end < 0 {
		return false
	}
	s.pos += end
	return true
}

// number reads a number at pos; whole says that it has neither fraction nor
// exponent.
func (s *scanner) number() (whole, ok bool) {
	i := s.pos
	if s.buf[i] == '-' {
		i++
	}
	lo := i
	i = s.digits(i)
	if i == lo || s.buf[lo] == '0' && i > lo+1 && !s.o.leadingZeros {
		return false, false
	}
	whole = true
	if i < s.end && s.buf[i] == '.' {
		lo, whole = i+1, false
		if i = s.digits(lo); i == lo {
			return false, false
		}
	}
	if i < s.end && s.buf[i]|0x20 == 'e' {
		whole = false
		i++
		if i < s.end && (s.buf[i] == '+' || s.buf[i] == '-') {
			i++
		}
		lo = i
		if i = s.digits(lo); i == lo {
			return false, false
		}
	}
	s.pos = i
	return whole, true
}

func (s *scanner) digits(i int) int {
	for i < s.end && s.buf[i]-'0' <= 9 {
		i++
	}
	return i
}

// literal reads one of the words true, false and null, or a number that is
// none.
func (s *scanner) literal(word string) bool {
	if s.end-s.pos < len(word) || string(s.buf[s.pos:s.pos+len(word)]) != word {
		return false
	}
	s.pos += len(word)
	return s.pos >= s.end || !wordByte(s.buf[s.pos])
}

func wordByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '$' || c >= 0x80
}

var nonNumbers = []string{"NaN", "Infinity", "-Infinity", "+Infinity", "INF", "-INF", "+INF"}

// nonNumber reads NaN or an infinity if the options allow them.
func (s *scanner) nonNumber() bool {
	if !s.o.nonNumeric {
		return false
	}
	for _, w := range nonNumbers {
		start := s.pos
		if s.literal(w) {
			return true
		}
		s.pos = start
	}
	return false
}

// kindOf is the kind of a value by its first byte.
type kindOf uint8

const (
	isBroken kindOf = iota
	isText
	isNumber
	isTrue
	isFalse
	isNull
	isObject
	isArray
	isNaN // or infinite
)

// classify says what kind of value begins with c.
func (s *scanner) classify(c byte) kindOf {
	switch c {
	case '"':
		return isText
	case '\'':
		if s.o.singleQuotes {
			return isText
		}
	case '{':
		return isObject
	case '[':
		return isArray
	case 't':
		return isTrue
	case 'f':
		return isFalse
	case 'n':
		return isNull
	case '-':
		if s.pos+1 < s.end && s.buf[s.pos+1] == 'I' {
			return isNaN
		}
		return isNumber
	case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return isNumber
	case 'N', 'I', '+':
		return isNaN
	}
	return isBroken
}

// skip reads a value of any kind and checks its grammar.
func (s *scanner) skip() bool {
	switch s.classify(s.peek()) {
	case isText:
		extra := len(s.extra)
		_, _, ok := s.text()
		s.extra = s.extra[:extra]
		return ok
	case isNumber:
		_, ok := s.number()
		return ok
	case isTrue:
		return s.literal("true")
	case isFalse:
		return s.literal("false")
	case isNull:
		return s.literal("null")
	case isNaN:
		return s.nonNumber()
	case isObject:
		return s.skipObject()
	case isArray:
		return s.skipArray()
	}
	return false
}

func (s *scanner) skipObject() bool {
	if !s.enter() {
		return false
	}
	for first := true; ; first = false {
		more, ok := s.item('}', first)
		if !ok || !more {
			s.depth--
			return ok
		}
		extra := len(s.extra)
		if _, _, ok := s.key(); !ok {
			return false
		}
		s.extra = s.extra[:extra]
		if !s.skip() {
			return false
		}
	}
}

func (s *scanner) skipArray() bool {
	if !s.enter() {
		return false
	}
	for first := true; ; first = false {
		more, ok := s.item(']', first)
		if !ok || !more {
			s.depth--
			return ok
		}
		if !s.skip() {
			return false
		}
	}
}

// enter reads the bracket that opens an object or array.
func (s *scanner) enter() bool {
	s.pos++
	s.depth++
	return s.depth <= maxDepth
}

// item reads what stands before an item of an object or array: nothing or a
// comma; or the bracket that closes it (more is false).
func (s *scanner) item(closing byte, first bool) (more, ok bool) {
	switch c := s.peek(); {
	case c == closing && first:
		s.pos++
		return false, true
	case first:
		return true, c != 0
	case c == ',':
		s.pos++
		return true, s.peek() != closing
	case c == closing:
		s.pos++
		return false, true
	}
	return false, false
}

// key reads a field name and the colon after it.
func (s *scanner) key() (off, n int, ok bool) {
	switch c := s.peek(); {
	case c == '"' || c == '\'' && s.o.singleQuotes:
		if off, n, ok = s.text(); !ok {
			return 0, 0, false
		}
	case s.o.unquotedNames && wordByte(c) && (c < '0' || c > '9'):
		off = s.pos
		for s.pos < s.end && wordByte(s.buf[s.pos]) {
			s.pos++
		}
		n = s.pos - off
	default:
		return 0, 0, false
	}
	if s.peek() != ':' {
		return 0, 0, false
	}
	s.pos++
	return off, n, true
}
