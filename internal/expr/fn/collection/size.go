package collection

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

func sizes() []def.Spec {
	length := rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
		lo, hi := args[0].Span(i)
		setInt(out, i, hi-lo)
	})
	nullOr := def.Kinds(`("ARRAY" or "MAP")`, voidType, false, sqltype.KindArray, sqltype.KindMap)
	return []def.Spec{
		{Name: "size", Usage: "number of elements of an array or map", Example: "size(array(1, 2))", Args: def.Args(nullOr), Result: sqltype.Int, Kernel: length},
		{Name: "cardinality", Usage: "number of elements of an array or map", Example: "cardinality(array(1, 2))", Args: def.Args(nullOr), Result: sqltype.Int, Kernel: length},
		{Name: "array_size", Usage: "number of elements of an array", Example: "array_size(array(1, 2))", Args: def.Args(voidArray), Result: sqltype.Int, Kernel: length},
	}
}

var voidType = arrayOf(sqltype.Null, true)
