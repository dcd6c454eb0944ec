package math

import (
	"math"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

func setDouble(x float64) func([]*columnar.Vector, int, *columnar.Vector) error {
	return func(_ []*columnar.Vector, i int, out *columnar.Vector) error {
		columnar.Slice[float64](out)[i] = x
		return nil
	}
}

// widthBucket takes doubles or intervals of one family.
func widthBucket() def.Spec {
	want := def.Want{SQL: `("DOUBLE" or "INTERVAL YEAR TO MONTH" or "INTERVAL DAY TO SECOND")`, Pick: func(t sqltype.Type, ansi bool) (sqltype.Type, bool) {
		if k := t.Kind(); k == sqltype.KindYearMonth || k == sqltype.KindDayTime {
			return t, true
		}
		return expr.ImplicitCast(t, sqltype.Double, ansi)
	}}
	return def.Spec{Name: "width_bucket", Usage: "number of the bucket a value falls into, of n of equal width between two bounds",
		Example: "width_bucket(5.3, 0.2, 10.6, 5)", Args: def.Args(want, want, want, def.Long), Result: sqltype.Long, Nulls: def.Always,
		Check: func(_ *expr.Session, args []expr.Arg, t []sqltype.Type) error {
			if t[0].Kind() != t[1].Kind() || t[1].Kind() != t[2].Kind() {
				return expr.Mismatch("DATA_DIFF_TYPES", "width_bucket", args, "the value and the bounds are of unlike types.",
					"functionName", "`width_bucket`", "dataType", expr.SQLName(t[0])+" "+expr.SQLName(t[1])+" "+expr.SQLName(t[2]))
			}
			return nil
		},
		Kernel: def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
			b, ok := bucket(number(args[0], i), number(args[1], i), number(args[2], i), columnar.At[int64](args[3], i))
			if !ok {
				out.SetNull(i)
			}
			columnar.Slice[int64](out)[i] = b
			return nil
		})}
}

// number reads a double or an interval.
func number(v *columnar.Vector, i int) float64 {
	switch v.Type.Kind() {
	case sqltype.KindYearMonth:
		return float64(columnar.At[int32](v, i))
	case sqltype.KindDayTime:
		return float64(columnar.At[int64](v, i))
	}
	return columnar.At[float64](v, i)
}

func bucket(x, lo, hi float64, n int64) (int64, bool) {
	if n <= 0 || n == math.MaxInt64 || x != x || lo == hi || lo != lo || hi != hi || math.IsInf(lo, 0) || math.IsInf(hi, 0) {
		return 0, false
	}
	below, above := x < lo, x >= hi
	if lo > hi {
		below, above = x > lo, x <= hi
	}
	switch {
	case below:
		return 0, true
	case above:
		return n + 1, true
	}
	return int64(float64(n)*(x-lo)/(hi-lo)) + 1, true
}
