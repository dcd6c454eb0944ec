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

// epochs turn numbers since 1970 into times and back.
func epochs() []def.Spec {
	return []def.Spec{
		{Name: "date_from_unix_date", Usage: "date of the days since 1970-01-01", Example: "date_from_unix_date(1)",
			Args: def.Args(def.Int), Result: sqltype.Date, Kernel: def.Unary(func(x int32) int32 { return x })},
		{Name: "unix_date", Usage: "days since 1970-01-01", Example: "unix_date(DATE'2024-02-29')",
			Args: def.Args(onlyDate), Result: sqltype.Int, Kernel: def.Unary(func(x int32) int32 { return x })},
		{Name: "timestamp_seconds", Usage: "timestamp of the seconds since 1970", Example: "timestamp_seconds(1700000000)",
			Args: def.Args(def.Numeric), Result: sqltype.Timestamp, Nulls: def.Always, KernelOf: fromSeconds},
		fromUnit("timestamp_millis", "timestamp of the milliseconds since 1970", cal.Milli),
		fromUnit("timestamp_micros", "timestamp of the microseconds since 1970", cal.Micro),
		toUnit("unix_seconds", "seconds since 1970", cal.Second),
		toUnit("unix_millis", "milliseconds since 1970", cal.Milli),
		toUnit("unix_micros", "microseconds since 1970", cal.Micro),
	}
}

// onlyDate and onlyTimestamp take nothing that would have to be cast.
var (
	onlyDate      = def.Kinds(`"DATE"`, sqltype.Date, false, sqltype.KindDate)
	onlyTimestamp = def.Kinds(anyTimestamp.SQL, sqltype.Timestamp, false, sqltype.KindTimestamp, sqltype.KindTimestampNTZ)
)

func fromUnit(name, usage string, unit int64) def.Spec {
	return def.Spec{Name: name, Usage: usage, Example: name + "(1700000000000)", Args: def.Args(integral), Result: sqltype.Timestamp,
		Kernel: def.UnaryErr(func(x int64) (int64, error) { return times(x, unit) })}
}

// integral wants an integer, which becomes a bigint.
var integral = def.Want{SQL: `"INTEGRAL"`, Pick: func(t sqltype.Type, _ bool) (sqltype.Type, bool) {
	return sqltype.Long, sqltype.IsIntegral(t) || t.Kind() == sqltype.KindNull
}}

func times(x, unit int64) (int64, error) {
	y := x * unit
	if y/unit != x {
		return 0, overflow("make a timestamp of a number")
	}
	return y, nil
}

func toUnit(name, usage string, unit int64) def.Spec {
	return def.Spec{Name: name, Usage: usage, Example: name + "(TIMESTAMP'2024-02-29 10:11:12Z')", Args: def.Args(onlyTimestamp),
		Result: sqltype.Long, Kernel: def.Unary(func(x int64) int64 { return floorDiv(x, unit) })}
}

func floorDiv(x, y int64) int64 {
	q := x / y
	if x%y < 0 {
		q--
	}
	return q
}

// fromSeconds reads seconds of any numeric type, with their fraction.
func fromSeconds(_ *expr.Session, t []sqltype.Type) func() expr.Kernel {
	read := secondsReader(t[0])
	return def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
		micros, valid, err := read(args[0], i)
		if err != nil {
			return err
		}
		if !valid {
			out.SetNull(i)
		}
		columnar.Slice[int64](out)[i] = micros
		return nil
	})
}

func secondsReader(t sqltype.Type) func(v *columnar.Vector, i int) (int64, bool, error) {
	whole := func(x int64) (int64, bool, error) {
		micros, err := times(x, cal.Second)
		return micros, true, err
	}
	switch t.Kind() {
	case sqltype.KindByte:
		return func(v *columnar.Vector, i int) (int64, bool, error) { return whole(int64(columnar.At[int8](v, i))) }
	case sqltype.KindShort:
		return func(v *columnar.Vector, i int) (int64, bool, error) { return whole(int64(columnar.At[int16](v, i))) }
	case sqltype.KindInt:
		return func(v *columnar.Vector, i int) (int64, bool, error) { return whole(int64(columnar.At[int32](v, i))) }
	case sqltype.KindLong:
		return func(v *columnar.Vector, i int) (int64, bool, error) { return whole(columnar.At[int64](v, i)) }
	case sqltype.KindFloat:
		return func(v *columnar.Vector, i int) (int64, bool, error) {
			return floatSeconds(float64(columnar.At[float32](v, i)))
		}
	case sqltype.KindDouble:
		return func(v *columnar.Vector, i int) (int64, bool, error) { return floatSeconds(columnar.At[float64](v, i)) }
	}
	return decimalSeconds
}

// floatSeconds saturates as Java does; what is no number has no time.
func floatSeconds(x float64) (int64, bool, error) {
	y := x * 1e6
	switch {
	case math.IsNaN(x) || math.IsInf(x, 0):
		return 0, false, nil
	case y >= 0x1p63:
		return math.MaxInt64, true, nil
	case y < -0x1p63:
		return math.MinInt64, true, nil
	}
	return int64(y), true, nil
}

// decimalSeconds refuses digits below a microsecond.
func decimalSeconds(v *columnar.Vector, i int) (int64, bool, error) {
	d := v.Decimal(i)
	million := decimal.FromInt64(cal.Second)
	scaled, ok := d.Unscaled.Mul(million)
	unit := decimal.FromInt64(1)
	for range d.Scale {
		unit, _ = unit.Mul(decimal.FromInt64(10))
	}
	q, rest, ok2 := scaled.QuoRem(unit)
	if !ok || !ok2 {
		return 0, false, overflow("make a timestamp of a number")
	}
	if !rest.IsZero() {
		return 0, false, roundingNeeded()
	}
	micros, fits := q.Int64()
	if !fits {
		return 0, false, overflow("make a timestamp of a number")
	}
	return micros, true, nil
}
