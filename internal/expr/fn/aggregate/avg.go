package aggregate

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

func avgSpec(name, usage string, try bool, alias ...string) *expr.AggregateFunc {
	return spec{name: name, alias: alias, usage: usage, example: name + "(x)", args: def.Args(averaged), nullable: true,
		result: func(t []sqltype.Type) sqltype.Type { return avgType(t[0]) },
		make: func(c *expr.Session, t []sqltype.Type) func(*expr.Context) (expr.Aggregate, error) {
			if t[0].Kind() == sqltype.KindDouble {
				return fixed(floatAvg{})
			}
			return fixed(average{sum: newSum(t[0], overflowOf(c, try)), arg: t[0], result: avgType(t[0])})
		}}.build()
}

func avgType(t sqltype.Type) sqltype.Type {
	switch d := t.(type) {
	case sqltype.Decimal:
		a := decimal.AvgType(decimal.Type{Precision: uint8(d.Precision), Scale: uint8(d.Scale)})
		return sqltype.Decimal{Precision: int(a.Precision), Scale: int(a.Scale)}
	case sqltype.YearMonth:
		return sqltype.YearToMonth
	case sqltype.DayTime:
		return sqltype.DayToSecond
	}
	return t
}

// floatAvg is the mean of doubles.
type floatAvg struct{}

var floatAvgState = &sqltype.Struct{Fields: []sqltype.Field{field("sum", sqltype.Double), field("count", sqltype.Long)}}

func (floatAvg) State() *sqltype.Struct { return floatAvgState }

func (floatAvg) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	sum, n, v := columnar.Slice[float64](state[0]), columnar.Slice[int64](state[1]), args[0]
	in := columnar.Slice[float64](v)
	if sel == nil && !v.Const && v.Valid == nil {
		in = in[:len(rows)]
		for k, r := range rows {
			sum[r] += in[k]
			n[r]++
		}
		return nil
	}
	for k, r := range rows {
		if i := at(sel, k); !v.IsNull(i) {
			sum[r] += in[v.Row(i)]
			n[r]++
		}
	}
	return nil
}

func (floatAvg) Merge(state []*columnar.Vector, rows []uint32, from []*columnar.Vector, sel []uint16) error {
	sum, n := columnar.Slice[float64](state[0]), columnar.Slice[int64](state[1])
	for k, r := range rows {
		sum[r] += columnar.At[float64](from[0], at(sel, k))
		n[r] += columnar.At[int64](from[1], at(sel, k))
	}
	return nil
}

func (floatAvg) Result(state []*columnar.Vector, rows []uint32, out *columnar.Vector) error {
	sum, n := columnar.Slice[float64](state[0]), columnar.Slice[int64](state[1])
	for _, r := range rows {
		if n[r] == 0 {
			out.AppendNull()
		} else {
			columnar.AppendFixed(out, sum[r]/float64(n[r]))
		}
	}
	return nil
}

// average is the mean of decimals and intervals: a sum and a count.
type average struct {
	sum         expr.Aggregate
	arg, result sqltype.Type
}

func (a average) State() *sqltype.Struct {
	return &sqltype.Struct{Fields: append(a.sum.State().Fields[:2:2], field("count", sqltype.Long))}
}

func (a average) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	if err := a.sum.Update(state[:2], rows, args, sel); err != nil {
		return err
	}
	return count{}.Update(state[2:], rows, args, sel)
}

func (a average) Merge(state []*columnar.Vector, rows []uint32, from []*columnar.Vector, sel []uint16) error {
	if err := a.sum.Merge(state[:2], rows, from[:2], sel); err != nil {
		return err
	}
	return count{}.Merge(state[2:], rows, from[2:], sel)
}

func (a average) Result(state []*columnar.Vector, rows []uint32, out *columnar.Vector) error {
	sums := columnar.New(a.sum.State().Fields[0].Type)
	if err := a.sum.Result(state[:2], rows, sums); err != nil {
		return err
	}
	n := columnar.Slice[int64](state[2])
	for k, r := range rows {
		if sums.IsNull(k) || n[r] == 0 {
			out.AppendNull()
			continue
		}
		switch a.arg.Kind() {
		case sqltype.KindYearMonth:
			columnar.AppendFixed(out, int32(divideHalfUp(int64(columnar.At[int32](sums, k)), n[r])))
		case sqltype.KindDayTime:
			columnar.AppendFixed(out, divideHalfUp(columnar.At[int64](sums, k), n[r]))
		default:
			a.decimal(sums.Decimal(k), n[r], out)
		}
	}
	return nil
}

func (a average) decimal(sum decimal.Decimal, n int64, out *columnar.Vector) {
	t := a.result.(sqltype.Decimal)
	u, ok := decimal.Div(sum.Unscaled, sum.Scale, decimal.FromInt64(n), 0, decimal.Type{Precision: uint8(t.Precision), Scale: uint8(t.Scale)})
	if !ok {
		out.AppendNull()
		return
	}
	out.AppendDecimal(u)
}

// divideHalfUp rounds half away from zero.
func divideHalfUp(x, n int64) int64 {
	q, r := x/n, x%n
	if r < 0 {
		r = -r
	}
	if r >= n-r {
		if x < 0 {
			return q - 1
		}
		return q + 1
	}
	return q
}
