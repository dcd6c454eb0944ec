package collection

import (
	"fmt"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// sequence counts from start to stop, both included: integers, dates,
// timestamps. The step is 1 or -1, of times a day, unless given.
func sequence() *expr.Func {
	return &expr.Func{Name: "sequence", Usage: "an array from start to stop by a step", Example: "sequence(1, 5)", Resolve: func(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
		if len(args) < 2 || len(args) > 3 {
			return expr.Signature{}, expr.WrongNumArgs("sequence", "[2, 3]", len(args))
		}
		t, ok := expr.TightestType(args[0].Type, args[1].Type, c.ANSI)
		if !ok {
			t, ok = expr.CommonType(args[0].Type, args[1].Type, c.ANSI)
		}
		var step sqltype.Type
		if len(args) == 3 {
			step = args[2].Type
		}
		switch {
		case ok && sqltype.IsIntegral(t):
			if step != nil {
				var same bool
				if t, same = expr.TightestType(t, step, c.ANSI); !same || !sqltype.IsIntegral(t) {
					return expr.Signature{}, wrongSequence(args)
				}
				step = t
			}
		case ok && isTime(t):
			if step != nil && step.Kind() != sqltype.KindCalendar && step.Kind() != sqltype.KindYearMonth && step.Kind() != sqltype.KindDayTime {
				return expr.Signature{}, wrongSequence(args)
			}
		default:
			return expr.Signature{}, wrongSequence(args)
		}
		sig := expr.Signature{Args: []sqltype.Type{t, t}, Result: arrayOf(t, false), Nullable: expr.Nullable(args)}
		if step != nil {
			sig.Args = append(sig.Args, step)
		}
		sig.Make = integers
		if isTime(t) {
			sig.Make = func() expr.Kernel { return times(c, t) }
		}
		return sig, nil
	}}
}

func isTime(t sqltype.Type) bool {
	k := t.Kind()
	return k == sqltype.KindDate || k == sqltype.KindTimestamp || k == sqltype.KindTimestampNTZ
}

func wrongSequence(args []expr.Arg) error {
	return expr.Mismatch("SEQUENCE_WRONG_INPUT_TYPES", "sequence", args, "it needs integers, or times and an interval.",
		"functionName", "`sequence`", "startType", `("TIMESTAMP" or "TIMESTAMP_NTZ" or "DATE")`, "stepType", `("INTERVAL" or "INTERVAL YEAR TO MONTH" or "INTERVAL DAY TO SECOND")`, "otherStartType", `"INTEGRAL"`)
}

// boundaries is the error of a step that does not lead from start to stop.
func boundaries(start, stop, step int64) error {
	return sparkerr.Data("INTERNAL_ERROR", fmt.Sprintf("The step %d does not lead from %d to %d.", step, start, stop))
}

func integers() expr.Kernel {
	return def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
		start, stop := integer(args[0], i), integer(args[1], i)
		step := int64(1)
		if len(args) > 2 {
			step = integer(args[2], i)
		} else if stop < start {
			step = -1
		}
		if step > 0 && start > stop || step < 0 && start < stop || step == 0 && start != stop {
			return boundaries(start, stop, step)
		}
		n := uint64(1)
		if step != 0 {
			n += distance(start, stop) / distance(0, step)
		}
		if err := roomFor(out, n); err != nil {
			return err
		}
		listed(out, i, func(elems *columnar.Vector) {
			for x := start; n > 0; n-- {
				appendInteger(elems, x)
				x += step
			}
		})
		return nil
	})()
}

func distance(a, b int64) uint64 {
	if a < b {
		return uint64(b) - uint64(a)
	}
	return uint64(a) - uint64(b)
}

// roomFor checks that n elements fit into out.
func roomFor(out *columnar.Vector, n uint64) error {
	if n > maxLength {
		return tooLong("sequence", n)
	}
	return expr.Room(out, int64(n)*int64(sqltype.Width(out.Child[0].Type)))
}

func integer(v *columnar.Vector, i int) int64 {
	switch sqltype.Width(v.Type) {
	case 1:
		return int64(columnar.At[int8](v, i))
	case 2:
		return int64(columnar.At[int16](v, i))
	case 4:
		return int64(columnar.At[int32](v, i))
	}
	return columnar.At[int64](v, i)
}

func appendInteger(v *columnar.Vector, x int64) {
	switch sqltype.Width(v.Type) {
	case 1:
		columnar.AppendFixed(v, int8(x))
	case 2:
		columnar.AppendFixed(v, int16(x))
	case 4:
		columnar.AppendFixed(v, int32(x))
	default:
		columnar.AppendFixed(v, x)
	}
}

// times counts in local time of the session's zone where the type has one;
// each element is start plus a multiple of the step, so that months do not
// drift.
func times(c *expr.Session, t sqltype.Type) expr.Kernel {
	zone := datetime.UTC
	if z, err := datetime.LoadZone(c.Zone); err == nil && t.Kind() == sqltype.KindTimestamp {
		zone = z
	}
	date := t.Kind() == sqltype.KindDate
	return def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
		start, stop := instant(args[0], i), instant(args[1], i)
		step := datetime.Interval{Days: 1}
		if len(args) > 2 {
			step = stepOf(args[2], i)
		} else if stop < start {
			step.Days = -1
		}
		length := (int64(step.Months)*28+int64(step.Days))*datetime.Day + step.Micros
		if length > 0 && start > stop || length < 0 && start < stop || length == 0 && start != stop {
			return boundaries(start, stop, length)
		}
		if length != 0 {
			if err := roomFor(out, distance(start, stop)/distance(0, length)); err != nil {
				return err
			}
		}
		listed(out, i, func(elems *columnar.Vector) {
			for k := int64(0); ; k++ {
				at, ok := datetime.Add(start, datetime.Interval{Months: int32(k) * step.Months, Days: int32(k) * step.Days, Micros: k * step.Micros}, zone)
				if !ok || length > 0 && at > stop || length < 0 && at < stop || length == 0 && k > 0 {
					return
				}
				if date {
					columnar.AppendFixed(elems, datetime.DateOf(at))
				} else {
					columnar.AppendFixed(elems, at)
				}
			}
		})
		return nil
	})()
}

// instant reads a time in micros; of a date its midnight.
func instant(v *columnar.Vector, i int) int64 {
	if v.Type.Kind() == sqltype.KindDate {
		return int64(columnar.At[int32](v, i)) * datetime.Day
	}
	return columnar.At[int64](v, i)
}

func stepOf(v *columnar.Vector, i int) datetime.Interval {
	switch v.Type.Kind() {
	case sqltype.KindYearMonth:
		return datetime.Interval{Months: columnar.At[int32](v, i)}
	case sqltype.KindDayTime:
		return datetime.Interval{Micros: columnar.At[int64](v, i)}
	}
	x := columnar.At[columnar.Interval](v, i)
	return datetime.Interval{Months: x.Months, Days: x.Days, Micros: x.Micros}
}
