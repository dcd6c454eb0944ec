package text

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/render"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// formatter writes what java.util.Formatter does, of its conversions
// b s c d o x e f g n and %, with flags, width, precision and n$.
type formatter struct {
	args []*columnar.Vector
	row  int
	next int
	dst  []byte
}

// verb is one conversion.
type verb struct {
	flags            string
	width, precision int // -1: none
	conv             byte
	upper            bool
}

func badFormat(why string) error {
	return sparkerr.Data("", "format_string: "+why+". Mend the format or cast the operand.")
}

func (f *formatter) run(format []byte) error {
	f.next = 0
	for len(format) > 0 {
		if format[0] != '%' {
			f.dst = append(f.dst, format[0])
			format = format[1:]
			continue
		}
		n, err := f.verb(format)
		if err != nil {
			return err
		}
		format = format[n:]
	}
	return nil
}

// verb writes the conversion that format begins with and returns its length.
func (f *formatter) verb(format []byte) (int, error) {
	i := 1
	number := func() int {
		from := i
		for i < len(format) && format[i] >= '0' && format[i] <= '9' {
			i++
		}
		if from == i {
			return -1
		}
		x, _ := strconv.Atoi(string(format[from:i]))
		return x
	}
	v := verb{precision: -1}
	which := -1
	if i < len(format) && format[i] != '0' {
		if n := number(); n > 0 && i < len(format) && format[i] == '$' {
			which = n - 1
			i++
		} else {
			i = 1
		}
	}
	from := i
	for i < len(format) && strings.IndexByte("-#+ 0,(", format[i]) >= 0 {
		i++
	}
	v.flags = string(format[from:i])
	v.width = number()
	if i < len(format) && format[i] == '.' {
		i++
		v.precision = number()
	}
	if i == len(format) {
		return 0, badFormat("a % without conversion")
	}
	if max(v.width, v.precision) > expr.MaxValue {
		return 0, expr.TooLarge(int64(max(v.width, v.precision)))
	}
	v.conv = format[i]
	i++
	if v.conv >= 'A' && v.conv <= 'Z' {
		v.upper, v.conv = true, v.conv|0x20
	}
	switch v.conv {
	case 'n':
		f.dst = append(f.dst, '\n')
		return i, nil
	case '%':
		f.pad(v, "%")
		return i, nil
	}
	if which < 0 {
		which = f.next
		f.next++
	}
	if which >= len(f.args) {
		return 0, badFormat("there is no operand for %" + string(v.conv))
	}
	text, err := f.convert(v, f.args[which])
	if err == nil {
		f.pad(v, text)
	}
	return i, err
}

func (v verb) has(flag byte) bool { return strings.IndexByte(v.flags, flag) >= 0 }

func (f *formatter) pad(v verb, text string) {
	if v.upper {
		text = strings.ToUpper(text)
	}
	missing := v.width - utf8.RuneCountInString(text)
	if !v.has('-') {
		for ; missing > 0; missing-- {
			f.dst = append(f.dst, ' ')
		}
	}
	f.dst = append(f.dst, text...)
	for ; missing > 0; missing-- {
		f.dst = append(f.dst, ' ')
	}
}

func (f *formatter) convert(v verb, a *columnar.Vector) (string, error) {
	null, kind := a.IsNull(f.row), a.Type.Kind()
	switch {
	case v.conv == 'b':
		return strconv.FormatBool(!null && (kind != sqltype.KindBoolean || columnar.At[uint8](a, f.row) != 0)), nil
	case v.conv == 's' || null:
		text := "null"
		if !null {
			p := render.Printer{Plain: true}
			text = string(p.Append(nil, a, f.row))
		}
		if v.precision >= 0 && v.precision < len(text) {
			text = text[:offset([]byte(text), v.precision)]
		}
		return text, nil
	case sqltype.IsIntegral(a.Type):
		return v.integer(integerAt(a, f.row), uint(8*sqltype.Width(a.Type)))
	case kind == sqltype.KindFloat:
		return v.float(float64(columnar.At[float32](a, f.row)))
	case kind == sqltype.KindDouble:
		return v.float(columnar.At[float64](a, f.row))
	}
	return "", badFormat("%" + string(v.conv) + " does not take a " + a.Type.String())
}

func (v verb) integer(x int64, bits uint) (string, error) {
	mask := ^uint64(0) >> (64 - bits)
	switch v.conv {
	case 'd':
		return v.signed(strconv.FormatUint(magnitude(x), 10), x < 0), nil
	case 'x', 'o':
		base, prefix := 16, "0x"
		if v.conv == 'o' {
			base, prefix = 8, "0"
		}
		text := strconv.FormatUint(uint64(x)&mask, base)
		if v.has('#') {
			text = prefix + text
		}
		for v.has('0') && len(text) < v.width {
			text = "0" + text
		}
		return text, nil
	case 'c':
		return string(rune(x)), nil
	}
	return "", badFormat("%" + string(v.conv) + " does not take an integer")
}

func magnitude(x int64) uint64 {
	if x < 0 {
		return -uint64(x)
	}
	return uint64(x)
}

// signed adds sign, groups and zeros to digits.
func (v verb) signed(digits string, negative bool) string {
	if v.has(',') {
		whole, fraction, point := strings.Cut(digits, ".")
		digits = string(appendGrouped(nil, whole, 3))
		if point {
			digits += "." + fraction
		}
	}
	before, after := "", ""
	switch {
	case negative && v.has('('):
		before, after = "(", ")"
	case negative:
		before = "-"
	case v.has('+'):
		before = "+"
	case v.has(' '):
		before = " "
	}
	for v.has('0') && len(before)+len(digits)+len(after) < v.width {
		digits = "0" + digits
	}
	return before + digits + after
}

func (v verb) float(x float64) (string, error) {
	precision := v.precision
	if precision < 0 {
		precision = 6
	}
	negative := x < 0
	if negative {
		x = -x
	}
	var digits string
	switch v.conv {
	case 'f':
		digits = strconv.FormatFloat(x, 'f', precision, 64)
	case 'e':
		digits = strconv.FormatFloat(x, 'e', precision, 64)
	case 'g':
		precision = max(precision, 1)
		digits = strconv.FormatFloat(x, 'e', precision-1, 64)
		mantissa, exponent, _ := strings.Cut(digits, "e")
		if e, _ := strconv.Atoi(exponent); e >= -4 && e < precision || x == 0 {
			digits = strconv.FormatFloat(x, 'f', max(precision-1-e, 0), 64)
		} else {
			digits = mantissa + "e" + exponent
		}
	default:
		return "", badFormat("%" + string(v.conv) + " does not take a number with a point")
	}
	switch {
	case x != x:
		digits = "NaN"
	case math.IsInf(x, 0):
		digits = "Infinity"
	}
	return v.signed(digits, negative), nil
}
