package text

import (
	"unicode"
	"unicode/utf8"

	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

func letters() []def.Spec {
	letter := func(usage, example string, f func(dst, s []byte) []byte, names ...string) []def.Spec {
		return named(def.Spec{Usage: usage, Example: example, Args: def.Args(def.String), Result: sqltype.String, Kernel: def.Text(f)}, names...)
	}
	list := letter("the text in upper case", "upper('Spark')", appendUpper, "upper", "ucase")
	list = append(list, letter("the text in lower case", "lower('Spark')", appendLower, "lower", "lcase")...)
	return append(list, letter("the first letter of each word in upper case, the others in lower case", "initcap('sPark sql')", appendInitcap, "initcap")...)
}

// appendUpper appends s in upper case by Unicode's full mapping.
func appendUpper(dst, s []byte) []byte {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c-'a' < 26 {
				c -= 'a' - 'A'
			}
			dst = append(dst, c)
			i++
			continue
		}
		r, n := utf8.DecodeRune(s[i:])
		dst = appendMapped(dst, s[i:i+n], r, upperRune(r))
		i += n
	}
	return dst
}

// appendMapped appends what a character became, and broken bytes as they are.
func appendMapped(dst, old []byte, r rune, to string) []byte {
	if r == utf8.RuneError && len(old) == 1 {
		return append(dst, old...)
	}
	return append(dst, to...)
}

// upperRune is the upper case of a character, several characters of some
// (Unicode's SpecialCasing).
func upperRune(r rune) string {
	if to, ok := specialUpper[r]; ok {
		return to
	}
	return string(unicode.ToUpper(r))
}

var specialUpper = map[rune]string{
	'ß': "SS", 'ŉ': "ʼN", 'ǰ': "J̌", 'ΐ': "Ϊ́", 'ΰ': "Ϋ́", 'և': "ԵՒ", 'ẖ': "H̱", 'ẗ': "T̈", 'ẘ': "W̊", 'ẙ': "Y̊", 'ẚ': "Aʾ",
	'ﬀ': "FF", 'ﬁ': "FI", 'ﬂ': "FL", 'ﬃ': "FFI", 'ﬄ': "FFL", 'ﬅ': "ST", 'ﬆ': "ST",
	'ﬓ': "ՄՆ", 'ﬔ': "ՄԵ", 'ﬕ': "ՄԻ", 'ﬖ': "ՎՆ", 'ﬗ': "ՄԽ",
}

// appendLower appends s in lower case; a sigma that ends a word is ς.
func appendLower(dst, s []byte) []byte {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c-'A' < 26 {
				c += 'a' - 'A'
			}
			dst = append(dst, c)
			i++
			continue
		}
		r, n := utf8.DecodeRune(s[i:])
		to := string(unicode.ToLower(r))
		switch {
		case r == 'İ':
			to = "i̇"
		case r == 'Σ' && endsWord(s, i, n):
			to = "ς"
		}
		dst = appendMapped(dst, s[i:i+n], r, to)
		i += n
	}
	return dst
}

// endsWord reports whether a letter comes before the character at i and none
// after it.
func endsWord(s []byte, i, n int) bool {
	before, _ := utf8.DecodeLastRune(s[:i])
	after, _ := utf8.DecodeRune(s[i+n:])
	return unicode.IsLetter(before) && !unicode.IsLetter(after)
}

// appendInitcap takes words to be cut by spaces.
func appendInitcap(dst, s []byte) []byte {
	at := len(dst)
	dst = appendLower(dst, s)
	low := append([]byte(nil), dst[at:]...)
	dst = dst[:at]
	start := true
	for i := 0; i < len(low); {
		r, n := utf8.DecodeRune(low[i:])
		if start && !(r == utf8.RuneError && n == 1) {
			dst = utf8.AppendRune(dst, unicode.ToTitle(r))
		} else {
			dst = append(dst, low[i:i+n]...)
		}
		start = r == ' '
		i += n
	}
	return dst
}
