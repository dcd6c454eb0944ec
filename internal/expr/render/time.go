package render

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/sqltype"
)

// time appends a date, timestamp or interval.
func (p *Printer) time(dst []byte, v *columnar.Vector, i int) []byte {
	switch t := v.Type.(type) {
	case sqltype.YearMonth:
		n := columnar.At[int32](v, i)
		if p.Form == Hive {
			return datetime.AppendYearMonthPlain(dst, n)
		}
		return datetime.AppendYearMonth(dst, n, datetime.Field(t.From), datetime.Field(t.To))
	case sqltype.DayTime:
		n := columnar.At[int64](v, i)
		if p.Form == Hive {
			return datetime.AppendDayTimePlain(dst, n)
		}
		return datetime.AppendDayTime(dst, n, datetime.Field(t.From), datetime.Field(t.To))
	}
	switch v.Type.Kind() {
	case sqltype.KindDate:
		return datetime.AppendDate(dst, columnar.At[int32](v, i))
	case sqltype.KindTimestamp:
		return datetime.AppendTimestamp(dst, columnar.At[int64](v, i), p.zone())
	case sqltype.KindTimestampNTZ:
		return datetime.AppendLocal(dst, columnar.At[int64](v, i))
	case sqltype.KindCalendar:
		x := columnar.At[columnar.Interval](v, i)
		return datetime.AppendInterval(dst, datetime.Interval(x))
	}
	return append(dst, "NULL"...) // void has no other value
}

func (p *Printer) zone() *datetime.Zone {
	if p.Zone == nil {
		return datetime.UTC
	}
	return p.Zone
}
