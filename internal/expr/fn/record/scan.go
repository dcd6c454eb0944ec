package record

import (
	"strconv"
	"unicode/utf8"

	"github.com/spatestream/spate/internal/expr/render"
)

// value is a JSON value in a text: its bytes, without blanks around.
type value struct {
	text []byte
	kind byte // '{' '[' '"' (strings, also in single quotes) '0' (numbers) 't' 'f' 'n'
}

// maxDepth is how deep values may nest.
const maxDepth = 1000

// scan reads the value at the beginning of b, after blanks; rest is what
// follows it. The whole value is checked against the grammar; strings may be
// in single quotes, as in Spark.
func scan(b []byte, depth int) (v value, rest []byte, ok bool) {
	b = blanks(b)
	if len(b) == 0 || depth > maxDepth {
		return value{}, nil, false
	}
	switch c := b[0]; {
	case c == '{':
		return collect(b, depth, '}', nil)
	case c == '[':
		return collect(b, depth, ']', nil)
	case c == '"' || c == '\'':
		n := stringEnd(b)
		return take1(b, n, '"')
	case c == '-' || c >= '0' && c <= '9':
		return take1(b, numberEnd(b), '0')
	}
	for _, word := range []string{"true", "false", "null"} {
		if len(b) >= len(word) && string(b[:len(word)]) == word {
			return take1(b, len(word), word[0])
		}
	}
	return value{}, nil, false
}

func take1(b []byte, n int, kind byte) (value, []byte, bool) {
	if n <= 0 {
		return value{}, nil, false
	}
	return value{b[:n], kind}, b[n:], true
}

func blanks(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t' || b[0] == '\n' || b[0] == '\r') {
		b = b[1:]
	}
	return b
}

// stringEnd returns where the string that b begins with ends, 0 if nowhere.
func stringEnd(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch {
		case b[i] == '\\':
			i++
		case b[i] == b[0]:
			return i + 1
		case b[i] < 0x20:
			return 0
		}
	}
	return 0
}

func numberEnd(b []byte) int {
	i := 0
	digits := func() int {
		n := 0
		for i < len(b) && b[i] >= '0' && b[i] <= '9' {
			i++
			n++
		}
		return n
	}
	if b[0] == '-' {
		i++
	}
	first := i
	n := digits()
	if n == 0 || n > 1 && b[first] == '0' {
		return 0
	}
	if i < len(b) && b[i] == '.' {
		i++
		if digits() == 0 {
			return 0
		}
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		if digits() == 0 {
			return 0
		}
	}
	return i
}

// collect reads an object or array and calls visit for its members, whose
// names are nil in arrays.
func collect(b []byte, depth int, end byte, visit func(name []byte, v value)) (value, []byte, bool) {
	rest := blanks(b[1:])
	if len(rest) > 0 && rest[0] == end {
		return value{b[:len(b)-len(rest)+1], b[0]}, rest[1:], true
	}
	for {
		var name []byte
		rest = blanks(rest)
		if end == '}' {
			if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
				return value{}, nil, false
			}
			n := stringEnd(rest)
			if n == 0 {
				return value{}, nil, false
			}
			name, rest = rest[:n], blanks(rest[n:])
			if len(rest) == 0 || rest[0] != ':' {
				return value{}, nil, false
			}
			rest = rest[1:]
		}
		v, after, ok := scan(rest, depth+1)
		if !ok {
			return value{}, nil, false
		}
		if visit != nil {
			visit(name, v)
		}
		rest = blanks(after)
		if len(rest) == 0 || rest[0] != ',' && rest[0] != end {
			return value{}, nil, false
		}
		done := rest[0] == end
		rest = rest[1:]
		if done {
			return value{b[:len(b)-len(rest)], b[0]}, rest, true
		}
	}
}

// members calls visit for the members of an object or array that was scanned.
func (v value) members(visit func(name []byte, v value)) {
	end := byte('}')
	if v.kind == '[' {
		end = ']'
	}
	collect(v.text, 0, end, visit)
}

// appendString appends what a string with its quotes says.
func appendString(dst, s []byte) []byte {
	s = s[1 : len(s)-1]
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			dst = append(dst, s[i])
			continue
		}
		i++
		switch s[i] {
		case 'n':
			dst = append(dst, '\n')
		case 't':
			dst = append(dst, '\t')
		case 'r':
			dst = append(dst, '\r')
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'u':
			r, n := unicodeEscape(s[i+1:])
			dst = utf8.AppendRune(dst, r)
			i += n
		default:
			dst = append(dst, s[i])
		}
	}
	return dst
}

// unicodeEscape reads the digits behind \u, of a surrogate pair both.
func unicodeEscape(s []byte) (r rune, n int) {
	hex := func(s []byte) (rune, bool) {
		if len(s) < 4 {
			return 0, false
		}
		x, err := strconv.ParseUint(string(s[:4]), 16, 32)
		return rune(x), err == nil
	}
	r, ok := hex(s)
	if !ok {
		return utf8.RuneError, 0
	}
	if r >= 0xd800 && r < 0xdc00 && len(s) >= 10 && s[4] == '\\' && s[5] == 'u' {
		if low, ok := hex(s[6:]); ok && low >= 0xdc00 && low < 0xe000 {
			return 0x10000 + (r-0xd800)<<10 + low - 0xdc00, 10
		}
	}
	return r, 4
}

// appendJSON appends a value without blanks, as Spark's library writes it:
// strings in double quotes, fractions as doubles print.
func appendJSON(dst []byte, v value) []byte {
	switch v.kind {
	case '"':
		return appendQuoted(dst, appendString(nil, v.text))
	case '0':
		return appendNumber(dst, v.text)
	case '{', '[':
		first := true
		dst = append(dst, v.kind)
		v.members(func(name []byte, m value) {
			if !first {
				dst = append(dst, ',')
			}
			first = false
			if name != nil {
				dst = append(appendQuoted(dst, appendString(nil, name)), ':')
			}
			dst = appendJSON(dst, m)
		})
		return append(dst, v.kind+2)
	}
	return append(dst, v.text...)
}

func appendNumber(dst, text []byte) []byte {
	for _, c := range text {
		if c == '.' || c|0x20 == 'e' {
			x, err := strconv.ParseFloat(string(text), 64)
			if err != nil {
				break
			}
			return render.AppendFloat(dst, x, 64)
		}
	}
	return append(dst, text...)
}

func appendQuoted(dst, s []byte) []byte {
	dst = append(dst, '"')
	for _, c := range s {
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, `\n`...)
		case '\t':
			dst = append(dst, `\t`...)
		case '\r':
			dst = append(dst, `\r`...)
		case '\b':
			dst = append(dst, `\b`...)
		case '\f':
			dst = append(dst, `\f`...)
		default:
			if c < 0x20 {
				dst = append(dst, `\u00`...)
				dst = append(dst, "0123456789ABCDEF"[c>>4], "0123456789ABCDEF"[c&15])
				continue
			}
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}
