package math

import (
	"math"
	"strconv"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// roundings are round, bround, ceil and floor. The number of digits is a
// constant, on which the type of decimals depends.
func roundings() []*expr.Func {
	return []*expr.Func{
		rounding("round", "the number rounded to digits after the point, half away from zero", decimal.HalfUp, false),
		rounding("bround", "the number rounded to digits after the point, half to even", decimal.HalfEven, false),
		rounding("ceil", "the number rounded up", decimal.Up, true),
		rounding("ceiling", "the number rounded up", decimal.Up, true),
		rounding("floor", "the number rounded down", decimal.Down, true),
	}
}

func rounding(name, usage string, mode decimal.Mode, whole bool) *expr.Func {
	return &expr.Func{Name: name, Group: "math", Usage: usage, Example: name + "(2.5, 0)",
		Resolve: func(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
			s := def.Spec{Name: name, Args: def.Args(def.Numeric, def.Int), Optional: 1}
			types, err := s.Types(c, args)
			if err != nil {
				return expr.Signature{}, err
			}
			scale, err := scaleOf(c, name, args)
			if err != nil {
				return expr.Signature{}, err
			}
			r := &rounder{mode: mode, scale: scale, ansi: c.ANSI}
			sig := expr.Signature{Args: types, Nullable: expr.Nullable(args) || !c.ANSI}
			if whole {
				if k := args[0].Type.Kind(); len(args) == 2 && (k == sqltype.KindNull || k == sqltype.KindString) {
					types[0] = sqltype.Decimal{Precision: 38, Scale: 18}
				}
				r.whole(types, len(args) == 2)
			} else {
				r.plain(types[0])
			}
			sig.Result, sig.Make = r.result, r.kernel
			return sig, nil
		}}
}

// scaleOf returns the constant number of digits; null counts as 0, the result
// is null anyway.
func scaleOf(c *expr.Session, name string, args []expr.Arg) (int, error) {
	if len(args) == 1 {
		return 0, nil
	}
	n := expr.CastTo(args[1].Node, sqltype.Int, c)
	if expr.Any(n, func(m expr.Node) bool { return len(m.Children()) == 0 && !isLiteral(m) }) {
		return 0, expr.Mismatch("NON_FOLDABLE_INPUT", name, args, "the number of digits must be a constant.",
			"inputName", "`scale`", "inputType", `"INT"`, "inputExpr", expr.Quoted(args[1].Node.String()))
	}
	v, err := expr.EvalConst(n, &expr.Context{ANSI: c.ANSI, Zone: c.Zone})
	if err != nil || v == nil {
		return 0, err
	}
	return int(v.(int32)), nil
}

func isLiteral(n expr.Node) bool { _, ok := n.(*expr.Literal); return ok }

// rounder is a rounding resolved for a type.
type rounder struct {
	mode   decimal.Mode
	scale  int // digits kept after the point, negative: before it
	ansi   bool
	arg    sqltype.Type
	result sqltype.Type
}

func decimalType(t sqltype.Type) decimal.Type {
	d := t.(sqltype.Decimal)
	return decimal.Type{Precision: uint8(d.Precision), Scale: uint8(d.Scale)}
}

func sqlDecimal(t decimal.Type) sqltype.Type {
	return sqltype.Decimal{Precision: int(t.Precision), Scale: int(t.Scale)}
}

// plain is round and bround: the type stays, decimals get the digits asked for.
func (r *rounder) plain(t sqltype.Type) {
	r.arg, r.result = t, t
	if t.Kind() == sqltype.KindDecimal {
		r.result = sqlDecimal(decimal.RoundType(decimalType(t), r.scale))
	}
}

// whole is ceil and floor: a bigint, or a decimal if digits are given.
func (r *rounder) whole(types []sqltype.Type, digits bool) {
	t := types[0]
	switch {
	case digits && t.Kind() != sqltype.KindDecimal:
		t = map[sqltype.Kind]sqltype.Type{sqltype.KindByte: sqltype.Decimal{Precision: 3}, sqltype.KindShort: sqltype.Decimal{Precision: 5},
			sqltype.KindInt: sqltype.Decimal{Precision: 10}, sqltype.KindLong: sqltype.Decimal{Precision: 20},
			sqltype.KindFloat: sqltype.Decimal{Precision: 14, Scale: 7}, sqltype.KindDouble: sqltype.Decimal{Precision: 30, Scale: 15}}[t.Kind()]
		types[0] = t
		r.plain(t)
	case t.Kind() == sqltype.KindDecimal:
		r.plain(t)
	default:
		if sqltype.IsIntegral(t) {
			types[0] = sqltype.Long
		} else {
			types[0] = sqltype.Double
		}
		r.arg, r.result = types[0], sqltype.Long
	}
}

func (r *rounder) kernel() expr.Kernel {
	switch r.arg.Kind() {
	case sqltype.KindByte:
		return integers[int8](r)
	case sqltype.KindShort:
		return integers[int16](r)
	case sqltype.KindInt:
		return integers[int32](r)
	case sqltype.KindLong:
		return integers[int64](r)
	case sqltype.KindFloat:
		return def.Unary(func(x float32) float32 { return float32(r.float(float64(x), 32)) })()
	case sqltype.KindDouble:
		if r.result.Kind() == sqltype.KindLong {
			return def.UnaryErr(r.toLong)()
		}
		return def.Unary(func(x float64) float64 { return r.float(x, 64) })()
	}
	return def.Rows(r.decimal)()
}

func integers[T int8 | int16 | int32 | int64](r *rounder) expr.Kernel {
	if r.scale >= 0 {
		return def.Unary(func(x T) T { return x })()
	}
	return def.UnaryErr(func(x T) (T, error) {
		u := decimal.Round(decimal.FromInt64(int64(x)), uint8(min(-r.scale, 200)), r.mode)
		u, fits := u.Mul(decimal.Pow10(uint8(min(-r.scale, 38))))
		y, ok := u.Int64()
		if r.ansi && (!fits || !ok || int64(T(y)) != y) {
			return 0, overflow()
		}
		return T(y), nil
	})()
}

func overflow() error {
	return sparkerr.Data("ARITHMETIC_OVERFLOW", "The rounded number does not fit its type. Cast it to a wider one.",
		"message", "Overflow", "alternative", "", "config", `"spark.sql.ansi.enabled"`)
}

// float rounds the shortest decimal notation of x, as Spark does.
func (r *rounder) float(x float64, bits int) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) || x == 0 {
		return x
	}
	var buf [400]byte
	s := strconv.AppendFloat(buf[:0], x, 'e', -1, bits)
	d, err := decimal.ParseLiteral(s)
	if err != nil { // more than 38 digits: beyond any fraction
		if r.scale >= 0 && math.Abs(x) >= 1e16 {
			return x
		}
		p := math.Pow(10, float64(r.scale))
		return math.Round(x*p) / p
	}
	drop := int(d.Scale) - r.scale
	if drop <= 0 {
		return x
	}
	u := decimal.Round(d.Unscaled, uint8(min(drop, 200)), r.mode)
	b := strconv.AppendInt(append(decimal.Append(buf[:0], u, 0), 'e'), int64(-r.scale), 10)
	y, _ := strconv.ParseFloat(string(b), bits) // the syntax is ours
	return y
}

func (r *rounder) toLong(x float64) (int64, error) {
	y := math.Ceil(x)
	if r.mode == decimal.Down {
		y = math.Floor(x)
	}
	switch {
	case y >= -0x1p63 && y < 0x1p63:
		return int64(y), nil
	case r.ansi:
		return 0, overflow()
	case y != y:
		return 0, nil
	case y < 0:
		return math.MinInt64, nil
	}
	return math.MaxInt64, nil
}

func (r *rounder) decimal(args []*columnar.Vector, i int, out *columnar.Vector) error {
	d := args[0].Decimal(i)
	to := decimalType(r.result)
	u, ok := d.Unscaled, true
	if drop := int(d.Scale) - r.scale; drop > 0 {
		u = decimal.Round(u, uint8(min(drop, 200)), r.mode)
		if r.scale < 0 {
			u, ok = u.Mul(decimal.Pow10(uint8(min(-r.scale, 38))))
		}
	}
	switch {
	case ok && to.Fits(u):
		setDecimal(out, i, u)
	case r.ansi:
		return overflow()
	default:
		out.SetNull(i)
	}
	return nil
}

func setDecimal(out *columnar.Vector, i int, u decimal.Int128) {
	if sqltype.Width(out.Type) == 8 {
		columnar.Slice[int64](out)[i] = int64(u.Lo)
		return
	}
	columnar.Slice[decimal.Int128](out)[i] = u
}
