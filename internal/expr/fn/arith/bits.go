package arith

import (
	mathbits "math/bits"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// bits are the operators on the bits of integers.
func bits() []*expr.Func {
	list := []*expr.Func{
		bitwise("&", "bits set in both", "3 & 5", func(a, b int64) int64 { return a & b }),
		bitwise("|", "bits set in either", "3 | 5", func(a, b int64) int64 { return a | b }),
		bitwise("^", "bits set in one of both", "3 ^ 5", func(a, b int64) int64 { return a ^ b }),
	}
	return append(list, def.Funcs("bitwise",
		def.Spec{Name: "~", Usage: "bits inverted", Example: "~0", Args: def.Args(def.Integral), ResultOf: first,
			KernelOf: func(_ *expr.Session, t []sqltype.Type) func() expr.Kernel { return not(t[0]) }},
		shift("shiftleft", "<<", "bits moved to the left", func(x int32, n uint) int32 { return x << n }, func(x int64, n uint) int64 { return x << n }),
		shift("shiftright", ">>", "bits moved to the right, filled with the sign", func(x int32, n uint) int32 { return x >> n }, func(x int64, n uint) int64 { return x >> n }),
		shift("shiftrightunsigned", ">>>", "bits moved to the right, filled with 0",
			func(x int32, n uint) int32 { return int32(uint32(x) >> n) }, func(x int64, n uint) int64 { return int64(uint64(x) >> n) }),
		def.Spec{Name: "bit_count", Usage: "how many bits are set", Example: "bit_count(7)", Result: sqltype.Int,
			Args:     def.Args(def.OneOf(def.Integral, def.Kinds(`"BOOLEAN"`, nil, false, sqltype.KindBoolean))),
			KernelOf: func(_ *expr.Session, t []sqltype.Type) func() expr.Kernel { return count(t[0]) }},
		def.Spec{Name: "getbit", Alias: []string{"bit_get"}, Usage: "the bit at a position from the right, from 0", Example: "getbit(11, 0)",
			Args: def.Args(def.Integral, def.Int), Result: sqltype.Byte,
			KernelOf: func(_ *expr.Session, t []sqltype.Type) func() expr.Kernel { return getBit(t[0]) }},
	)...)
}

// bitwise computes in the width of the operands; sign extension keeps &, |, ^.
func bitwise(name, usage, example string, f func(a, b int64) int64) *expr.Func {
	return &expr.Func{Name: name, Group: "bitwise", Usage: usage, Example: example,
		Resolve: func(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
			if len(args) != 2 {
				return expr.Signature{}, expr.WrongNumArgs(name, "2", len(args))
			}
			lt, rt := textAsNumber(c, add, args[0].Type, args[1].Type), textAsNumber(c, add, args[1].Type, args[0].Type)
			t, ok := expr.TightestType(lt, rt, c.ANSI)
			if !ok || lt.Kind() != rt.Kind() && (!integralOrNull(lt) || !integralOrNull(rt)) {
				return expr.Signature{}, differ(c, name, add, args)
			}
			if t.Kind() == sqltype.KindNull {
				t = sqltype.Int
			}
			if !sqltype.IsIntegral(t) {
				return expr.Signature{}, expr.Mismatch("BINARY_OP_WRONG_TYPE", name, args, "it needs integers.",
					"inputType", `"INTEGRAL"`, "actualDataType", expr.SQLName(t))
			}
			return expr.Signature{Args: []sqltype.Type{t, t}, Result: t, Nullable: expr.Nullable(args), Make: bitKernel(t, f)}, nil
		}}
}

func integralOrNull(t sqltype.Type) bool {
	return sqltype.IsIntegral(t) || t.Kind() == sqltype.KindNull
}

func bitKernel(t sqltype.Type, f func(a, b int64) int64) func() expr.Kernel {
	switch t.Kind() {
	case sqltype.KindByte:
		return bitLoop[int8](f)
	case sqltype.KindShort:
		return bitLoop[int16](f)
	case sqltype.KindInt:
		return bitLoop[int32](f)
	}
	return bitLoop[int64](f)
}

func bitLoop[T integer](f func(a, b int64) int64) func() expr.Kernel {
	return def.Binary2(func(a, b T) T { return T(f(int64(a), int64(b))) })
}

func not(t sqltype.Type) func() expr.Kernel {
	switch t.Kind() {
	case sqltype.KindByte:
		return def.Unary(func(x int8) int8 { return ^x })
	case sqltype.KindShort:
		return def.Unary(func(x int16) int16 { return ^x })
	case sqltype.KindInt:
		return def.Unary(func(x int32) int32 { return ^x })
	}
	return def.Unary(func(x int64) int64 { return ^x })
}

// shift takes the distance modulo the width, as Java does.
func shift(name, symbol, usage string, narrow func(int32, uint) int32, wide func(int64, uint) int64) def.Spec {
	left := def.Want{SQL: `("INT" or "BIGINT")`, Pick: func(t sqltype.Type, ansi bool) (sqltype.Type, bool) {
		if t.Kind() == sqltype.KindLong {
			return t, true
		}
		return expr.ImplicitCast(t, sqltype.Int, ansi)
	}}
	return def.Spec{Name: name, Alias: []string{symbol}, Usage: usage, Example: name + "(2, 1)", Args: def.Args(left, def.Int), ResultOf: first,
		KernelOf: func(_ *expr.Session, t []sqltype.Type) func() expr.Kernel {
			if t[0].Kind() == sqltype.KindLong {
				return def.Binary2(func(x int64, n int32) int64 { return wide(x, uint(n)&63) })
			}
			return def.Binary2(func(x, n int32) int32 { return narrow(x, uint(n)&31) })
		}}
}

func count(t sqltype.Type) func() expr.Kernel {
	switch t.Kind() {
	case sqltype.KindBoolean, sqltype.KindByte:
		return def.Unary(func(x int8) int32 { return int32(mathbits.OnesCount64(uint64(x))) })
	case sqltype.KindShort:
		return def.Unary(func(x int16) int32 { return int32(mathbits.OnesCount64(uint64(x))) })
	case sqltype.KindInt:
		return def.Unary(func(x int32) int32 { return int32(mathbits.OnesCount64(uint64(x))) })
	}
	return def.Unary(func(x int64) int32 { return int32(mathbits.OnesCount64(uint64(x))) })
}

func getBit(t sqltype.Type) func() expr.Kernel {
	width := int32(8 * sqltype.Width(t))
	return def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
		at := columnar.At[int32](args[1], i)
		if at < 0 || at >= width {
			return badBit(at, width)
		}
		columnar.Slice[int8](out)[i] = int8(uint64(word(args[0], i)) >> uint(at) & 1)
		return nil
	})
}

func badBit(at, width int32) error {
	return sparkerr.Data("INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE",
		"The bit position is outside of the number.", "functionName", "`getbit`", "parameter", "`pos`",
		"upper", itoa(width), "invalidValue", itoa(at))
}

// word reads an integer of any width.
func word(v *columnar.Vector, i int) int64 {
	switch sqltype.Width(v.Type) {
	case 1:
		return int64(columnar.At[int8](v, i))
	case 2:
		return int64(columnar.At[int16](v, i))
	case 4:
		return int64(columnar.At[int32](v, i))
	}
	return columnar.At[int64](v, i)
}
