package collection

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

// sizeOf counts elements; those of null are null, and -1 where
// spark.sql.legacy.sizeOfNull holds: without ANSI.
func sizeOf(name string, want def.Want) def.Spec {
	return def.Spec{Name: name, Usage: "number of elements of an array or map", Example: name + "(array(1, 2))", Args: def.Args(want), Result: sqltype.Int, NullSafe: true, Nulls: def.Propagate,
		KernelOf: func(c *expr.Session, _ []sqltype.Type) func() expr.Kernel {
			return rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
				switch {
				case !args[0].IsNull(i):
					lo, hi := args[0].Span(i)
					setInt(out, i, hi-lo)
				case c.ANSI || c.Conf != nil && c.Conf("spark.sql.legacy.sizeOfNull") == "false":
					out.SetNull(i)
				default:
					setInt(out, i, -1)
				}
			})
		}}
}

func sizes() []def.Spec {
	length := rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
		lo, hi := args[0].Span(i)
		setInt(out, i, hi-lo)
	})
	nullOr := def.Kinds(`("ARRAY" or "MAP")`, voidType, false, sqltype.KindArray, sqltype.KindMap)
	return []def.Spec{
		sizeOf("size", nullOr),
		sizeOf("cardinality", nullOr),
		{Name: "array_size", Usage: "number of elements of an array", Example: "array_size(array(1, 2))", Args: def.Args(voidArray), Result: sqltype.Int, Kernel: length},
	}
}

var voidType = arrayOf(sqltype.Null, true)
