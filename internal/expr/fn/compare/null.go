package compare

import (
	"math"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

// nulls are NOT and the tests for null and NaN.
func nulls() []*expr.Func {
	return def.Funcs("predicate",
		def.Spec{Name: "not", Alias: []string{"!"}, Usage: "logical negation", Example: "NOT true",
			Args: def.Args(def.Boolean), Result: sqltype.Boolean, Kernel: def.Unary(func(b uint8) uint8 { return b ^ 1 })},
		def.Spec{Name: "isnull", Usage: "whether the value is null", Example: "isnull(1)", Nulls: def.Never, NullSafe: true,
			Args: def.Args(def.Any), Result: sqltype.Boolean, Kernel: def.Stateless(nullTest(1))},
		def.Spec{Name: "isnotnull", Usage: "whether the value is not null", Example: "isnotnull(1)", Nulls: def.Never, NullSafe: true,
			Args: def.Args(def.Any), Result: sqltype.Boolean, Kernel: def.Stateless(nullTest(0))},
		def.Spec{Name: "isnan", Usage: "whether the number is NaN; false for null", Example: "isnan(double('NaN'))", Nulls: def.Never, NullSafe: true,
			Args:   def.Args(def.Kinds(`("DOUBLE" or "FLOAT")`, sqltype.Double, true, sqltype.KindFloat, sqltype.KindDouble).OrNumber()),
			Result: sqltype.Boolean, KernelOf: func(_ *expr.Session, t []sqltype.Type) func() expr.Kernel {
				if t[0].Kind() == sqltype.KindFloat {
					return def.Stateless(isNaN[float32])
				}
				return def.Stateless(isNaN[float64])
			}},
		def.Spec{Name: "nanvl", Usage: "the first number unless it is NaN, then the second", Example: "nanvl(double('NaN'), 1)",
			NullSafe: true, Args: def.Args(def.Double, def.Double), Result: sqltype.Double, Kernel: def.Rows(nanvl)},
	)
}

func nullTest(null uint8) expr.Kernel {
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		v, dst := args[0], columnar.Slice[uint8](out)
		if !v.HasNulls() { // one row for all
			dst[0], out.Const = 1-null, true
			return nil
		}
		for _, i := range def.RowsOf(sel, n) {
			dst[i] = 1 - null
			if v.IsNull(int(i)) {
				dst[i] = null
			}
		}
		return nil
	}
}

func isNaN[T float32 | float64](_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
	v, dst := args[0], columnar.Slice[uint8](out)
	for _, i := range def.RowsOf(sel, n) {
		dst[i] = 0
		if !v.IsNull(int(i)) {
			x := columnar.At[T](v, int(i))
			dst[i] = bit(x != x)
		}
	}
	return nil
}

func nanvl(args []*columnar.Vector, i int, out *columnar.Vector) error {
	if args[0].IsNull(i) {
		out.SetNull(i)
		return nil
	}
	x := columnar.At[float64](args[0], i)
	if math.IsNaN(x) {
		if args[1].IsNull(i) {
			out.SetNull(i)
			return nil
		}
		x = columnar.At[float64](args[1], i)
	}
	columnar.Slice[float64](out)[i] = x
	return nil
}
