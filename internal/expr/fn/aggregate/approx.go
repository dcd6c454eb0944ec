package aggregate

import (
	"math"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sketch"
	"github.com/spatestream/spate/sqltype"
)

func approximations() []*expr.AggregateFunc {
	return []*expr.AggregateFunc{{Name: "percentile_approx", Alias: []string{"approx_percentile"}, Group: "aggregate",
		Usage: "about the value at a share of the order; the third operand is the accuracy, 10000 by default", Example: "percentile_approx(x, 0.5)",
		Resolve: resolveApprox, Defaults: []string{"", "", "10000"}}}
}

// approxValue wants what has a number to stand for it.
var approxValue = def.Kinds(`("NUMERIC" or "DATE" or "TIMESTAMP" or "TIMESTAMP_NTZ" or "INTERVAL YEAR TO MONTH" or "INTERVAL DAY TO SECOND")`,
	sqltype.Double, true, sqltype.KindByte, sqltype.KindShort, sqltype.KindInt, sqltype.KindLong, sqltype.KindDecimal, sqltype.KindFloat,
	sqltype.KindDouble, sqltype.KindDate, sqltype.KindTimestamp, sqltype.KindTimestampNTZ, sqltype.KindYearMonth, sqltype.KindDayTime)

func resolveApprox(c *expr.Session, args []expr.Arg) (expr.AggregateSignature, error) {
	const name = "percentile_approx"
	if len(args) < 2 || len(args) > 3 {
		return expr.AggregateSignature{}, expr.WrongNumArgs(name, "[2, 3]", len(args))
	}
	types, err := def.Types(c, name, args, func(i int) def.Want { return []def.Want{approxValue, def.Any, def.Long}[i] })
	if err != nil {
		return expr.AggregateSignature{}, err
	}
	shares, list, err := Shares(name, args)
	if err != nil {
		return expr.AggregateSignature{}, err
	}
	accuracy := int64(10000)
	if len(args) == 3 {
		x, ok := asFloat(args[2].Value)
		if accuracy = int64(x); !ok || accuracy < 1 || accuracy > math.MaxInt32 {
			return expr.AggregateSignature{}, expr.Mismatch("VALUE_OUT_OF_RANGE", name, args, "the accuracy must be a constant from 1 to 2147483647.",
				"exprName", "accuracy", "valueRange", "(0, 2147483647]", "currentValue", "")
		}
	}
	sig := expr.AggregateSignature{Args: types, Result: types[0], Nullable: true}
	if list {
		sig.Result = listOf(types[0])
	}
	sig.Make = func(*expr.Context) (expr.Aggregate, error) {
		return &approx{summaries[*sketch.Quantiles]{make: func() *sketch.Quantiles { return sketch.NewQuantiles(accuracy) }}, types[0], shares, list}, nil
	}
	return sig, nil
}

// approx keeps a summary of quantiles.
type approx struct {
	summaries[*sketch.Quantiles]
	t      sqltype.Type
	shares []float64
	list   bool
}

func (a *approx) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	return a.each(state[0], rows, func(k int, q *sketch.Quantiles) error {
		if i := at(sel, k); !args[0].IsNull(i) {
			q.Add(asNumber(args[0], i))
		}
		return nil
	})
}

func (a *approx) Merge(state []*columnar.Vector, rows []uint32, from []*columnar.Vector, sel []uint16) error {
	return a.each(state[0], rows, func(k int, q *sketch.Quantiles) error {
		other, err := a.load(from[0], at(sel, k))
		if err == nil && other.Count() > 0 {
			q.Merge(other)
		}
		return err
	})
}

func (a *approx) Result(state []*columnar.Vector, rows []uint32, out *columnar.Vector) error {
	for _, r := range rows {
		q, err := a.load(state[0], int(r))
		if err != nil {
			return err
		}
		if q.Count() == 0 {
			out.AppendNull()
			continue
		}
		if !a.list {
			appendNumber(out, q.Query(a.shares[0]))
			continue
		}
		lo := out.Child[0].Len
		for _, s := range a.shares {
			appendNumber(out.Child[0], q.Query(s))
		}
		out.AppendList(lo)
	}
	return nil
}

// asNumber reads a value as the double that stands for it.
func asNumber(v *columnar.Vector, i int) float64 {
	switch v.Type.Kind() {
	case sqltype.KindFloat:
		return float64(columnar.At[float32](v, i))
	case sqltype.KindDouble:
		return columnar.At[float64](v, i)
	case sqltype.KindDecimal:
		d := v.Decimal(i)
		return decimal.ToFloat64(d.Unscaled, d.Scale)
	}
	switch sqltype.Width(v.Type) {
	case 1:
		return float64(columnar.At[int8](v, i))
	case 2:
		return float64(columnar.At[int16](v, i))
	case 4:
		return float64(columnar.At[int32](v, i))
	}
	return float64(columnar.At[int64](v, i))
}

// appendNumber turns the number back into a value.
func appendNumber(out *columnar.Vector, x float64) {
	switch out.Type.Kind() {
	case sqltype.KindFloat:
		columnar.AppendFixed(out, float32(x))
		return
	case sqltype.KindDouble:
		columnar.AppendFixed(out, x)
		return
	case sqltype.KindDecimal:
		d := out.Type.(sqltype.Decimal)
		u, err := decimal.FromFloat64(x, decimal.Type{Precision: uint8(d.Precision), Scale: uint8(d.Scale)})
		if err != nil {
			out.AppendNull()
			return
		}
		out.AppendDecimal(u)
		return
	}
	switch sqltype.Width(out.Type) {
	case 1:
		columnar.AppendFixed(out, int8(x))
	case 2:
		columnar.AppendFixed(out, int16(x))
	case 4:
		columnar.AppendFixed(out, int32(x))
	default:
		columnar.AppendFixed(out, int64(x))
	}
}
