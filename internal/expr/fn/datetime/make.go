package datetime

import (
	"github.com/spatestream/spate/columnar"
	cal "github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

// clockSeconds are the seconds of a made timestamp, with their fraction.
var clockSeconds = def.Is(sqltype.Decimal{Precision: 16, Scale: 6})

func makers() []*expr.Func {
	date := func(name string, try bool) *expr.Func {
		return def.Func(def.Spec{Name: name, Group: group, Usage: "date of year, month and day", Example: name + "(2024, 2, 29)",
			Args: def.Args(def.Int, def.Int, def.Int), Result: sqltype.Date, Nulls: def.Always,
			KernelOf: func(c *expr.Session, _ []sqltype.Type) func() expr.Kernel { return makeDate(c.ANSI && !try) }})
	}
	stamp := func(name string, target func(*expr.Session) sqltype.Type, try bool, zones int) *expr.Func {
		fields := def.Args(def.Int, def.Int, def.Int, def.Int, def.Int, clockSeconds, def.String)[:6+zones]
		f := func(target sqltype.Type) *expr.Func {
			return def.Func(def.Spec{Name: name, Group: group, Usage: "timestamp of year, month, day, hour, minute and seconds",
				Example: name + "(2024, 2, 29, 10, 11, 12.5)", Args: fields, Optional: zones, Result: target, Nulls: def.Always,
				KernelOf: func(c *expr.Session, _ []sqltype.Type) func() expr.Kernel {
					return makeStamp(zoneOf(c), target, c.ANSI && !try)
				}})
		}
		g := *f(sqltype.Timestamp)
		g.Resolve = func(c *expr.Session, args []expr.Arg) (expr.Signature, error) { return f(target(c)).Resolve(c, args) }
		return &g
	}
	ltz, ntz := always(sqltype.Timestamp), always(sqltype.TimestampNTZ)
	return []*expr.Func{
		date("make_date", false), date("try_make_date", true),
		stamp("make_timestamp", timestampType, false, 1), stamp("try_make_timestamp", timestampType, true, 1),
		stamp("make_timestamp_ltz", ltz, false, 1), stamp("try_make_timestamp_ltz", ltz, true, 1),
		stamp("make_timestamp_ntz", ntz, false, 0), stamp("try_make_timestamp_ntz", ntz, true, 0),
	}
}

func makeDate(fails bool) func() expr.Kernel {
	return def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
		year, month, day := fieldAt(args[0], i), fieldAt(args[1], i), fieldAt(args[2], i)
		date, ok := cal.MakeDate(year, month, day)
		if !ok && fails {
			return outOfBounds(badDate(year, month, day))
		}
		if !ok {
			out.SetNull(i)
		}
		columnar.Slice[int32](out)[i] = date
		return nil
	})
}

func fieldAt(v *columnar.Vector, i int) int { return int(columnar.At[int32](v, i)) }

// makeStamp takes the session's zone where the operands have none.
func makeStamp(session *cal.Zone, target sqltype.Type, fails bool) func() expr.Kernel {
	return func() expr.Kernel {
		var z zoneAt
		return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
			dst := columnar.Slice[int64](out)
			for _, i := range def.RowsOf(sel, n) {
				local, err := localAt(args, int(i))
				zone := session
				if err == nil && len(args) == 7 {
					zone, err = z.at(args[6], int(i))
				}
				switch {
				case err != nil && fails:
					return err
				case err != nil:
					out.SetNull(int(i))
				case target.Kind() == sqltype.KindTimestamp:
					dst[i] = zone.Instant(local)
				default:
					dst[i] = local
				}
			}
			return nil
		}
	}
}

// localAt makes the local time of row i from six fields. As in Spark the
// seconds wrap round at 2^31 micros.
func localAt(args []*columnar.Vector, i int) (int64, error) {
	micros := int64(int32(columnar.At[int64](args[5], i)))
	year, month, day, hour, minute := fieldAt(args[0], i), fieldAt(args[1], i), fieldAt(args[2], i), fieldAt(args[3], i), fieldAt(args[4], i)
	second := int(floorDiv(micros, cal.Second))
	if second == 60 && micros != cal.Minute {
		return 0, badFraction(args[5], i)
	}
	local, ok := cal.MakeLocal(year, month, day, hour, minute, micros)
	if !ok {
		return 0, outOfBounds(badTime(year, month, day, hour, minute, second))
	}
	return local, nil
}
