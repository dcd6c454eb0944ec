package aggregate

import (
	"fmt"
	"math/bits"

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
	// spare bounds the upper half of sums that fit for sure, and leaves room
	// for one more addition of two such halves.
	spare uint64
}

func newDecimalSum(arg sqltype.Decimal, o onOverflow) decimalSum {
	t := sumType(arg).(sqltype.Decimal)
	most := decimal.Pow10(uint8(t.Precision)).Hi // of 10^38 two fifths of the range
	return decimalSum{t, decimal.Type{Precision: uint8(t.Precision), Scale: uint8(t.Scale)}, o, uint64(max(0, most-1))}
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
	if flags == nil && !v.Const && v.Valid == nil && v.Dict == nil && s.spare > 0 {
		sums := columnar.Slice[decimal.Int128](state[0])
		if sqltype.Width(v.Type) == 8 {
			s.addNarrow(sums, seen, rows, columnar.Slice[int64](v), sel)
		} else {
			s.addWide(sums, seen, rows, columnar.Slice[decimal.Int128](v), sel)
		}
		return nil
	}
	if flags != nil && !v.Const && v.Valid == nil && v.Dict == nil && s.spare > 0 {
		s.mergeWide(columnar.Slice[decimal.Int128](state[0]), seen, rows, columnar.Slice[decimal.Int128](v), flags, sel)
		return nil
	}
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

// addNarrow adds int64 values without nulls.
func (s decimalSum) addNarrow(sums []decimal.Int128, seen []uint8, rows []uint32, in []int64, sel []uint16) {
	if sel == nil {
		in = in[:len(rows)]
		for k, r := range rows {
			s.addOne(sums, seen, r, decimal.FromInt64(in[k]))
		}
		return
	}
	sel = sel[:len(rows)]
	for k, r := range rows {
		s.addOne(sums, seen, r, decimal.FromInt64(in[sel[k]]))
	}
}

// addWide adds values of 128 bits without nulls.
func (s decimalSum) addWide(sums []decimal.Int128, seen []uint8, rows []uint32, in []decimal.Int128, sel []uint16) {
	if sel == nil {
		in = in[:len(rows)]
		for k, r := range rows {
			s.addOne(sums, seen, r, in[k])
		}
		return
	}
	sel = sel[:len(rows)]
	for k, r := range rows {
		s.addOne(sums, seen, r, in[sel[k]])
	}
}

// mergeWide adds the sums of others, which have no nulls.
func (s decimalSum) mergeWide(sums []decimal.Int128, seen []uint8, rows []uint32, in []decimal.Int128, flags []uint8, sel []uint16) {
	for k, r := range rows {
		i := at(sel, k)
		if flags[i] == 0 {
			continue
		}
		s.addOne(sums, seen, r, in[i])
		seen[r] |= flags[i]
	}
}

// addOne adds a value. Sums whose upper half is small have digits to spare; the
// others are looked at.
func (s decimalSum) addOne(sums []decimal.Int128, seen []uint8, r uint32, x decimal.Int128) {
	lo, carry := bits.Add64(sums[r].Lo, x.Lo, 0)
	hi, _ := bits.Add64(uint64(sums[r].Hi), uint64(x.Hi), carry)
	if hi+s.spare > 2*s.spare {
		s.addSlow(sums, seen, r, x)
		return
	}
	sums[r] = decimal.Int128{Lo: lo, Hi: int64(hi)}
	seen[r] |= seenValue
}

func (s decimalSum) addSlow(sums []decimal.Int128, seen []uint8, r uint32, x decimal.Int128) {
	sum, ok := sums[r].Add(x)
	seen[r] |= seenValue
	if !ok || !s.to.Fits(sum) {
		seen[r] |= overflown
		return
	}
	sums[r] = sum
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
