package aggregate

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// summable wants what sum and avg take; timestamps become seconds.
var summable = def.Want{SQL: `("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH")`,
	Pick: func(t sqltype.Type, ansi bool) (sqltype.Type, bool) {
		switch {
		case sqltype.IsIntegral(t):
			return sqltype.Long, true
		case t.Kind() == sqltype.KindFloat, t.Kind() == sqltype.KindTimestamp:
			return sqltype.Double, true
		}
		return def.NumericOrInterval.Pick(t, ansi)
	}}

// averaged is summable with integers as doubles.
var averaged = def.Want{SQL: summable.SQL, Pick: func(t sqltype.Type, ansi bool) (sqltype.Type, bool) {
	if sqltype.IsIntegral(t) {
		return sqltype.Double, true
	}
	return summable.Pick(t, ansi)
}}

func sums() []*expr.AggregateFunc {
	return []*expr.AggregateFunc{
		sumSpec("sum", "sum of the values", false),
		sumSpec("try_sum", "sum of the values, null on overflow", true),
		avgSpec("avg", "mean of the values", false, "mean"),
		avgSpec("try_avg", "mean of the values, null on overflow", true),
	}
}

func sumSpec(name, usage string, try bool) *expr.AggregateFunc {
	return spec{name: name, usage: usage, example: name + "(x)", args: def.Args(summable), nullable: true,
		result: func(t []sqltype.Type) sqltype.Type { return sumType(t[0]) },
		make: func(c *expr.Session, t []sqltype.Type) func(*expr.Context) (expr.Aggregate, error) {
			return fixed(newSum(t[0], overflowOf(c, try)))
		}}.build()
}

// sumType is the type of sum over t.
func sumType(t sqltype.Type) sqltype.Type {
	if d, ok := t.(sqltype.Decimal); ok {
		s := decimal.SumType(decimal.Type{Precision: uint8(d.Precision), Scale: uint8(d.Scale)})
		return sqltype.Decimal{Precision: int(s.Precision), Scale: int(s.Scale)}
	}
	return t
}

// onOverflow is what a sum does that does not fit: fail, wrap (decimals: null),
// null.
type onOverflow uint8

const (
	fails onOverflow = iota
	wraps
	nulls
)

func overflowOf(c *expr.Session, try bool) onOverflow {
	switch {
	case try:
		return nulls
	case c.ANSI:
		return fails
	}
	return wraps
}

// newSum returns the sum over a type: long, double, decimal, or an interval.
func newSum(t sqltype.Type, o onOverflow) expr.Aggregate {
	switch t.Kind() {
	case sqltype.KindDouble:
		return floatSum{}
	case sqltype.KindDecimal:
		return newDecimalSum(t.(sqltype.Decimal), o)
	case sqltype.KindYearMonth:
		if o == wraps {
			o = fails
		}
		return intSum[int32]{t: t, over: o}
	case sqltype.KindDayTime:
		if o == wraps {
			o = fails
		}
		return intSum[int64]{t: t, over: o}
	}
	return intSum[int64]{t: sqltype.Long, over: o}
}

// Flags of the state column "seen".
const (
	seenValue = 1 // a value has come
	overflown = 2 // the sum is null for good
)

// intSum adds integers; seen is a byte of flags.
type intSum[T int32 | int64] struct {
	t    sqltype.Type
	over onOverflow
}

func (s intSum[T]) State() *sqltype.Struct {
	return &sqltype.Struct{Fields: []sqltype.Field{field("sum", s.t), field("seen", sqltype.Byte)}}
}

func (s intSum[T]) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	return s.add(state, rows, args[0], nil, sel)
}

// add adds the values v, of which those with other's flags unset do not count.
func (s intSum[T]) add(state []*columnar.Vector, rows []uint32, v *columnar.Vector, flags []uint8, sel []uint16) error {
	sum, seen, in := columnar.Slice[T](state[0]), columnar.Slice[uint8](state[1]), columnar.Slice[T](v)
	if sel == nil && flags == nil && !v.Const && v.Valid == nil && s.over != nulls {
		return s.addAll(sum, seen, rows, in)
	}
	for k, r := range rows {
		i := at(sel, k)
		if v.IsNull(i) || flags != nil && flags[i] == 0 {
			continue
		}
		x := in[v.Row(i)]
		t := sum[r] + x
		if (sum[r]^t)&(x^t) < 0 && s.over != wraps {
			if s.over == fails {
				return s.overflow()
			}
			seen[r] |= overflown
		}
		if flags != nil {
			seen[r] |= flags[i]
		}
		sum[r] = t
		seen[r] |= seenValue
	}
	return nil
}

// addAll is add without nulls and selection.
func (s intSum[T]) addAll(sum []T, seen []uint8, rows []uint32, in []T) error {
	var over T
	in = in[:len(rows)]
	for k, r := range rows {
		x := in[k]
		t := sum[r] + x
		over |= (sum[r] ^ t) & (x ^ t)
		sum[r] = t
		seen[r] = seenValue
	}
	if over < 0 && s.over == fails {
		return s.overflow()
	}
	return nil
}

func (s intSum[T]) overflow() error {
	message := "long overflow"
	if s.t.Kind() != sqltype.KindLong {
		message = "interval overflow"
		return sparkerr.Data("INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION", "The sum of intervals does not fit. Use try_sum to get NULL instead.", "functionName", "`try_sum`")
	}
	return sparkerr.Data("ARITHMETIC_OVERFLOW", "The sum does not fit a bigint. Use try_sum to get NULL instead.",
		"message", message, "alternative", " Use 'try_sum' to tolerate overflow and return NULL instead.", "config", `"spark.sql.ansi.enabled"`)
}

func (s intSum[T]) Merge(state []*columnar.Vector, rows []uint32, from []*columnar.Vector, sel []uint16) error {
	return s.add(state, rows, from[0], columnar.Slice[uint8](from[1]), sel)
}

func (s intSum[T]) Result(state []*columnar.Vector, rows []uint32, out *columnar.Vector) error {
	sum, seen := columnar.Slice[T](state[0]), columnar.Slice[uint8](state[1])
	for _, r := range rows {
		if seen[r] == seenValue {
			columnar.AppendFixed(out, sum[r])
		} else {
			out.AppendNull()
		}
	}
	return nil
}

// floatSum adds doubles.
type floatSum struct{}

var floatSumState = &sqltype.Struct{Fields: []sqltype.Field{field("sum", sqltype.Double), field("seen", sqltype.Byte)}}

func (floatSum) State() *sqltype.Struct { return floatSumState }

func (floatSum) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	addFloats(columnar.Slice[float64](state[0]), columnar.Slice[uint8](state[1]), rows, args[0], nil, sel)
	return nil
}

func addFloats(sum []float64, seen []uint8, rows []uint32, v *columnar.Vector, flags []uint8, sel []uint16) {
	in := columnar.Slice[float64](v)
	if sel == nil && flags == nil && !v.Const && v.Valid == nil {
		in = in[:len(rows)]
		for k, r := range rows {
			sum[r] += in[k]
			seen[r] = seenValue
		}
		return
	}
	for k, r := range rows {
		i := at(sel, k)
		if v.IsNull(i) || flags != nil && flags[i] == 0 {
			continue
		}
		sum[r] += in[v.Row(i)]
		seen[r] = seenValue
	}
}

func (floatSum) Merge(state []*columnar.Vector, rows []uint32, from []*columnar.Vector, sel []uint16) error {
	addFloats(columnar.Slice[float64](state[0]), columnar.Slice[uint8](state[1]), rows, from[0], columnar.Slice[uint8](from[1]), sel)
	return nil
}

func (floatSum) Result(state []*columnar.Vector, rows []uint32, out *columnar.Vector) error {
	sum, seen := columnar.Slice[float64](state[0]), columnar.Slice[uint8](state[1])
	for _, r := range rows {
		if seen[r] != 0 {
			columnar.AppendFixed(out, sum[r])
		} else {
			out.AppendNull()
		}
	}
	return nil
}
