package datetime

import (
	"math"

	"github.com/spatestream/spate/columnar"
	cal "github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

// intervalSeconds are the seconds of a made interval, with their fraction.
var intervalSeconds = sqltype.Decimal{Precision: 18, Scale: 6}

// zeros are the fields that calls leave out.
func zeros(ints int, seconds bool) []*expr.Literal {
	var list []*expr.Literal
	for range ints {
		list = append(list, expr.Lit(int32(0), sqltype.Int))
	}
	if seconds {
		list = append(list, expr.Lit(decimal.Decimal{Precision: 18, Scale: 6}, intervalSeconds))
	}
	return list
}

func intervals() []*expr.Func {
	wants := func(ints int) []def.Want {
		var list []def.Want
		for range ints {
			list = append(list, def.Int)
		}
		return list
	}
	withSeconds := func(ints int) []def.Want { return append(wants(ints), def.Is(intervalSeconds)) }
	calendar := func(name string, try bool) *expr.Func {
		return filled(def.Func(def.Spec{Name: name, Group: group, Usage: "interval of years, months, weeks, days, hours, minutes and seconds",
			Example: name + "(1, 2, 3, 4, 5, 6, 7.5)", Args: withSeconds(6), Result: sqltype.Calendar, Nulls: def.Always,
			KernelOf: func(c *expr.Session, _ []sqltype.Type) func() expr.Kernel { return makeCalendar(c.ANSI && !try) }}), 7, zeros(6, true)...)
	}
	dayTime := def.Func(def.Spec{Name: "make_dt_interval", Group: group, Usage: "interval of days, hours, minutes and seconds",
		Example: "make_dt_interval(1, 2, 3, 4.5)", Args: withSeconds(3), Result: sqltype.DayToSecond, Kernel: def.Rows(makeDayTime)})
	yearMonth := def.Func(def.Spec{Name: "make_ym_interval", Group: group, Usage: "interval of years and months",
		Example: "make_ym_interval(1, 2)", Args: wants(2), Result: sqltype.YearToMonth, Kernel: def.BinaryErr(func(y, m int32) (int32, error) {
			n := int64(y)*12 + int64(m)
			if n != int64(int32(n)) {
				return 0, intervalOverflow()
			}
			return int32(n), nil
		})})
	return []*expr.Func{calendar("make_interval", false), calendar("try_make_interval", true),
		filled(dayTime, 4, zeros(3, true)...), filled(yearMonth, 2, zeros(2, false)...)}
}

func makeCalendar(fails bool) func() expr.Kernel {
	return def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
		months := int64(fieldAt(args[0], i))*12 + int64(fieldAt(args[1], i))
		days := int64(fieldAt(args[2], i))*7 + int64(fieldAt(args[3], i))
		micros, ok := sumOf(columnar.At[int64](args[6], i), clockMicros(args[4], args[5], i))
		if !ok || months != int64(int32(months)) || days != int64(int32(days)) {
			if fails {
				return overflowed("interval")
			}
			out.SetNull(i)
			return nil
		}
		columnar.Slice[columnar.Interval](out)[i] = columnar.Interval{Months: int32(months), Days: int32(days), Micros: micros}
		return nil
	})
}

// clockMicros are the micros of hours and minutes: of any they fit.
func clockMicros(hours, minutes *columnar.Vector, i int) int64 {
	return int64(fieldAt(hours, i))*cal.Hour + int64(fieldAt(minutes, i))*cal.Minute
}

func makeDayTime(args []*columnar.Vector, i int, out *columnar.Vector) error {
	days := int64(fieldAt(args[0], i))
	if days > math.MaxInt64/cal.Day || days < math.MinInt64/cal.Day {
		return intervalOverflow()
	}
	micros, ok := sumOf(days*cal.Day, clockMicros(args[1], args[2], i))
	if ok {
		micros, ok = sumOf(micros, columnar.At[int64](args[3], i))
	}
	if !ok {
		return intervalOverflow()
	}
	columnar.Slice[int64](out)[i] = micros
	return nil
}

func sumOf(a, b int64) (int64, bool) {
	s := a + b
	return s, (a^s)&(b^s) >= 0
}
