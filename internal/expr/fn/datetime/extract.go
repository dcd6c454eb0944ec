package datetime

import (
	"strings"

	"github.com/spatestream/spate/columnar"
	cal "github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// fieldNames are the names of fields, the first of each line its own.
var fieldNames = [][]string{
	{"YEAR", "Y", "YEARS", "YR", "YRS"}, {"YEAROFWEEK"}, {"QUARTER", "QTR"}, {"MONTH", "MON", "MONS", "MONTHS"},
	{"WEEK", "W", "WEEKS"}, {"DAY", "D", "DAYS"}, {"DAYOFWEEK", "DOW"}, {"DAYOFWEEK_ISO", "DOW_ISO"}, {"DOY"},
	{"HOUR", "H", "HOURS", "HR", "HRS"}, {"MINUTE", "M", "MIN", "MINS", "MINUTES"}, {"SECOND", "S", "SEC", "SECONDS", "SECS"},
}

var secondsType = sqltype.Decimal{Precision: 8, Scale: 6}

// instantParts are what extract takes from dates and timestamps.
var instantParts = specs(map[string]def.Spec{
	"YEAR":          dateField("year", "", of32(cal.Year)),
	"YEAROFWEEK":    dateField("yearofweek", "", func(d int32) int32 { y, _ := cal.ISOWeek(d); return int32(y) }),
	"QUARTER":       dateField("quarter", "", of32(cal.Quarter)),
	"MONTH":         dateField("month", "", of32(cal.Month)),
	"WEEK":          dateField("weekofyear", "", weekOf),
	"DAY":           dateField("dayofmonth", "", of32(cal.DayOfMonth)),
	"DAYOFWEEK":     dateField("dayofweek", "", of32(cal.DayOfWeek)),
	"DAYOFWEEK_ISO": dateField("dayofweek_iso", "", func(d int32) int32 { return int32(cal.Weekday(d)) + 1 }),
	"DOY":           dateField("dayofyear", "", of32(cal.DayOfYear)),
	"HOUR":          timeField("hour", "", sqltype.Int, of32(cal.HourOf)),
	"MINUTE":        timeField("minute", "", sqltype.Int, of32(cal.MinuteOf)),
	"SECOND":        timeField("secondwithfraction", "", secondsType, cal.MicrosOfMinute),
})

// monthParts are what it takes from year-month intervals.
var monthParts = specs(map[string]def.Spec{
	"YEAR":  part(sqltype.Int, func(m int32) int32 { return m / 12 }),
	"MONTH": part(sqltype.Byte, func(m int32) int8 { return int8(m % 12) }),
})

// timeParts are what it takes from day-time intervals.
var timeParts = specs(map[string]def.Spec{
	"DAY":    part(sqltype.Int, func(u int64) int32 { return int32(u / cal.Day) }),
	"HOUR":   part(sqltype.Byte, hoursOf),
	"MINUTE": part(sqltype.Byte, minutesOf),
	"SECOND": part(secondsType, secondsOf),
})

// calendarParts are what it takes from calendar intervals.
var calendarParts = specs(map[string]def.Spec{
	"YEAR":   part(sqltype.Int, func(v columnar.Interval) int32 { return v.Months / 12 }),
	"MONTH":  part(sqltype.Byte, func(v columnar.Interval) int8 { return int8(v.Months % 12) }),
	"DAY":    part(sqltype.Int, func(v columnar.Interval) int32 { return v.Days + int32(v.Micros/cal.Day) }),
	"HOUR":   part(sqltype.Byte, func(v columnar.Interval) int8 { return hoursOf(v.Micros) }),
	"MINUTE": part(sqltype.Byte, func(v columnar.Interval) int8 { return minutesOf(v.Micros) }),
	"SECOND": part(secondsType, func(v columnar.Interval) int64 { return secondsOf(v.Micros) }),
})

func hoursOf(u int64) int8   { return int8(u % cal.Day / cal.Hour) }
func minutesOf(u int64) int8 { return int8(u % cal.Hour / cal.Minute) }
func secondsOf(u int64) int64 {
	return u % cal.Minute
}

func part[A, R any](t sqltype.Type, f func(A) R) def.Spec {
	return def.Spec{Name: "part", Args: def.Args(def.Any), Result: t, Kernel: def.Unary(f)}
}

func specs(m map[string]def.Spec) map[string]*expr.Func {
	funcs := make(map[string]*expr.Func, len(m))
	for name, s := range m {
		funcs[name] = def.Func(s)
	}
	return funcs
}

func extracts() []*expr.Func {
	list := make([]*expr.Func, 0, 3)
	for _, name := range []string{"extract", "date_part", "datepart"} {
		list = append(list, &expr.Func{Name: name, Group: group, Usage: "a field of a date, timestamp or interval",
			Example: "date_part('year', DATE'2024-02-29')",
			Rewrite: func(c *expr.Session, args []expr.Node) (expr.Node, error) { return extract(c, name, args) }})
	}
	return list
}

// extract takes the field args[0] of args[1].
func extract(c *expr.Session, name string, args []expr.Node) (expr.Node, error) {
	if err := count(name, args, 2, 2); err != nil {
		return nil, err
	}
	field, known, err := constText(c, args[0])
	switch {
	case err != nil:
		return nil, err
	case !known:
		return nil, sparkerr.New("NON_FOLDABLE_ARGUMENT", "The field of "+name+" must be a constant text, such as 'year'.",
			"funcName", "`"+name+"`", "paramName", "`field`", "paramType", `"STRING"`)
	case field == nil:
		return expr.NullOf(sqltype.Double), nil
	}
	f := partOf(fieldOf(*field), args[1].Type())
	if f == nil {
		return nil, sparkerr.New("INVALID_EXTRACT_FIELD",
			"There is no field "+*field+" in "+args[1].String()+", which has the type "+args[1].Type().String()+".",
			"field", "`"+*field+"`", "expr", expr.Quoted(args[1].String()))
	}
	n, err := expr.NewCall(c, f, args[1:], sparkerr.Origin{})
	if call, ok := n.(*expr.Call); ok && err == nil {
		call.Alt = expr.CallText(name, []expr.Node{expr.Lit(*field, sqltype.String), args[1]})
	}
	return n, err
}

// fieldOf returns the field a name stands for, "" if none.
func fieldOf(name string) string {
	name = strings.ToUpper(name)
	for _, line := range fieldNames {
		for _, n := range line {
			if n == name {
				return line[0]
			}
		}
	}
	return ""
}

// partOf returns the function that takes a field from a type, nil if the type
// has no such field.
func partOf(field string, from sqltype.Type) *expr.Func {
	switch t := from.(type) {
	case sqltype.YearMonth:
		if f := monthParts[field]; f != nil && has(field, t.From.String(), t.To.String(), "YEAR", "MONTH") {
			return f
		}
		return nil
	case sqltype.DayTime:
		if f := timeParts[field]; f != nil && has(field, t.From.String(), t.To.String(), "DAY", "HOUR", "MINUTE", "SECOND") {
			return f
		}
		return nil
	}
	if from.Kind() == sqltype.KindCalendar {
		return calendarParts[field]
	}
	return instantParts[field]
}

// has reports whether a field lies between two units of a list.
func has(field, from, to string, units ...string) bool {
	at := func(name string) int {
		for i, u := range units {
			if strings.EqualFold(u, name) {
				return i
			}
		}
		return -1
	}
	return at(from) <= at(field) && at(field) <= at(to)
}

// constText evaluates a constant text; nil is null. known is false if n is no
// constant.
func constText(c *expr.Session, n expr.Node) (text *string, known bool, err error) {
	if !constant(n) {
		return nil, false, nil
	}
	v, err := expr.EvalConst(expr.CastTo(n, sqltype.String, c), &expr.Context{ANSI: c.ANSI, Zone: c.Zone})
	if s, ok := v.(string); ok && err == nil {
		return &s, true, nil
	}
	return nil, true, err
}

// constant reports whether n has no columns and the like in it.
func constant(n expr.Node) bool {
	return !expr.Any(n, func(m expr.Node) bool { _, lit := m.(*expr.Literal); return len(m.Children()) == 0 && !lit })
}
