package text

import (
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/spatestream/spate/sparkerr"
)

// compileRegex compiles a regular expression in Java's syntax for Go's
// package regexp, which runs in linear time and therefore has neither
// backreferences, look-around nor possessive quantifiers: those are an error.
// A $ without (?m) matches at the very end only.
func compileRegex(name, pattern string) (*regexp.Regexp, error) {
	text, err := goRegex(pattern)
	if err == nil {
		var re *regexp.Regexp
		if re, err = regexp.Compile(text); err == nil {
			return re, nil
		}
	}
	return nil, sparkerr.Data("INVALID_PARAMETER_VALUE.PATTERN",
		"The regular expression '"+pattern+"' of "+name+" is not valid here: "+err.Error()+". Look-around, backreferences and possessive quantifiers are not supported.",
		"parameter", "`regexp`", "functionName", "`"+name+"`", "value", "'"+pattern+"'")
}

var errUnsupported = errors.New("it uses a feature that cannot be run in linear time")

// anyChar is Java's dot: everything but line ends.
const anyChar = "[^\\n\\r\\x{85}\\x{2028}\\x{2029}]"

// goRegex translates the syntax.
func goRegex(p string) (string, error) {
	var b strings.Builder
	dotall := strings.Contains(p, "(?s") || strings.Contains(p, "(?d") || strings.Contains(p, "(?is") || strings.Contains(p, "(?ms")
	class := 0
	for i := 0; i < len(p); i++ {
		c := p[i]
		switch {
		case c == '\\':
			n, err := goEscape(&b, p[i:], class > 0)
			if err != nil {
				return "", err
			}
			i += n - 1
		case class > 0 && c == '&' && strings.HasPrefix(p[i:], "&&"):
			return "", errors.New("it intersects character classes")
		case class > 0 && c == '[' && !strings.HasPrefix(p[i:], "[:"):
			class++ // a union: the members are those of the outer class
			if strings.HasPrefix(p[i:], "[^") {
				return "", errors.New("it has a negated class within a class")
			}
		case c == '[':
			class++
			b.WriteByte(c)
			if strings.HasPrefix(p[i+1:], "^") {
				b.WriteByte('^')
				i++
			}
			if strings.HasPrefix(p[i+1:], "]") {
				b.WriteString("\\]")
				i++
			}
		case c == ']' && class > 0:
			if class--; class == 0 {
				b.WriteByte(c)
			}
		case class > 0:
			b.WriteByte(c)
		case c == '.' && !dotall:
			b.WriteString(anyChar)
		case c == '(' && (strings.HasPrefix(p[i:], "(?=") || strings.HasPrefix(p[i:], "(?!") || strings.HasPrefix(p[i:], "(?<=") || strings.HasPrefix(p[i:], "(?<!") || strings.HasPrefix(p[i:], "(?>")):
			return "", errUnsupported
		case c == '+' && i > 0 && isQuantifier(p, i):
			return "", errUnsupported
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), nil
}

// isQuantifier reports whether what ends before the + at i is a quantifier
// itself, which makes it possessive.
func isQuantifier(p string, i int) bool {
	escaped := i > 1 && p[i-2] == '\\'
	return !escaped && (p[i-1] == '*' || p[i-1] == '+' || p[i-1] == '?' || p[i-1] == '}')
}

// goEscape writes the escape that p begins with and returns its length.
func goEscape(b *strings.Builder, p string, class bool) (int, error) {
	if len(p) < 2 {
		return 0, errors.New("it ends with a backslash")
	}
	set := func(members string) {
		if class {
			b.WriteString(members)
		} else {
			b.WriteString("[" + members + "]")
		}
	}
	switch c := p[1]; c {
	case 's':
		set("\\t\\n\\x0B\\f\\r ")
	case 'h':
		set(" \\t\\x{A0}\\x{1680}\\x{180e}\\x{2000}-\\x{200a}\\x{202f}\\x{205f}\\x{3000}")
	case 'R':
		b.WriteString("(?:\\r\\n|[\\n\\x0B\\f\\r\\x{85}\\x{2028}\\x{2029}])")
	case 'Z':
		b.WriteString("\\z")
	case 'e':
		b.WriteString("\\x1B")
	case 'u':
		if len(p) < 6 {
			return 0, errors.New("\\u needs four digits")
		}
		b.WriteString("\\x{" + p[2:6] + "}")
		return 6, nil
	case '0':
		n := 2
		for n < len(p) && n < 5 && p[n] >= '0' && p[n] <= '7' {
			n++
		}
		x, err := strconv.ParseUint(p[2:n], 8, 32)
		b.WriteString("\\x{" + strconv.FormatUint(x, 16) + "}")
		return n, err
	case '1', '2', '3', '4', '5', '6', '7', '8', '9', 'k', 'G':
		return 0, errUnsupported
	case 'p', 'P':
		return goProperty(b, p, c == 'P')
	case 'Q':
		text, _, _ := strings.Cut(p[2:], "\\E")
		b.WriteString(regexp.QuoteMeta(text))
		return min(len(p), 2+len(text)+2), nil
	case 'w', 'W', 'd', 'D', 'S', 'b', 'B', 'A', 'z', 't', 'n', 'r', 'f', 'a', 'x', 'v':
		b.WriteString(p[:2])
	default:
		if c >= 0x80 { // the backslash says nothing
			return 1, nil
		}
		if c|0x20 >= 'a' && c|0x20 <= 'z' {
			return 0, errors.New("there is no escape \\" + string(c))
		}
		b.WriteString(regexp.QuoteMeta(string(c)))
		if c == '-' || c == '&' || c == '~' {
			s := b.String()
			b.Reset()
			b.WriteString(strings.TrimSuffix(s, string(c)) + "\\" + string(c))
		}
	}
	return 2, nil
}

// properties are the names of Java's classes in Go's syntax.
var properties = map[string]string{
	"Lower": "[:lower:]", "Upper": "[:upper:]", "ASCII": "[:ascii:]", "Alpha": "[:alpha:]", "Digit": "[:digit:]", "Alnum": "[:alnum:]",
	"Punct": "[:punct:]", "Graph": "[:graph:]", "Print": "[:print:]", "Blank": "[:blank:]", "Cntrl": "[:cntrl:]", "XDigit": "[:xdigit:]",
	"Space": "[:space:]",
}

func goProperty(b *strings.Builder, p string, negate bool) (int, error) {
	end := strings.IndexByte(p, '}')
	if len(p) < 3 || p[2] != '{' || end < 0 {
		b.WriteString(p[:min(3, len(p))])
		return min(3, len(p)), nil
	}
	name := p[3:end]
	if posix, ok := properties[name]; ok {
		if negate {
			posix = "[:^" + posix[2:]
		}
		b.WriteString("[" + posix + "]")
		return end + 1, nil
	}
	name = strings.TrimPrefix(name, "Is")
	if name == "Alphabetic" {
		name = "L"
	}
	b.WriteString(p[:2] + "{" + name + "}")
	return end + 1, nil
}

// literalOf returns the text a pattern stands for if it has no operators.
func literalOf(p string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(p); i++ {
		c := p[i]
		if c == '\\' && i+1 < len(p) && !(p[i+1]|0x20 >= 'a' && p[i+1]|0x20 <= 'z' || p[i+1] >= '0' && p[i+1] <= '9') {
			i++
			c = p[i]
		} else if strings.IndexByte(`\.+*?()|[]{}^$`, c) >= 0 {
			return "", false
		}
		b.WriteByte(c)
	}
	return b.String(), true
}
