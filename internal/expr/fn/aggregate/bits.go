package aggregate

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

// bitwise combine booleans and the bits of integers.
func bitwise() []*expr.AggregateFunc {
	and := func(a, b int64) int64 { return a & b }
	or := func(a, b int64) int64 { return a | b }
	return []*expr.AggregateFunc{
		bitSpec("bit_and", "bits set in every value", def.Integral, and),
		bitSpec("bit_or", "bits set in some value", def.Integral, or),
		bitSpec("bit_xor", "bits set in an odd number of values", def.Integral, func(a, b int64) int64 { return a ^ b }),
		bitSpec("bool_and", "whether every value is true", def.Boolean, and, "every"),
		bitSpec("bool_or", "whether some value is true", def.Boolean, or, "some", "any"),
	}
}

func bitSpec(name, usage string, want def.Want, f func(a, b int64) int64, alias ...string) *expr.AggregateFunc {
	return spec{name: name, alias: alias, usage: usage, example: name + "(x)", args: def.Args(want), nullable: true, result: firstType,
		make: func(_ *expr.Session, t []sqltype.Type) func(*expr.Context) (expr.Aggregate, error) {
			switch sqltype.Width(t[0]) {
			case 1:
				return fixed(fold[int8]{kept{t[0]}, f})
			case 2:
				return fixed(fold[int16]{kept{t[0]}, f})
			case 4:
				return fixed(fold[int32]{kept{t[0]}, f})
			}
			return fixed(fold[int64]{kept{t[0]}, f})
		}}.build()
}

// fold combines values; sign extension keeps &, | and ^.
type fold[T int8 | int16 | int32 | int64] struct {
	kept
	f func(a, b int64) int64
}

func (a fold[T]) Update(state []*columnar.Vector, rows []uint32, args []*columnar.Vector, sel []uint16) error {
	for k, r := range rows {
		if i := at(sel, k); !args[0].IsNull(i) {
			a.add(state, r, columnar.At[T](args[0], i))
		}
	}
	return nil
}

func (a fold[T]) Merge(state []*columnar.Vector, rows []uint32, from []*columnar.Vector, sel []uint16) error {
	for k, r := range rows {
		if i := at(sel, k); columnar.At[uint8](from[1], i) != 0 {
			a.add(state, r, columnar.At[T](from[0], i))
		}
	}
	return nil
}

func (a fold[T]) add(state []*columnar.Vector, r uint32, x T) {
	value, seen := columnar.Slice[T](state[0]), columnar.Slice[uint8](state[1])
	if seen[r] != 0 {
		x = T(a.f(int64(value[r]), int64(x)))
	}
	value[r], seen[r] = x, 1
}
