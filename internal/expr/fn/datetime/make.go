package datetime

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spatestream/spate/columnar"
	cal "github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// clockSeconds are the seconds of a made timestamp, with their fraction.
var clockSeconds = def.Is(sqltype.Decimal{Precision: 16, Scale: 6})

func makers() []*expr.Func {
	date := func(name string) *expr.Func {
		return def.Func(def.Spec{Name: name, Group: group, Usage: "date of year, month and day", Example: name + "(2024, 2, 29)",
			Args: def.Args(def.Int, def.Int, def.Int), Result: sqltype.Date, Nulls: def.Always,
			KernelOf: func(c *expr.Session, _ []sqltype.Type) func() expr.Kernel { return makeDate(c.ANSI) }})
	}
	ltz, ntz := always(sqltype.Timestamp), always(sqltype.TimestampNTZ)
	return []*expr.Func{
		date("make_date"),
		stamp{"make_timestamp", timestampType, false, []int{1, 2, 3, 6, 7}}.function(),
		stamp{"try_make_timestamp", timestampType, true, []int{1, 2, 3, 6, 7}}.function(),
		stamp{"make_timestamp_ltz", ltz, false, []int{2, 3, 6, 7}}.function(),
		stamp{"try_make_timestamp_ltz", ltz, true, []int{2, 3, 6, 7}}.function(),
		stamp{"make_timestamp_ntz", ntz, false, []int{2, 6}}.function(),
		stamp{"try_make_timestamp_ntz", ntz, true, []int{2, 6}}.function(),
	}
}

// stamp is a function that makes timestamps from six fields and perhaps a zone,
// or from a date, a time and perhaps a zone.
type stamp struct {
	name   string
	target func(*expr.Session) sqltype.Type
	try    bool
	counts []int // numbers of operands it takes
}

func (s stamp) function() *expr.Func {
	f := &expr.Func{Name: s.name, Group: group, Usage: "timestamp of year, month, day, hour, minute and seconds, and perhaps a time zone",
		Example: s.name + "(2024, 2, 29, 10, 11, 12.5)"}
	f.Rewrite = func(c *expr.Session, args []expr.Node) (expr.Node, error) {
		switch {
		case !slices.Contains(s.counts, len(args)):
			return nil, expr.WrongNumArgs(s.name, strings.ReplaceAll(fmt.Sprint(s.counts), " ", ", "), len(args))
		case len(args) < 6:
			return s.ofDate(c, args)
		}
		return expr.NewCall(c, s.ofFields(c), args, sparkerr.Origin{})
	}
	return f
}

func (s stamp) ofFields(c *expr.Session) *expr.Func {
	target := s.target(c)
	return def.Func(def.Spec{Name: s.name, Group: group, Result: target, Nulls: def.Always, Optional: 1,
		Args: def.Args(def.Int, def.Int, def.Int, def.Int, def.Int, clockSeconds, def.String),
		KernelOf: func(c *expr.Session, _ []sqltype.Type) func() expr.Kernel {
			return makeStamp(zoneOf(c), target, c.ANSI && !s.try)
		}})
}

// ofDate takes a date and a time; there is no TIME type, so a time can only be
// null.
func (s stamp) ofDate(c *expr.Session, args []expr.Node) (expr.Node, error) {
	if k := args[0].Type().Kind(); k != sqltype.KindDate && k != sqltype.KindNull {
		return nil, expr.UnexpectedInput(s.name, expr.ArgsOf(args), 0, `"DATE"`)
	}
	if len(args) == 1 {
		return expr.NewCast(c, args[0], s.target(c), s.try, sparkerr.Origin{})
	}
	if args[1].Type().Kind() != sqltype.KindNull {
		return nil, expr.UnexpectedInput(s.name, expr.ArgsOf(args), 1, `"TIME"`)
	}
	return expr.NullOf(s.target(c)), nil
}

func makeDate(fails bool) func() expr.Kernel {
	return def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
		year, month, day := fieldAt(args[0], i), fieldAt(args[1], i), fieldAt(args[2], i)
		date, ok := cal.MakeDate(year, month, day)
		switch {
		case ok:
		case fails && dateExists(year, month, day):
			return overflowed("date")
		case fails:
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
				zone := session
				if len(args) == 7 {
					var err error
					if zone, err = z.at(args[6], int(i)); err != nil {
						return err
					}
				}
				local, err := localAt(args, int(i))
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
	if !ok && dateExists(year, month, day) && uint(hour) < 24 && uint(minute) < 60 && uint(second) <= 60 {
		return 0, overflowed("timestamp")
	}
	if !ok {
		return 0, outOfBounds(badTime(year, month, day, hour, minute, second))
	}
	return local, nil
}
