package datetime

import (
	"github.com/spatestream/spate/columnar"
	cal "github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

// dateField is a number that a date has.
func dateField(name, usage string, f func(date int32) int32, alias ...string) def.Spec {
	return def.Spec{Name: name, Alias: alias, Usage: usage, Example: name + "(DATE'2024-02-29')", Args: def.Args(anyDate),
		Result: sqltype.Int, KernelOf: func(c *expr.Session, _ []sqltype.Type) func() expr.Kernel { return dateKernel(zoneOf(c), f) }}
}

func dateKernel(zone *cal.Zone, f func(int32) int32) func() expr.Kernel {
	return func() expr.Kernel {
		d := days{locals: locals{zone: zone}}
		return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
			dst, src := columnar.Slice[int32](out), d.of(args[0], n)
			for _, i := range def.RowsOf(sel, n) {
				dst[i] = f(src[i])
			}
			return nil
		}
	}
}

// timeField is a number that the time of a day has.
func timeField[R any](name, usage string, t sqltype.Type, f func(local int64) R) def.Spec {
	return def.Spec{Name: name, Usage: usage, Example: name + "(TIMESTAMP'2024-02-29 10:11:12')", Args: def.Args(anyTimestamp),
		Result: t, KernelOf: func(c *expr.Session, _ []sqltype.Type) func() expr.Kernel {
			zone := zoneOf(c)
			return func() expr.Kernel {
				l := locals{zone: zone}
				return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
					dst, src := columnar.Slice[R](out), l.of(args[0], n)
					for _, i := range def.RowsOf(sel, n) {
						dst[i] = f(src[i])
					}
					return nil
				}
			}
		}}
}

// dateName is a text that a date has.
func dateName(name, usage string, f func(date int32) string) def.Spec {
	return def.Spec{Name: name, Usage: usage, Example: name + "(DATE'2024-02-29')", Args: def.Args(def.Date), Result: sqltype.String,
		Kernel: def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
			at := len(out.Bytes)
			out.Bytes = append(out.Bytes, f(columnar.At[int32](args[0], i))...)
			out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(len(out.Bytes) - at)}
			return nil
		})}
}

// of32 gives a field of the calendar the width of a column.
func of32[A any](f func(A) int) func(A) int32 { return func(x A) int32 { return int32(f(x)) } }

func weekOf(date int32) int32 { _, w := cal.ISOWeek(date); return int32(w) }

func fields() []def.Spec {
	return []def.Spec{
		dateField("year", "year of a date", of32(cal.Year)),
		dateField("quarter", "quarter of a date, 1 to 4", of32(cal.Quarter)),
		dateField("month", "month of a date, 1 to 12", of32(cal.Month)),
		dateField("dayofmonth", "day of the month, 1 to 31", of32(cal.DayOfMonth), "day"),
		dateField("dayofyear", "day of the year, 1 to 366", of32(cal.DayOfYear)),
		dateField("dayofweek", "day of the week, 1 (Sunday) to 7", of32(cal.DayOfWeek)),
		dateField("weekday", "day of the week, 0 (Monday) to 6", of32(cal.Weekday)),
		dateField("weekofyear", "week of ISO 8601, 1 to 53", weekOf),
		timeField("hour", "hour of the day, 0 to 23", sqltype.Int, of32(cal.HourOf)),
		timeField("minute", "minute of the hour, 0 to 59", sqltype.Int, of32(cal.MinuteOf)),
		timeField("second", "second of the minute, 0 to 59", sqltype.Int, of32(cal.SecondOf)),
		dateName("dayname", "name of the weekday, in three letters", func(d int32) string { return cal.WeekdayName(cal.Weekday(d)) }),
		dateName("monthname", "name of the month, in three letters", func(d int32) string { return cal.MonthName(cal.Month(d)) }),
	}
}
