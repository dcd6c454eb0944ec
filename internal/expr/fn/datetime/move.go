package datetime

import (
	"strconv"
	"strings"

	"github.com/spatestream/spate/columnar"
	cal "github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

func moves() []*expr.Func {
	addDays := dayMove("date_add", "date some days later", func(d, n int32) int32 { return d + n })
	subDays := dayMove("date_sub", "date some days earlier", func(d, n int32) int32 { return d - n })
	between := def.Func(def.Spec{Name: "datediff", Alias: []string{"date_diff"}, Group: group, Usage: "days from the second date to the first",
		Example: "datediff(DATE'2024-03-01', DATE'2024-02-28')", Args: def.Args(def.Date, def.Date), Result: sqltype.Int,
		Kernel: def.Binary2(func(a, b int32) int32 { return a - b })})
	return append([]*expr.Func{addDays, alias("dateadd", addDays), subDays, between, monthsBetween()},
		def.Funcs(group, specialMoves()...)...)
}

// dayCount wants the number of days to move by.
var dayCount = def.Want{SQL: `("INT" or "SMALLINT" or "TINYINT")`, Pick: func(t sqltype.Type, ansi bool) (sqltype.Type, bool) {
	k := t.Kind()
	return sqltype.Int, k == sqltype.KindNull || k >= sqltype.KindByte && k <= sqltype.KindInt || k == sqltype.KindString && ansi
}}

// dayMove moves a date by days; without ANSI mode only a literal text may be
// their number.
func dayMove(name, usage string, f func(d, n int32) int32) *expr.Func {
	fn := def.Func(def.Spec{Name: name, Group: group, Usage: usage, Example: name + "(DATE'2024-02-28', 2)",
		Args: def.Args(def.Date, dayCount), Result: sqltype.Date, Kernel: def.Binary2(f)})
	resolve := fn.Resolve
	fn.Resolve = func(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
		if len(args) == 2 && !c.ANSI && args[1].Type.Kind() == sqltype.KindString && args[1].Const {
			text, _ := args[1].Value.(string)
			if _, err := strconv.ParseInt(strings.TrimSpace(text), 10, 32); err != nil && args[1].Value != nil {
				return expr.Signature{}, sparkerr.New("SECOND_FUNCTION_ARGUMENT_NOT_INTEGER",
					"The days of "+name+" must be a whole number, not '"+text+"'.", "functionName", name)
			}
			args = []expr.Arg{args[0], args[1]}
			args[1].Type = sqltype.Int
		}
		return resolve(c, args)
	}
	return fn
}

func specialMoves() []def.Spec {
	return []def.Spec{
		{Name: "add_months", Usage: "date some months later, at most the last day of the month", Example: "add_months(DATE'2024-01-31', 1)",
			Args: def.Args(def.Date, def.Int), Result: sqltype.Date, Kernel: def.BinaryErr(func(d, n int32) (int32, error) {
				to, ok := cal.AddMonths(d, int(n))
				if !ok {
					return 0, overflowed("date")
				}
				return to, nil
			})},
		{Name: "last_day", Usage: "last day of the date's month", Example: "last_day(DATE'2024-02-03')",
			Args: def.Args(def.Date), Result: sqltype.Date, Kernel: def.Unary(cal.LastDay)},
		{Name: "next_day", Usage: "first date after the date that is the given day of the week", Example: "next_day(DATE'2024-02-29', 'Mon')",
			Args: def.Args(def.Date, def.String), Result: sqltype.Date, Nulls: def.Always,
			KernelOf: func(c *expr.Session, _ []sqltype.Type) func() expr.Kernel { return nextDay(c.ANSI) }},
		{Name: "timestampadd", Usage: "timestamp some units later", Example: "timestampadd(DAY, 1, TIMESTAMP'2024-02-28 10:00:00')",
			Args: def.Args(def.String, def.Long, anyTimestamp), ResultOf: func(t []sqltype.Type) sqltype.Type { return t[2] },
			Check: checkUnit("timestampadd"), KernelOf: addUnits},
		{Name: "timestampdiff", Usage: "whole units from the first timestamp to the second",
			Example: "timestampdiff(DAY, TIMESTAMP'2024-02-28 10:00:00', TIMESTAMP'2024-03-01 09:00:00')",
			Args:    def.Args(def.String, def.Timestamp, def.Timestamp), Result: sqltype.Long,
			Check: checkUnit("timestampdiff"), KernelOf: unitsBetween},
	}
}

func nextDay(ansi bool) func() expr.Kernel {
	return def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
		weekday, ok := cal.ParseWeekday(args[1].Text(i))
		if !ok && ansi {
			return badWeekday(args[1].Str(i))
		}
		if !ok {
			out.SetNull(i)
			return nil
		}
		columnar.Slice[int32](out)[i] = cal.NextDay(columnar.At[int32](args[0], i), weekday)
		return nil
	})
}

// checkUnit refuses units there are not.
func checkUnit(name string) func(*expr.Session, []expr.Arg, []sqltype.Type) error {
	return func(_ *expr.Session, args []expr.Arg, _ []sqltype.Type) error {
		text, _ := args[0].Value.(string)
		if _, ok := cal.ParseUnit(text); ok {
			return nil
		}
		return sparkerr.New("INVALID_PARAMETER_VALUE.DATETIME_UNIT", name+" takes a unit such as DAY, without quotes, not "+args[0].Node.String()+".",
			"parameter", "`unit`", "functionName", "`"+name+"`", "invalidValue", "'"+text+"'")
	}
}

func unitText(b []byte) (cal.Unit, bool) { return cal.ParseUnit(string(b)) }

func addUnits(c *expr.Session, t []sqltype.Type) func() expr.Kernel {
	zone := zoneOf(c)
	if t[2].Kind() == sqltype.KindTimestampNTZ {
		zone = cal.UTC
	}
	return func() expr.Kernel {
		u := unitOf{parse: unitText}
		return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
			dst := columnar.Slice[int64](out)
			for _, i := range def.RowsOf(sel, n) {
				unit, _ := u.at(args[0], int(i))
				to, ok := cal.AddUnits(columnar.At[int64](args[2], int(i)), unit, columnar.At[int64](args[1], int(i)), zone)
				if !ok {
					return overflow("add units of time to a timestamp")
				}
				dst[i] = to
			}
			return nil
		}
	}
}

func unitsBetween(c *expr.Session, _ []sqltype.Type) func() expr.Kernel {
	zone := zoneOf(c)
	return func() expr.Kernel {
		u := unitOf{parse: unitText}
		return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
			dst := columnar.Slice[int64](out)
			for _, i := range def.RowsOf(sel, n) {
				unit, _ := u.at(args[0], int(i))
				dst[i] = cal.Between(columnar.At[int64](args[1], int(i)), columnar.At[int64](args[2], int(i)), unit, zone)
			}
			return nil
		}
	}
}

func monthsBetween() *expr.Func {
	f := def.Func(def.Spec{Name: "months_between", Group: group, Usage: "months from the second timestamp to the first, with a fraction",
		Example: "months_between('2024-02-29', '2024-01-15')", Args: def.Args(def.Timestamp, def.Timestamp, def.Boolean), Result: sqltype.Double,
		KernelOf: func(c *expr.Session, _ []sqltype.Type) func() expr.Kernel {
			zone := zoneOf(c)
			return def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
				columnar.Slice[float64](out)[i] = cal.MonthsBetween(columnar.At[int64](args[0], i), columnar.At[int64](args[1], i), zone,
					columnar.At[uint8](args[2], i) != 0)
				return nil
			})
		}})
	return filled(f, 3, expr.True)
}
