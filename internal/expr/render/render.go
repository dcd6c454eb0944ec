// Package render is the text of values, in the forms Spark has for it: what a
// cast to string gives (which show() and the console sink print) and what the
// spark-sql shell prints (Hive's form).
package render

import (
	"strconv"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/sqltype"
)

// Form is a way to print values.
type Form uint8

const (
	// Cast is the form of CAST(x AS STRING): {1, a}, [1, null], {k -> v}.
	Cast Form = iota
	// Show is Cast with NULL for null, as DataFrame.show prints.
	Show
	// Hive is the form of the spark-sql shell: {"a":1}, [1,null], {"k":"v"}.
	Hive
)

// Printer appends values as text. The zero Printer prints in form Cast and in
// UTC. It holds no state and may be shared.
type Printer struct {
	Form Form
	Zone *datetime.Zone // session time zone, nil for UTC
	// Plain: decimals below 1e-6 in plain notation, as under ANSI; else as
	// 1E-7.
	Plain bool
}

// Append appends row i of v, in any form; a null prints as NULL at the top.
func (p *Printer) Append(dst []byte, v *columnar.Vector, i int) []byte {
	if v.IsNull(i) {
		return append(dst, "NULL"...)
	}
	return p.value(dst, v, i, false)
}

// value appends row i of v, which is not null.
func (p *Printer) value(dst []byte, v *columnar.Vector, i int, nested bool) []byte {
	if v.Dict != nil {
		return p.value(dst, v.Dict, int(v.Codes[v.Row(i)]), nested)
	}
	switch v.Type.Kind() {
	case sqltype.KindBoolean:
		return strconv.AppendBool(dst, columnar.At[uint8](v, i) != 0)
	case sqltype.KindByte:
		return strconv.AppendInt(dst, int64(columnar.At[int8](v, i)), 10)
	case sqltype.KindShort:
		return strconv.AppendInt(dst, int64(columnar.At[int16](v, i)), 10)
	case sqltype.KindInt:
		return strconv.AppendInt(dst, int64(columnar.At[int32](v, i)), 10)
	case sqltype.KindLong:
		return strconv.AppendInt(dst, columnar.At[int64](v, i), 10)
	case sqltype.KindFloat:
		return AppendFloat(dst, float64(columnar.At[float32](v, i)), 32)
	case sqltype.KindDouble:
		return AppendFloat(dst, columnar.At[float64](v, i), 64)
	case sqltype.KindDecimal:
		return p.decimal(dst, v.Decimal(i))
	case sqltype.KindString:
		return p.text(dst, v.Text(i), nested)
	case sqltype.KindBinary:
		return append(dst, v.Text(i)...)
	case sqltype.KindArray, sqltype.KindMap, sqltype.KindStruct:
		return p.nested(dst, v, i)
	}
	return p.time(dst, v, i)
}

func (p *Printer) decimal(dst []byte, d decimal.Decimal) []byte {
	if p.Plain || p.Form == Hive {
		return decimal.Append(dst, d.Unscaled, d.Scale)
	}
	return decimal.AppendScientific(dst, d.Unscaled, d.Scale)
}

func (p *Printer) text(dst, s []byte, nested bool) []byte {
	if nested && p.Form == Hive {
		dst = append(dst, '"')
		dst = append(dst, s...)
		return append(dst, '"')
	}
	return append(dst, s...)
}

// element appends a value inside another.
func (p *Printer) element(dst []byte, v *columnar.Vector, i int) []byte {
	if !v.IsNull(i) {
		return p.value(dst, v, i, true)
	}
	if p.Form == Show {
		return append(dst, "NULL"...)
	}
	return append(dst, "null"...)
}

func (p *Printer) nested(dst []byte, v *columnar.Vector, i int) []byte {
	sep := ", "
	if p.Form == Hive {
		sep = ","
	}
	switch v.Type.Kind() {
	case sqltype.KindArray:
		lo, hi := v.Span(i)
		dst = append(dst, '[')
		for r := lo; r < hi; r++ {
			if r > lo {
				dst = append(dst, sep...)
			}
			dst = p.element(dst, v.Child[0], r)
		}
		return append(dst, ']')
	case sqltype.KindMap:
		return p.entries(dst, v, i, sep)
	}
	dst = append(dst, '{')
	for k, c := range v.Child {
		if k > 0 {
			dst = append(dst, sep...)
		}
		if p.Form == Hive {
			dst = append(dst, '"')
			dst = append(dst, v.Type.(*sqltype.Struct).Fields[k].Name...)
			dst = append(dst, '"', ':')
		}
		dst = p.element(dst, c, v.Row(i))
	}
	return append(dst, '}')
}

func (p *Printer) entries(dst []byte, v *columnar.Vector, i int, sep string) []byte {
	arrow := " -> "
	if p.Form == Hive {
		arrow = ":"
	}
	lo, hi := v.Span(i)
	dst = append(dst, '{')
	for r := lo; r < hi; r++ {
		if r > lo {
			dst = append(dst, sep...)
		}
		dst = p.element(dst, v.Child[0], r)
		dst = append(dst, arrow...)
		dst = p.element(dst, v.Child[1], r)
	}
	return append(dst, '}')
}
