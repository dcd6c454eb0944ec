package lex

import (
	"strings"
	"unicode/utf8"
)

// Identifier returns the name that an Ident or Quoted token as written stands
// for.
func Identifier(written string) string {
	if len(written) >= 2 && written[0] == '`' {
		return strings.ReplaceAll(written[1:len(written)-1], "``", "`")
	}
	return written
}

// Unquote returns the value of a String or DoubleQuoted token as written:
// escapes are resolved, except in r'...' and $$...$$.
func Unquote(written string) string {
	switch written[0] {
	case 'r', 'R':
		return written[2 : len(written)-1]
	case '$':
		mark := strings.IndexByte(written[1:], '$') + 2
		return written[mark : len(written)-mark]
	}
	body, q := written[1:len(written)-1], written[0]
	if strings.IndexByte(body, '\\') < 0 && strings.IndexByte(body, q) < 0 {
		return body
	}
	return unescape(body, q)
}

func unescape(body string, q byte) string {
	b := make([]byte, 0, len(body))
	for i := 0; i < len(body); {
		switch {
		case body[i] == q && i+1 < len(body) && body[i+1] == q:
			b = append(b, q)
			i += 2
		case body[i] != '\\' || i+1 >= len(body):
			b = append(b, body[i])
			i++
		default:
			var n int
			b, n = escape(b, body[i+1:])
			i += 1 + n
		}
	}
	return string(b)
}

// escape appends what the escape sequence at the start of s (behind its
// backslash) stands for and returns how many bytes of s it took.
func escape(b []byte, s string) ([]byte, int) {
	switch c := s[0]; {
	case c == 'u' && hex(s[1:], 4) >= 0:
		return utf8.AppendRune(b, rune(hex(s[1:], 4))), 5
	case c == 'U' && hex(s[1:], 8) >= 0:
		return utf8.AppendRune(b, rune(hex(s[1:], 8))), 9
	case len(s) >= 3 && c >= '0' && c <= '1' && octal(s[1]) && octal(s[2]):
		return utf8.AppendRune(b, rune(c-'0')*64+rune(s[1]-'0')*8+rune(s[2]-'0')), 3
	case c == '%' || c == '_': // for LIKE, which reads the backslash itself
		return append(b, '\\', c), 1
	}
	if i := strings.IndexByte("0bnrtZ", s[0]); i >= 0 {
		return append(b, "\x00\b\n\r\t\x1a"[i]), 1
	}
	_, n := utf8.DecodeRuneInString(s)
	return append(b, s[:n]...), n
}

func octal(c byte) bool { return c >= '0' && c <= '7' }

// hex returns the value of the first n hexadecimal digits of s, -1 if they are
// not all there.
func hex(s string, n int) int64 {
	if len(s) < n {
		return -1
	}
	v := int64(0)
	for _, c := range []byte(s[:n]) {
		i := strings.IndexByte("0123456789abcdef", c|0x20)
		if digit(c) {
			i = int(c - '0')
		}
		if i < 0 {
			return -1
		}
		v = v*16 + int64(i)
	}
	return v
}
