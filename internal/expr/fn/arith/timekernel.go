package arith

import (
	"math"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/datetime"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// step computes row i of out from the operands in the order of the operator;
// what it cannot do is an error.
type step func(a, b *columnar.Vector, i int, out *columnar.Vector) error

func (t *timeOp) kernel() expr.Kernel {
	f := t.step()
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		a, b := args[0], args[1]
		if t.swapped {
			a, b = b, a
		}
		for _, i := range def.RowsOf(sel, n) {
			if err := f(a, b, int(i), out); err != nil {
				if t.m == ansi || t.m == legacy && sparkerr.ClassOf(err) != "DIVIDE_BY_ZERO" {
					return err
				}
				out.SetNull(int(i))
			}
		}
		return nil
	}
}

func (t *timeOp) step() step {
	zone, err := datetime.LoadZone(t.c.Zone)
	if err != nil {
		zone = datetime.UTC
	}
	switch {
	case t.o == quo:
		return ratioStep
	case t.o == mul || t.o == div:
		return t.scaleStep()
	case isInterval(t.left.Kind()):
		return t.intervalStep()
	case t.o == sub && !isInterval(t.right.Kind()) && t.right.Kind() != sqltype.KindInt:
		if t.result.Kind() == sqltype.KindCalendar {
			return periodStep(t.left.Kind())
		}
		return betweenStep(t.left.Kind(), zone)
	case t.left.Kind() == sqltype.KindDate:
		return t.dateStep()
	}
	return t.instantStep(zone)
}

// sign is -1 for subtraction.
func (t *timeOp) sign() int64 {
	if t.o == sub {
		return -1
	}
	return 1
}

// dateStep moves a date; days wrap round, as Spark's date_add.
func (t *timeOp) dateStep() step {
	sign := int32(t.sign())
	switch t.right.Kind() {
	case sqltype.KindInt:
		return func(a, b *columnar.Vector, i int, out *columnar.Vector) error {
			columnar.Slice[int32](out)[i] = columnar.At[int32](a, i) + sign*columnar.At[int32](b, i)
			return nil
		}
	case sqltype.KindDayTime:
		return func(a, b *columnar.Vector, i int, out *columnar.Vector) error {
			columnar.Slice[int32](out)[i] = columnar.At[int32](a, i) + sign*int32(columnar.At[int64](b, i)/datetime.Day)
			return nil
		}
	case sqltype.KindYearMonth:
		return func(a, b *columnar.Vector, i int, out *columnar.Vector) error {
			d, ok := datetime.AddMonths(columnar.At[int32](a, i), int(sign)*int(columnar.At[int32](b, i)))
			columnar.Slice[int32](out)[i] = d
			return dateOverflow(ok)
		}
	}
	return func(a, b *columnar.Vector, i int, out *columnar.Vector) error {
		v := columnar.At[columnar.Interval](b, i)
		if v.Micros != 0 && t.m == ansi {
			return sparkerr.Data("INVALID_INTERVAL_WITH_MICROSECONDS_ADDITION",
				"An interval with a part below a day cannot be added to a date. Cast the date to a timestamp.", "ansiConfig", ansiConfig)
		}
		d, ok := datetime.AddMonths(columnar.At[int32](a, i), int(sign)*int(v.Months))
		columnar.Slice[int32](out)[i] = d + sign*v.Days + sign*int32(v.Micros/datetime.Day)
		return dateOverflow(ok)
	}
}

// instantStep moves a timestamp with or without zone; the result may be text.
func (t *timeOp) instantStep(zone *datetime.Zone) step {
	sign := t.sign()
	own := zone
	if t.left.Kind() == sqltype.KindTimestampNTZ {
		zone = datetime.UTC
	}
	return func(a, b *columnar.Vector, i int, out *columnar.Vector) error {
		at := columnar.At[int64](a, i)
		var ok bool
		switch t.right.Kind() {
		case sqltype.KindDayTime:
			at, ok = datetime.AddMicros(at, sign*columnar.At[int64](b, i), zone)
		case sqltype.KindYearMonth:
			at, ok = datetime.Add(at, datetime.Interval{Months: int32(sign) * columnar.At[int32](b, i)}, zone)
		default:
			v := columnar.At[columnar.Interval](b, i)
			at, ok = datetime.Add(at, datetime.Interval{Months: int32(sign) * v.Months, Days: int32(sign) * v.Days, Micros: sign * v.Micros}, zone)
		}
		if t.result.Kind() == sqltype.KindString {
			out.SetText(i, datetime.AppendTimestamp(nil, at, own))
		} else {
			columnar.Slice[int64](out)[i] = at
		}
		return orOverflow(ok)
	}
}

func dateOverflow(ok bool) error {
	if ok {
		return nil
	}
	return Overflow(sqltype.Date, "")
}

func orOverflow(ok bool) error {
	if ok {
		return nil
	}
	return sparkerr.Data("DATETIME_OVERFLOW", "The result is no date or timestamp: it is out of range.", "operation", "add an interval")
}

// betweenStep is the time between two instants: by the clock on the wall.
func betweenStep(k sqltype.Kind, zone *datetime.Zone) step {
	if k == sqltype.KindDate {
		return func(a, b *columnar.Vector, i int, out *columnar.Vector) error {
			columnar.Slice[int64](out)[i] = (int64(columnar.At[int32](a, i)) - int64(columnar.At[int32](b, i))) * datetime.Day
			return nil
		}
	}
	if k == sqltype.KindTimestampNTZ {
		zone = datetime.UTC
	}
	return func(a, b *columnar.Vector, i int, out *columnar.Vector) error {
		columnar.Slice[int64](out)[i] = zone.Local(columnar.At[int64](a, i)) - zone.Local(columnar.At[int64](b, i))
		return nil
	}
}

// periodStep is the time between two instants as a calendar interval, which
// Spark 3.1 had: months and days between dates, micros between timestamps.
func periodStep(k sqltype.Kind) step {
	if k != sqltype.KindDate {
		return func(a, b *columnar.Vector, i int, out *columnar.Vector) error {
			columnar.Slice[columnar.Interval](out)[i] = columnar.Interval{Micros: columnar.At[int64](a, i) - columnar.At[int64](b, i)}
			return nil
		}
	}
	return func(a, b *columnar.Vector, i int, out *columnar.Vector) error {
		months, days := datetime.Period(columnar.At[int32](b, i), columnar.At[int32](a, i))
		columnar.Slice[columnar.Interval](out)[i] = columnar.Interval{Months: months, Days: days}
		return nil
	}
}

// intervalStep adds and subtracts intervals.
func (t *timeOp) intervalStep() step {
	switch t.left.Kind() {
	case sqltype.KindYearMonth:
		return intervalSum[int32](t.o)
	case sqltype.KindDayTime:
		return intervalSum[int64](t.o)
	}
	return func(a, b *columnar.Vector, i int, out *columnar.Vector) error {
		x, y := columnar.At[columnar.Interval](a, i), columnar.At[columnar.Interval](b, i)
		m, over1 := apply(t.o, x.Months, y.Months)
		d, over2 := apply(t.o, x.Days, y.Days)
		u, over3 := apply(t.o, x.Micros, y.Micros)
		columnar.Slice[columnar.Interval](out)[i] = columnar.Interval{Months: m, Days: d, Micros: u}
		if over1 || over2 || over3 {
			return intervalOverflow(t.o)
		}
		return nil
	}
}

func intervalSum[T integer](o op) step {
	return func(a, b *columnar.Vector, i int, out *columnar.Vector) error {
		x, over := apply(o, columnar.At[T](a, i), columnar.At[T](b, i))
		columnar.Slice[T](out)[i] = x
		if over {
			return intervalOverflow(o)
		}
		return nil
	}
}

func intervalOverflow(o op) error {
	return sparkerr.Data("INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION",
		"The interval is too long. Use "+tryNames[o]+" to get NULL instead.", "functionName", "`"+tryNames[o]+"`")
}

// length reads a year-month or day-time interval.
func length(v *columnar.Vector, i int) int64 {
	if v.Type.Kind() == sqltype.KindYearMonth {
		return int64(columnar.At[int32](v, i))
	}
	return columnar.At[int64](v, i)
}

func ratioStep(a, b *columnar.Vector, i int, out *columnar.Vector) error {
	x, y := length(a, i), length(b, i)
	switch {
	case y == 0:
		return byZero(quo)
	case y == -1 && x == math.MinInt64:
		return Overflow(sqltype.Long, "try_divide")
	}
	columnar.Slice[int64](out)[i] = x / y
	return nil
}

// scaleStep multiplies and divides, rounding half away from zero.
func (t *timeOp) scaleStep() step {
	if t.left.Kind() == sqltype.KindCalendar {
		return t.calendarStep
	}
	return func(a, b *columnar.Vector, i int, out *columnar.Vector) error {
		x, ok, err := t.scaled(length(a, i), b, i)
		if err != nil {
			return err
		}
		if out.Type.Kind() == sqltype.KindYearMonth {
			columnar.Slice[int32](out)[i] = int32(x)
			ok = ok && x == int64(int32(x))
		} else {
			columnar.Slice[int64](out)[i] = x
		}
		if !ok {
			return intervalOverflow(t.o)
		}
		return nil
	}
}

var byZeroInterval = sparkerr.Data("INTERVAL_DIVIDED_BY_ZERO", "An interval cannot be divided by zero. Use try_divide to get NULL instead.")

// scaled is x times or divided by row i of b, a long, double or decimal.
func (t *timeOp) scaled(x int64, b *columnar.Vector, i int) (int64, bool, error) {
	if b.Type.Kind() == sqltype.KindDouble {
		y := columnar.At[float64](b, i)
		if t.o == div {
			if y == 0 {
				return 0, false, byZeroInterval
			}
			y = float64(x) / y
		} else {
			y *= float64(x)
		}
		r := math.Round(y)
		return int64(r), r >= -0x1p63 && r < 0x1p63, nil
	}
	var u decimal.Int128
	var scale uint8
	if b.Type.Kind() == sqltype.KindDecimal {
		d := b.Decimal(i)
		u, scale = d.Unscaled, d.Scale
	} else {
		u = decimal.FromInt64(columnar.At[int64](b, i))
	}
	whole := decimal.Type{Precision: 38}
	ok := true
	if t.o == mul {
		u, ok = decimal.Mul(decimal.FromInt64(x), 0, u, scale, whole)
	} else {
		if u.IsZero() {
			return 0, false, byZeroInterval
		}
		u, ok = decimal.Div(decimal.FromInt64(x), 0, u, scale, whole)
	}
	r, fits := u.Int64()
	return r, ok && fits, nil
}

// calendarStep scales each part; the fraction of days goes on as time.
func (t *timeOp) calendarStep(a, b *columnar.Vector, i int, out *columnar.Vector) error {
	v, f := columnar.At[columnar.Interval](a, i), columnar.At[float64](b, i)
	if t.o == div {
		if f == 0 {
			return byZeroInterval
		}
	}
	scale := func(x float64) float64 {
		if t.o == div {
			return x / f
		}
		return x * f
	}
	days := scale(float64(v.Days))
	micros := math.Round(scale(float64(v.Micros)) + (days-math.Trunc(days))*float64(datetime.Day))
	r := columnar.Interval{Months: int32(math.Trunc(scale(float64(v.Months)))), Days: int32(math.Trunc(days)), Micros: int64(micros)}
	columnar.Slice[columnar.Interval](out)[i] = r
	if math.Abs(scale(float64(v.Months))) > math.MaxInt32 || math.Abs(days) > math.MaxInt32 || math.Abs(micros) >= 0x1p63 {
		return intervalOverflow(t.o)
	}
	return nil
}
