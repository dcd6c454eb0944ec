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

// signed wants what has a sign; abs does not take calendar intervals.
var signed = def.Kinds(`("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH" or "INTERVAL")`, sqltype.Double, true,
	sqltype.KindByte, sqltype.KindShort, sqltype.KindInt, sqltype.KindLong, sqltype.KindDecimal, sqltype.KindFloat,
	sqltype.KindDouble, sqltype.KindYearMonth, sqltype.KindDayTime, sqltype.KindCalendar)

func first(t []sqltype.Type) sqltype.Type { return t[0] }

func unary() []*expr.Func {
	return def.Funcs("math",
		def.Spec{Name: "negative", Usage: "the number with the other sign", Example: "negative(1)", Args: def.Args(signed), ResultOf: first,
			KernelOf: func(c *expr.Session, t []sqltype.Type) func() expr.Kernel { return signKernel(modeOf(c), t[0], true) }},
		def.Spec{Name: "positive", Usage: "the number itself", Example: "positive(1)", Args: def.Args(signed), ResultOf: first,
			Kernel: def.Stateless(copyAll)},
		def.Spec{Name: "abs", Usage: "the number without its sign", Example: "abs(-1)", Args: def.Args(def.NumericOrInterval), ResultOf: first,
			KernelOf: func(c *expr.Session, t []sqltype.Type) func() expr.Kernel { return signKernel(modeOf(c), t[0], false) }},
	)
}

func copyAll(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
	expr.Scatter(out, args[0], def.RowsOf(sel, n))
	return nil
}

// signKernel is - (always) or abs (only below zero).
func signKernel(m mode, t sqltype.Type, always bool) func() expr.Kernel {
	switch t.Kind() {
	case sqltype.KindByte:
		return signs[int8](m, t, always)
	case sqltype.KindShort:
		return signs[int16](m, t, always)
	case sqltype.KindInt, sqltype.KindYearMonth:
		return signs[int32](m, t, always)
	case sqltype.KindLong, sqltype.KindDayTime:
		return signs[int64](m, t, always)
	case sqltype.KindFloat:
		return def.Unary(func(x float32) float32 {
			if always {
				return -x
			}
			return float32(math.Abs(float64(x)))
		})
	case sqltype.KindDouble:
		return def.Unary(func(x float64) float64 {
			if always {
				return -x
			}
			return math.Abs(x)
		})
	case sqltype.KindDecimal:
		return decimalSigns(t, always)
	}
	return def.UnaryErr(func(v columnar.Interval) (columnar.Interval, error) {
		r, ok := datetime.Interval(v).Negated()
		if !ok && m == ansi {
			return v, tooLong()
		}
		return columnar.Interval(r), nil
	})
}

func tooLong() error {
	return sparkerr.Data("INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION", "The interval with the other sign is too long.")
}

func signs[T integer](m mode, t sqltype.Type, always bool) func() expr.Kernel {
	return def.UnaryErr(func(x T) (T, error) {
		if x >= 0 && !always {
			return x, nil
		}
		if r := -x; r != x || x == 0 || m != ansi {
			return r, nil
		}
		if t.Kind() == sqltype.KindYearMonth || t.Kind() == sqltype.KindDayTime {
			return x, tooLong()
		}
		return x, Overflow(t, "")
	})
}

func decimalSigns(t sqltype.Type, always bool) func() expr.Kernel {
	if sqltype.Width(t) == 8 {
		return def.Unary(func(x int64) int64 {
			if x < 0 || always {
				return -x
			}
			return x
		})
	}
	return def.Unary(func(x decimal.Int128) decimal.Int128 {
		if x.Sign() < 0 || always {
			x, _ = x.Neg()
		}
		return x
	})
}
