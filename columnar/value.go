package columnar

import (
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/sqltype"
)

// The Go forms of single values, as literals, rows and user functions see
// them: nil (null), bool, int8, int16, int32, int64, float32, float64,
// decimal.Decimal, string, []byte, Date, eventtime.Time (TIMESTAMP), LocalTime
// (TIMESTAMP_NTZ), Months, Micros, Interval, []any (array), []Entry (map) and
// Row (struct). They own their memory.
type (
	// Date is days since 1970-01-01.
	Date int32
	// LocalTime is a TIMESTAMP_NTZ: microseconds since 1970-01-01 00:00 on a
	// clock without a zone.
	LocalTime int64
	// Months is a year-month interval.
	Months int32
	// Micros is a day-time interval in microseconds.
	Micros int64
	// Interval is a legacy calendar interval. Its layout is that of a column.
	Interval struct {
		Months, Days int32
		Micros       int64
	}
	// Entry is a pair of a map.
	Entry struct{ Key, Value any }
	// Row is a struct's values in field order.
	Row []any
)

// Value returns row i of v in its Go form.
func (v *Vector) Value(i int) any {
	if v.IsNull(i) {
		return nil
	}
	if v.Dict != nil {
		return v.Dict.Value(int(v.Codes[v.Row(i)]))
	}
	switch v.Type.Kind() {
	case sqltype.KindString:
		return string(v.Text(i))
	case sqltype.KindBinary:
		return append([]byte{}, v.Text(i)...)
	case sqltype.KindArray, sqltype.KindMap, sqltype.KindStruct:
		return v.nested(i)
	}
	return v.scalar(i)
}

func (v *Vector) scalar(i int) any {
	switch v.Type.Kind() {
	case sqltype.KindBoolean:
		return At[uint8](v, i) != 0
	case sqltype.KindByte:
		return At[int8](v, i)
	case sqltype.KindShort:
		return At[int16](v, i)
	case sqltype.KindInt:
		return At[int32](v, i)
	case sqltype.KindLong:
		return At[int64](v, i)
	case sqltype.KindFloat:
		return At[float32](v, i)
	case sqltype.KindDouble:
		return At[float64](v, i)
	case sqltype.KindDate:
		return Date(At[int32](v, i))
	case sqltype.KindTimestamp:
		return eventtime.Time(At[int64](v, i))
	case sqltype.KindTimestampNTZ:
		return LocalTime(At[int64](v, i))
	case sqltype.KindYearMonth:
		return Months(At[int32](v, i))
	case sqltype.KindDayTime:
		return Micros(At[int64](v, i))
	case sqltype.KindCalendar:
		return At[Interval](v, i)
	case sqltype.KindDecimal:
		return v.Decimal(i)
	}
	return nil
}

// Decimal returns row i of a decimal vector of either width.
func (v *Vector) Decimal(i int) Decimal {
	t := v.Type.(sqltype.Decimal)
	d := decimal.Decimal{Precision: uint8(t.Precision), Scale: uint8(t.Scale)}
	if t.Precision <= sqltype.MaxLongDigits {
		d.Unscaled = decimal.FromInt64(At[int64](v, i))
	} else {
		d.Unscaled = At[decimal.Int128](v, i)
	}
	return d
}

func (v *Vector) nested(i int) any {
	if v.Type.Kind() == sqltype.KindStruct {
		r := make(Row, len(v.Child))
		for k, c := range v.Child {
			r[k] = c.Value(v.Row(i))
		}
		return r
	}
	lo, hi := v.Span(i)
	if v.Type.Kind() == sqltype.KindArray {
		a := make([]any, 0, hi-lo)
		for r := lo; r < hi; r++ {
			a = append(a, v.Child[0].Value(r))
		}
		return a
	}
	m := make([]Entry, 0, hi-lo)
	for r := lo; r < hi; r++ {
		m = append(m, Entry{v.Child[0].Value(r), v.Child[1].Value(r)})
	}
	return m
}

// AppendValue adds x, in the Go form of v's type, to the flat vector v. It
// panics if x has another form: callers convert before.
func (v *Vector) AppendValue(x any) {
	switch x := x.(type) {
	case nil:
		v.AppendNull()
	case bool:
		var b uint8
		if x {
			b = 1
		}
		AppendFixed(v, b)
	case int8:
		AppendFixed(v, x)
	case int16:
		AppendFixed(v, x)
	case int32:
		AppendFixed(v, x)
	case int64:
		AppendFixed(v, x)
	case float32:
		AppendFixed(v, x)
	case float64:
		AppendFixed(v, x)
	case Date:
		AppendFixed(v, x)
	case eventtime.Time:
		AppendFixed(v, x)
	case LocalTime:
		AppendFixed(v, x)
	case Months:
		AppendFixed(v, x)
	case Micros:
		AppendFixed(v, x)
	case Interval:
		AppendFixed(v, x)
	case decimal.Decimal:
		v.AppendDecimal(x.Unscaled)
	case string:
		v.AppendText([]byte(x))
	case []byte:
		v.AppendText(x)
	default:
		v.appendNested(x)
	}
}

// AppendDecimal adds an unscaled value, which fits, to a flat decimal vector of
// either width.
func (v *Vector) AppendDecimal(u Int128) {
	if v.Type.(sqltype.Decimal).Precision <= sqltype.MaxLongDigits {
		AppendFixed(v, int64(u.Lo))
		return
	}
	AppendFixed(v, u)
}

func (v *Vector) appendNested(x any) {
	switch x := x.(type) {
	case []any:
		lo := v.Child[0].Len
		for _, e := range x {
			v.Child[0].AppendValue(e)
		}
		v.AppendList(lo)
	case []Entry:
		lo := v.Child[0].Len
		for _, e := range x {
			v.Child[0].AppendValue(e.Key)
			v.Child[1].AppendValue(e.Value)
		}
		v.AppendList(lo)
	case Row:
		for k, e := range x {
			v.Child[k].AppendValue(e)
		}
		v.AppendStruct()
	default:
		panic("columnar: a value that is no Go form of a SQL value")
	}
}
