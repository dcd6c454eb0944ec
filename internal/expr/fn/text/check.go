package text

import (
	"unicode"
	"unicode/utf8"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// checks are functions that look at every character: validity, masks.
func checks() []def.Spec {
	one := func(name, usage, example string) def.Spec {
		return def.Spec{Name: name, Usage: usage, Example: example, Args: def.Args(def.String), Result: sqltype.String}
	}
	valid := one("is_valid_utf8", "whether the text is valid UTF-8", "is_valid_utf8('a')")
	valid.Result, valid.Kernel = sqltype.Boolean, rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
		setBool(out, i, utf8.Valid(args[0].Text(i)))
	})
	mend := one("make_valid_utf8", "the text with what is not valid UTF-8 replaced", "make_valid_utf8('a')")
	mend.Kernel = def.Text(func(dst, s []byte) []byte {
		for len(s) > 0 {
			r, n := utf8.DecodeRune(s)
			dst, s = utf8.AppendRune(dst, r), s[n:]
		}
		return dst
	})
	must := one("validate_utf8", "the text, which must be valid UTF-8", "validate_utf8('a')")
	must.Kernel = def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
		if !utf8.Valid(args[0].Text(i)) {
			return sparkerr.Data("INVALID_UTF8_STRING", "The text is not valid UTF-8. Mend it with make_valid_utf8.", "str", hexText(args[0].Text(i)))
		}
		out.SetText(i, args[0].Text(i))
		return nil
	})
	try := one("try_validate_utf8", "the text, or null if it is not valid UTF-8", "try_validate_utf8('a')")
	try.Nulls = def.Always
	try.Kernel = rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
		if !utf8.Valid(args[0].Text(i)) {
			out.SetNull(i)
			return
		}
		out.SetText(i, args[0].Text(i))
	})
	luhn := one("luhn_check", "whether the digits pass Luhn's test", "luhn_check('79927398713')")
	luhn.Result, luhn.Kernel = sqltype.Boolean, rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
		setBool(out, i, luhnCheck(args[0].Text(i)))
	})
	quote := one("quote", "the text in single quotes, quotes in it behind backslashes", "quote('it')")
	quote.Kernel = def.Text(func(dst, s []byte) []byte {
		dst = append(dst, '\'')
		for _, c := range s {
			if c == '\'' {
				dst = append(dst, '\\')
			}
			dst = append(dst, c)
		}
		return append(dst, '\'')
	})
	return []def.Spec{valid, mend, must, try, luhn, quote,
		{Name: "mask", Usage: "the text with upper-case letters, lower-case letters, digits and others replaced; null leaves them", Example: "mask('AbCD123')",
			Args: def.Args(def.String, def.String, def.String, def.String, def.String), Optional: 4, Omitted: []string{"X", "x", "n", "NULL"},
			Result: sqltype.String, NullSafe: true, Nulls: def.Always, Kernel: rows(maskText)}}
}

func hexText(s []byte) string {
	b := []byte{}
	for _, c := range s {
		b = append(b, "\\x"...)
		b = append(b, "0123456789ABCDEF"[c>>4], "0123456789ABCDEF"[c&15])
	}
	return string(b)
}

func luhnCheck(s []byte) bool {
	sum, double := 0, false
	for i := len(s) - 1; i >= 0; i-- {
		d := int(s[i]) - '0'
		if d < 0 || d > 9 {
			return false
		}
		if double {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		double = !double
		sum += d
	}
	return len(s) > 0 && sum%10 == 0
}

func maskText(args []*columnar.Vector, i int, out *columnar.Vector) {
	if args[0].IsNull(i) {
		out.SetNull(i)
		return
	}
	by := [4][]byte{[]byte("X"), []byte("x"), []byte("n"), nil}
	for k, a := range args[1:] {
		by[k] = nil
		if !a.IsNull(i) {
			by[k] = a.Text(i)
		}
	}
	appended(out, i, func(dst []byte) []byte {
		for s := args[0].Text(i); len(s) > 0; {
			r, n := utf8.DecodeRune(s)
			k := 3
			switch {
			case unicode.IsUpper(r):
				k = 0
			case unicode.IsLower(r):
				k = 1
			case unicode.IsDigit(r):
				k = 2
			}
			if by[k] != nil {
				dst = append(dst, by[k]...)
			} else {
				dst = append(dst, s[:n]...)
			}
			s = s[n:]
		}
		return dst
	})
}
