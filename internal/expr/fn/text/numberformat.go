package text

import (
	"encoding/base64"
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// picture is a number format such as '$99,999.99S': digits 9 (may be absent)
// and 0, a grouping separator , or G, a point . or D, a dollar, a sign S or MI
// at one end, or angle brackets PR.
type picture struct {
	text       string
	groups     []int // digits of each group before the point, from the left
	exact      bool  // the digits begin with 0: all must be there
	zeros      []bool
	fraction   int
	point      bool
	dollar     bool
	sign       string // "", S, MI, PR
	signBefore bool
}

func parsePicture(text string) (*picture, error) {
	p := &picture{text: text, groups: []int{0}}
	if !strings.ContainsAny(text, "09") {
		return nil, sparkerr.Data("INVALID_FORMAT.WRONG_NUM_DIGIT", "The number format '"+text+"' needs a 0 or 9 at least.", "format", "'"+text+"'")
	}
	s := strings.ToUpper(text)
	for _, sign := range []string{"S", "MI"} {
		if rest, ok := strings.CutPrefix(s, sign); ok && p.sign == "" {
			p.sign, p.signBefore, s = sign, true, rest
		}
	}
	for _, sign := range []string{"S", "MI", "PR"} {
		if rest, ok := strings.CutSuffix(s, sign); ok && p.sign == "" {
			p.sign, s = sign, rest
		}
	}
	if rest, ok := strings.CutPrefix(s, "$"); ok {
		p.dollar, s = true, rest
	}
	digits := 0
	for k, c := range s {
		switch {
		case c == '0' || c == '9':
			if digits == 0 {
				p.exact = c == '0' && !p.point
			}
			digits++
			if p.point {
				p.fraction++
			} else {
				p.groups[len(p.groups)-1]++
				p.zeros = append(p.zeros, c == '0')
			}
		case (c == ',' || c == 'G') && !p.point && k > 0:
			p.groups = append(p.groups, 0)
		case (c == '.' || c == 'D') && !p.point:
			p.point = true
		default:
			return nil, sparkerr.Data("INVALID_FORMAT.UNEXPECTED_TOKEN", "The number format '"+text+"' has '"+string(c)+"' where it cannot stand.",
				"format", "'"+text+"'", "token", "character '"+string(c)+"'", "position", "0")
		}
	}
	return p, nil
}

func (p *picture) whole() int {
	n := 0
	for _, g := range p.groups {
		n += g
	}
	return n
}

// decimalType is the type of numbers of the format.
func (p *picture) decimalType() sqltype.Decimal {
	return sqltype.Decimal{Precision: p.whole() + p.fraction, Scale: p.fraction}
}

// parse returns the digits of s as a plain number.
func (p *picture) parse(s string) (string, bool) {
	s = strings.TrimSpace(s)
	negative := false
	cut := func(sign string) bool {
		var ok bool
		if p.signBefore {
			s, ok = strings.CutPrefix(s, sign)
		} else {
			s, ok = strings.CutSuffix(s, sign)
		}
		return ok
	}
	switch p.sign {
	case "S", "MI":
		if negative = cut("-"); !negative && p.sign == "S" {
			cut("+")
		}
	case "PR":
		if strings.HasPrefix(s, "<") && strings.HasSuffix(s, ">") {
			negative, s = true, s[1:len(s)-1]
		}
	}
	if p.dollar {
		var ok bool
		if s, ok = strings.CutPrefix(s, "$"); !ok {
			return "", false
		}
	}
	whole, fraction, point := strings.Cut(s, ".")
	if point && !p.point || len(fraction) > p.fraction || !allDigits(fraction) {
		return "", false
	}
	digits, ok := p.wholeDigits(whole)
	if !ok || digits == "" && fraction == "" {
		return "", false
	}
	text := digits + "." + fraction + "0"
	if negative {
		text = "-" + text
	}
	return text, true
}

// wholeDigits checks the digits before the point against the groups.
func (p *picture) wholeDigits(s string) (string, bool) {
	parts := strings.Split(s, ",")
	if len(parts) > len(p.groups) || p.exact && len(parts) != len(p.groups) {
		return "", false
	}
	groups := p.groups[len(p.groups)-len(parts):]
	for k, part := range parts {
		fits := len(part) == groups[k] || k == 0 && len(part) < groups[k] && !p.exact
		if !fits || !allDigits(part) {
			return "", false
		}
	}
	return strings.Join(parts, ""), true
}

func allDigits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// append prints a number; of one that does not fit only # remain.
func (p *picture) append(dst []byte, d decimal.Decimal) []byte {
	text := d.String()
	text, negative := strings.CutPrefix(text, "-")
	whole, fraction, _ := strings.Cut(text, ".")
	fraction = strings.TrimRight(fraction, "0")
	whole = strings.TrimLeft(whole, "0")
	fits := len(whole) <= p.whole() && len(fraction) <= p.fraction && (!negative || p.sign != "")
	if whole == "" && p.point && len(p.zeros) > 0 {
		whole = "0"
	}
	if p.signBefore {
		dst = appendSign(dst, p.sign, negative)
	}
	if p.sign == "PR" && negative {
		dst = append(dst, '<')
	}
	if p.dollar {
		dst = append(dst, '$')
	}
	dst = p.appendWhole(dst, whole, fits)
	if p.point {
		dst = append(dst, '.')
	}
	for k := range p.fraction {
		switch {
		case !fits:
			dst = append(dst, '#')
		case k < len(fraction):
			dst = append(dst, fraction[k])
		default:
			dst = append(dst, '0')
		}
	}
	switch {
	case p.sign == "PR" && negative:
		return append(dst, '>')
	case p.sign == "PR":
		return append(dst, "  "...)
	case !p.signBefore:
		return appendSign(dst, p.sign, negative)
	}
	return dst
}

func appendSign(dst []byte, sign string, negative bool) []byte {
	switch {
	case sign == "":
		return dst
	case negative:
		return append(dst, '-')
	case sign == "S":
		return append(dst, '+')
	}
	return append(dst, ' ')
}

func (p *picture) appendWhole(dst []byte, whole string, fits bool) []byte {
	place, total, begun := 0, p.whole(), false
	for g, n := range p.groups {
		if g > 0 {
			if begun || !fits {
				dst = append(dst, ',')
			} else {
				dst = append(dst, ' ')
			}
		}
		for range n {
			at := len(whole) - (total - place)
			switch {
			case !fits:
				dst = append(dst, '#')
			case at >= 0:
				dst, begun = append(dst, whole[at]), true
			case p.zeros[place] || begun:
				dst, begun = append(dst, '0'), true
			default:
				dst = append(dst, ' ')
			}
			place++
		}
	}
	return dst
}

func numberFormats() []def.Spec {
	return append(toChars(),
		def.Spec{Name: "to_binary", Usage: "the bytes of a text in hexadecimal digits (hex), UTF-8 (utf-8) or base 64 (base64)", Example: "to_binary('abc', 'utf-8')", Args: def.Args(def.String, def.String),
			Optional: 1, Result: sqltype.Binary, Nulls: def.Always, Kernel: def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error { return toBinary(args, i, out, false) })},
		def.Spec{Name: "try_to_binary", Usage: "to_binary, null of what it cannot read", Example: "try_to_binary('zz', 'hex')", Args: def.Args(def.String, def.String),
			Optional: 1, Result: sqltype.Binary, Nulls: def.Always, Kernel: def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error { return toBinary(args, i, out, true) })})
}

func toBinary(args []*columnar.Vector, i int, out *columnar.Vector, try bool) error {
	s, format := args[0].Text(i), "hex"
	if len(args) > 1 {
		format = strings.ToLower(args[1].Str(i))
	}
	ok := true
	at := len(out.Bytes)
	switch format {
	case "utf-8", "utf8":
		out.Bytes = append(out.Bytes, s...)
	case "base64":
		if ok = isBase64(s); ok {
			out.Bytes = unbase64(out.Bytes, s)
		}
	case "hex":
		out.Bytes, ok = appendUnhex(out.Bytes, s)
	default:
		return sparkerr.Data("DATATYPE_MISMATCH.INVALID_ARG_VALUE", "to_binary knows the formats hex, utf-8, utf8 and base64, but not "+format+".",
			"inputName", "fmt", "requireType", `case-insensitive "STRING"`, "validValues", "'hex', 'utf-8', 'utf8', or 'base64'", "inputValue", "'"+format+"'")
	}
	if !ok {
		out.Bytes = out.Bytes[:at]
		if !try {
			return sparkerr.Data("CONVERSION_INVALID_INPUT", "The text '"+string(s)+"' is not in the format "+format+". Use try_to_binary to get NULL instead.",
				"str", "'"+string(s)+"'", "fmt", "'"+strings.ToUpper(format)+"'", "targetType", `"BINARY"`, "suggestion", "`try_to_binary`")
		}
		out.SetNull(i)
		return nil
	}
	out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(len(out.Bytes) - at)}
	return nil
}

// isBase64 reports whether s is digits of base 64 with white space between them,
// and the padding, if there is any, completes the last four.
func isBase64(s []byte) bool {
	n := 0
	for i, c := range s {
		switch {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/':
			n++
		case c == '=':
			rest := strings.TrimRight(string(s[i:]), " \t\r\n")
			return n%4 == 2 && rest == "==" || n%4 == 3 && rest == "="
		case c != ' ' && c != '\t' && c != '\r' && c != '\n':
			return false
		}
	}
	return n%4 != 1
}

func appendUnhex(dst, s []byte) ([]byte, bool) {
	if len(s)%2 == 1 {
		s = append([]byte{'0'}, s...)
	}
	for k := 0; k < len(s); k += 2 {
		var x byte
		for _, c := range s[k : k+2] {
			n := strings.IndexByte("0123456789abcdef", c|0x20)
			if c >= '0' && c <= '9' {
				n = int(c - '0')
			}
			if n < 0 {
				return dst, false
			}
			x = x<<4 | byte(n)
		}
		dst = append(dst, x)
	}
	return dst, true
}

// asDecimal takes numbers as decimals.
var asDecimal = def.Want{SQL: `"DECIMAL"`, Pick: func(t sqltype.Type, ansi bool) (sqltype.Type, bool) {
	switch {
	case t.Kind() == sqltype.KindDecimal:
		return t, true
	case t.Kind() == sqltype.KindNull || sqltype.IsIntegral(t):
		return sqltype.Decimal{Precision: 20}, true
	}
	return sqltype.Decimal{Precision: 38, Scale: 18}, sqltype.IsNumeric(t) || t.Kind() == sqltype.KindString
}}

// toChars also take binaries, whose formats are hex, base64 and utf-8.
func toChars() []def.Spec {
	return named(def.Spec{Usage: "a number in a format of digits 9 and 0, separators, point, dollar and sign; a binary as hex, base64 or utf-8", Example: "to_char(454, '000D00')",
		Args: def.Args(def.OneOf(def.Kinds(`"BINARY"`, nil, false, sqltype.KindBinary), asDecimal), def.String), Result: sqltype.String, Nulls: def.Always,
		Print: func(args []expr.Node) string {
			if f, ok := args[1].(*expr.Literal); ok && args[0].Type().Kind() == sqltype.KindBinary {
				return expr.CallText(strings.ToLower(f.String()), args[:1])
			}
			return expr.CallText("to_char", args)
		},
		KernelOf: func(_ *expr.Session, t []sqltype.Type) func() expr.Kernel {
			if t[0].Kind() == sqltype.KindBinary {
				return def.Rows(binaryToChar)
			}
			return toCharKernel
		}}, "to_char", "to_varchar")
}

func binaryToChar(args []*columnar.Vector, i int, out *columnar.Vector) error {
	at := len(out.Bytes)
	switch s, format := args[0].Text(i), strings.ToLower(args[1].Str(i)); format {
	case "hex":
		for _, c := range s {
			out.Bytes = append(out.Bytes, "0123456789ABCDEF"[c>>4], "0123456789ABCDEF"[c&15])
		}
	case "base64":
		out.Bytes = base64.StdEncoding.AppendEncode(out.Bytes, s)
	case "utf-8":
		out.Bytes = append(out.Bytes, s...)
	default:
		return sparkerr.Data("INVALID_PARAMETER_VALUE.BINARY_FORMAT", "to_char knows the formats base64, hex and utf-8 of binaries, but not "+format+".",
			"functionName", "`to_char`", "parameter", "`format`", "invalidFormat", "'"+format+"'")
	}
	out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(len(out.Bytes) - at)}
	return nil
}

func toCharKernel() expr.Kernel {
	var p *picture
	return def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) (err error) {
		if f := args[1].Text(i); p == nil || p.text != string(f) {
			if p, err = parsePicture(string(f)); err != nil {
				return err
			}
		}
		appended(out, i, func(dst []byte) []byte { return p.append(dst, args[0].Decimal(i)) })
		return nil
	})()
}

// toNumber reads numbers of a constant format, on which the type depends.
func toNumber(name string, try bool) *expr.Func {
	return &expr.Func{Name: name, Group: "string", Usage: "the number of a text in a constant format of digits 9 and 0, separators, point, dollar and sign", Example: name + "('12,345.67', '99,999.99')",
		Resolve: func(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
			spec := def.Spec{Name: name, Args: def.Args(def.String, def.String)}
			types, err := spec.Types(c, args)
			if err != nil {
				return expr.Signature{}, err
			}
			format, ok := args[1].Value.(string)
			if !ok {
				return expr.Signature{}, expr.Mismatch("NON_FOLDABLE_INPUT", name, args, "the format must be a constant text.", "inputName", "`format`", "inputType", `"STRING"`,
					"inputExpr", expr.Quoted(args[1].Node.String()))
			}
			p, err := parsePicture(format)
			if err != nil {
				return expr.Signature{}, err
			}
			t := p.decimalType()
			return expr.Signature{Args: types, Result: t, Nullable: try || expr.Nullable(args), Make: def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
				text, ok := p.parse(string(args[0].Text(i)))
				var u decimal.Int128
				if ok {
					var err error
					u, err = decimal.Parse([]byte(text), decimal.Type{Precision: uint8(t.Precision), Scale: uint8(t.Scale)})
					ok = err == nil
				}
				switch {
				case !ok && try:
					out.SetNull(i)
				case !ok:
					return sparkerr.Data("INVALID_FORMAT.MISMATCH_INPUT", "The text '"+string(args[0].Text(i))+"' is not in the format '"+format+"'. Use try_to_number to get NULL instead.",
						"inputType", `"STRING"`, "input", string(args[0].Text(i)), "format", format)
				case t.Precision <= sqltype.MaxLongDigits:
					columnar.Slice[int64](out)[i] = int64(u.Lo)
				default:
					columnar.Slice[decimal.Int128](out)[i] = u
				}
				return nil
			})}, nil
		}}
}
