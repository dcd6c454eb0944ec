package aggregate

import (
	"fmt"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// decimalSum adds decimals; seen is a byte of flags.
type decimalSum struct {
	t    sqltype.Decimal // of the sum; the scale is that of the operand
	to   decimal.Type
	over onOverflow
}

func newDecimalSum(arg sqltype.Decimal, o onOverflow) decimalSum {
	t := sumType(arg).(sqltype.Decimal)
	return decimalSum{t, decimal.Type{Precision: uint8(t.Precision), Scale: uint8(t.Scale)}, o}
}

func (s decimalSum) State() *sqltype.Struct {
	return &sqltype.Struct{Fields: []sqltype.Field{field("sum", s.t), field("seen", sqltype.Byte)}}
}

func (s decimalSum) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	return s.add(state, rows, args[0], nil, sel)
}

func (s decimalSum) Merge(state []*columnar.Vector, rows []uint32, from []*columnar.Vector, sel []uint16) error {
	return s.add(state, rows, from[0], columnar.Slice[uint8](from[1]), sel)
}

func (s decimalSum) add(state []*columnar.Vector, rows []uint32, v *columnar.Vector, flags []uint8, sel []uint16) error {
	seen := columnar.Slice[uint8](state[1])
	for k, r := range rows {
		i := at(sel, k)
		if v.IsNull(i) || flags != nil && flags[i] == 0 {
			continue
		}
		if flags != nil {
			seen[r] |= flags[i]
		}
		seen[r] |= seenValue
		sum, ok := unscaled(state[0], int(r)).Add(unscaled(v, i))
		if !ok || !s.to.Fits(sum) {
			seen[r] |= overflown
			continue
		}
		setUnscaled(state[0], int(r), sum)
	}
	return nil
}

// Result is null, or an error under ANSI, where the sum has overflowed.
func (s decimalSum) Result(state []*columnar.Vector, rows []uint32, out *columnar.Vector) error {
	seen := columnar.Slice[uint8](state[1])
	for _, r := range rows {
		switch {
		case seen[r]&overflown != 0 && s.over == fails:
			return sparkerr.Data("NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
				fmt.Sprintf("The sum does not fit a decimal of %d digits, %d of them after the point. Use try_sum to get NULL instead.", s.t.Precision, s.t.Scale),
				"value", "sum", "precision", fmt.Sprint(s.t.Precision), "scale", fmt.Sprint(s.t.Scale), "config", `"spark.sql.ansi.enabled"`)
		case seen[r] != seenValue:
			out.AppendNull()
		default:
			out.AppendDecimal(unscaled(state[0], int(r)))
		}
	}
	return nil
}

func unscaled(v *columnar.Vector, i int) decimal.Int128 {
	if sqltype.Width(v.Type) == 8 {
		return decimal.FromInt64(columnar.At[int64](v, i))
	}
	return columnar.At[decimal.Int128](v, i)
}

func setUnscaled(v *columnar.Vector, i int, u decimal.Int128) {
	if sqltype.Width(v.Type) == 8 {
		columnar.Slice[int64](v)[i] = int64(u.Lo)
		return
	}
	columnar.Slice[decimal.Int128](v)[i] = u
}
