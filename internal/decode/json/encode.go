package json

import (
	"encoding/base64"
	"math"
	"unicode/utf8"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decode/field"
	"github.com/spatestream/spate/internal/expr/render"
	"github.com/spatestream/spate/sqltype"
)

var cast = render.Printer{Form: render.Cast, Plain: true}

// Append appends row i of v, in any form, as JSON: what to_json gives and a
// field of a written record is. The error is that of a date or timestamp the
// format cannot show.
func Append(dst []byte, v *columnar.Vector, i int, o *Options) ([]byte, error) {
	if v.IsNull(i) {
		return append(dst, "null"...), nil
	}
	if v.Dict != nil {
		return Append(dst, v.Dict, int(v.Codes[v.Row(i)]), o)
	}
	switch v.Type.Kind() {
	case sqltype.KindString:
		return appendText(dst, v.Text(i)), nil
	case sqltype.KindFloat, sqltype.KindDouble:
		return appendFloat(dst, v, i), nil
	case sqltype.KindBinary:
		dst = append(dst, '"')
		return append(base64.StdEncoding.AppendEncode(dst, v.Text(i)), '"'), nil
	case sqltype.KindStruct:
		s := v.Type.(*sqltype.Struct)
		return AppendRow(dst, s, v.Child, v.Row(i), o)
	case sqltype.KindArray:
		return appendArray(dst, v, i, o)
	case sqltype.KindMap:
		return appendMap(dst, v, i, o)
	case sqltype.KindDate, sqltype.KindTimestamp, sqltype.KindTimestampNTZ:
		if o.Print != nil {
			return append(o.Print.Append(append(dst, '"'), v, i), '"'), nil
		}
		return appendTime(dst, v, i, o.Times)
	case sqltype.KindYearMonth, sqltype.KindDayTime, sqltype.KindCalendar:
		return append(cast.Append(append(dst, '"'), v, i), '"'), nil
	}
	return cast.Append(dst, v, i), nil
}

// AppendRow appends row i of columns as an object. Null fields are left out
// unless the options want them.
func AppendRow(dst []byte, s *sqltype.Struct, cols []*columnar.Vector, i int, o *Options) ([]byte, error) {
	dst = append(dst, '{')
	first := true
	for k, c := range cols {
		if !o.WriteNulls && c.IsNull(i) {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(appendText(dst, []byte(s.Fields[k].Name)), ':')
		var err error
		if dst, err = Append(dst, c, i, o); err != nil {
			return dst, err
		}
	}
	return append(dst, '}'), nil
}

func appendArray(dst []byte, v *columnar.Vector, i int, o *Options) (_ []byte, err error) {
	dst = append(dst, '[')
	lo, hi := v.Span(i)
	for r := lo; r < hi; r++ {
		if r > lo {
			dst = append(dst, ',')
		}
		if dst, err = Append(dst, v.Child[0], r, o); err != nil {
			return dst, err
		}
	}
	return append(dst, ']'), nil
}

func appendMap(dst []byte, v *columnar.Vector, i int, o *Options) (_ []byte, err error) {
	dst = append(dst, '{')
	lo, hi := v.Span(i)
	var buf []byte
	for r := lo; r < hi; r++ {
		if r > lo {
			dst = append(dst, ',')
		}
		buf = cast.Append(buf[:0], v.Child[0], r)
		dst = append(appendText(dst, buf), ':')
		if dst, err = Append(dst, v.Child[1], r, o); err != nil {
			return dst, err
		}
	}
	return append(dst, '}'), nil
}

func appendFloat(dst []byte, v *columnar.Vector, i int) []byte {
	bits, f := 64, 0.0
	if v.Type.Kind() == sqltype.KindFloat {
		bits, f = 32, float64(columnar.At[float32](v, i))
	} else {
		f = columnar.At[float64](v, i)
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(render.AppendFloat(append(dst, '"'), f, bits), '"')
	}
	return render.AppendFloat(dst, f, bits)
}

func appendTime(dst []byte, v *columnar.Vector, i int, t *field.Times) (_ []byte, err error) {
	dst = append(dst, '"')
	switch v.Type.Kind() {
	case sqltype.KindDate:
		dst, err = t.AppendDate(dst, columnar.At[int32](v, i))
	case sqltype.KindTimestamp:
		dst, err = t.AppendTimestamp(dst, columnar.At[int64](v, i))
	default:
		dst, err = t.AppendLocal(dst, columnar.At[int64](v, i))
	}
	return append(dst, '"'), err
}

const hexDigits = "0123456789ABCDEF"

// appendText appends a quoted string; what is no UTF-8 becomes U+FFFD.
func appendText(dst, s []byte) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRune(s[i:])
			if r == utf8.RuneError && n == 1 {
				dst = append(append(dst, s[start:i]...), "\ufffd"...)
				start = i + 1
			}
			i += n
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		dst = append(dst, s[start:i]...)
		dst = appendEscape(dst, c)
		i++
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}
