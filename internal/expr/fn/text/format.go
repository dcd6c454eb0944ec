package text

import (
	"bytes"
	"math"
	"strconv"
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

func formats() []def.Spec {
	places := def.OneOf(def.Int, def.String)
	list := []def.Spec{{Name: "format_number", Usage: "a number with its digits grouped, rounded half to even: to so many digits, or by a pattern such as '#,##0.00'", Example: "format_number(12332.123456, 4)",
		Args: def.Args(def.Numeric, places), Result: sqltype.String, Nulls: def.Always, Kernel: def.Rows(formatNumber)}}
	return append(list, named(def.Spec{Usage: "the operands in the places of a format of Java's Formatter", Example: "format_string('%s has %d', 'a', 5)",
		Args: def.Args(def.String, def.Any), Variadic: true, Result: sqltype.String, NullSafe: true, Nulls: def.Always, Kernel: formatString}, "format_string", "printf")...)
}

// layout is a pattern of java.text.DecimalFormat.
type layout struct {
	prefix, suffix              string
	integers                    int // least digits before the point
	group                       int // digits of a group, 0: none
	leastFraction, mostFraction int
	percent                     bool
}

func parseLayout(p string) layout {
	from := strings.IndexAny(p, "#0,.")
	if from < 0 {
		return layout{prefix: p, percent: strings.Contains(p, "%")}
	}
	to := from
	for to < len(p) && strings.IndexByte("#0,.", p[to]) >= 0 {
		to++
	}
	l := layout{prefix: p[:from], suffix: p[to:]}
	l.percent = strings.Contains(l.prefix+l.suffix, "%")
	whole, fraction, _ := strings.Cut(p[from:to], ".")
	if k := strings.LastIndexByte(whole, ','); k >= 0 {
		l.group = len(whole) - k - 1
	}
	l.integers = strings.Count(whole, "0")
	l.leastFraction, l.mostFraction = strings.Count(fraction, "0"), len(fraction)
	return l
}

func formatNumber(args []*columnar.Vector, i int, out *columnar.Vector) error {
	l := layout{group: 3, integers: 1}
	if args[1].Type.Kind() == sqltype.KindString {
		if l = parseLayout(args[1].Str(i)); len(args[1].Text(i)) == 0 {
			l = layout{group: 3, integers: 1}
		}
	} else if d := intAt(args[1], i); d < 0 {
		out.SetNull(i)
		return nil
	} else {
		if err := expr.Room(out, 8*int64(d)); err != nil { // copies on the way
			return err
		}
		l.leastFraction, l.mostFraction = d, d
	}
	appended(out, i, func(dst []byte) []byte { return l.append(dst, fixed(args[0], i, l.mostFraction, l.percent)) })
	return nil
}

// fixed prints a number with so many digits after the point, hundredfold if
// percent is set.
func fixed(v *columnar.Vector, i, places int, percent bool) string {
	switch v.Type.Kind() {
	case sqltype.KindFloat, sqltype.KindDouble:
		x := 0.0
		if v.Type.Kind() == sqltype.KindFloat {
			x = float64(columnar.At[float32](v, i))
		} else {
			x = columnar.At[float64](v, i)
		}
		if percent {
			x *= 100
		}
		switch {
		case math.IsNaN(x):
			return "NaN"
		case math.IsInf(x, 0):
			if x < 0 {
				return "-∞"
			}
			return "∞"
		}
		return strconv.FormatFloat(x, 'f', places, 64)
	case sqltype.KindDecimal:
		d := v.Decimal(i)
		u, scale := d.Unscaled, int(d.Scale)
		if percent {
			scale -= 2
		}
		if scale > places {
			u, scale = decimal.Round(u, uint8(scale-places), decimal.HalfEven), places
		}
		text := string(decimal.Append(nil, u, uint8(max(scale, 0)))) + strings.Repeat("0", max(-scale, 0))
		if places > max(scale, 0) {
			if scale <= 0 {
				text += "."
			}
			text += strings.Repeat("0", places-max(scale, 0))
		}
		return text
	}
	text := strconv.FormatInt(integerAt(v, i), 10)
	if percent {
		text += "00"
	}
	if places > 0 {
		text += "." + strings.Repeat("0", places)
	}
	return text
}

func integerAt(v *columnar.Vector, i int) int64 {
	switch sqltype.Width(v.Type) {
	case 1:
		return int64(columnar.At[int8](v, i))
	case 2:
		return int64(columnar.At[int16](v, i))
	case 4:
		return int64(columnar.At[int32](v, i))
	}
	return columnar.At[int64](v, i)
}

// append lays out a number printed plainly.
func (l layout) append(dst []byte, number string) []byte {
	if strings.HasPrefix(number, "-") {
		dst, number = append(dst, '-'), number[1:]
	}
	dst = append(dst, l.prefix...)
	whole, fraction, _ := strings.Cut(number, ".")
	for len(fraction) > l.leastFraction && strings.HasSuffix(fraction, "0") {
		fraction = fraction[:len(fraction)-1]
	}
	if whole == "0" && l.integers == 0 && fraction != "" {
		whole = ""
	}
	for len(whole) < l.integers {
		whole = "0" + whole
	}
	dst = appendGrouped(dst, whole, l.group)
	if fraction != "" {
		dst = append(append(dst, '.'), fraction...)
	}
	return append(dst, l.suffix...)
}

func appendGrouped(dst []byte, digits string, group int) []byte {
	for k := range len(digits) {
		if left := len(digits) - k; k > 0 && group > 0 && left%group == 0 && digits[k-1] >= '0' && digits[k-1] <= '9' {
			dst = append(dst, ',')
		}
		dst = append(dst, digits[k])
	}
	return dst
}

// formatString runs a format over the operands of each row.
func formatString() expr.Kernel {
	var f formatter
	return def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
		if args[0].IsNull(i) {
			out.SetNull(i)
			return nil
		}
		at := len(out.Bytes)
		f.args, f.row, f.dst = args[1:], i, out.Bytes
		if err := f.run(bytes.Clone(args[0].Text(i))); err != nil {
			return err
		}
		out.Bytes = f.dst
		out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(len(out.Bytes) - at)}
		return nil
	})()
}
