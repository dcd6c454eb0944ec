package collection

import (
	"slices"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

func orders() []def.Spec {
	return []def.Spec{
		{Name: "sort_array", Usage: "the elements in ascending order, nulls first; or descending, nulls last", Example: "sort_array(array(3, 1, 2))",
			Args: def.Args(array, def.Boolean), Optional: 1, Omitted: []string{"true"}, ResultOf: first, Check: orderedElements("sort_array"), Kernel: func() expr.Kernel {
				var order []int32
				return rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
					sign := 1
					if len(args) > 1 && columnar.At[uint8](args[1], i) == 0 {
						sign = -1
					}
					order = sorted(order, args[0], i, func(v *columnar.Vector, a, b int) int { return sign * compareNulls(v, a, b, -1) })
					appendOrder(out, i, args[0].Child[0], order)
				})()
			}},
		extreme("array_max", "the greatest element that is not null", 1), extreme("array_min", "the least element that is not null", -1),
	}
}

// compareNulls compares elements; null is -1 if they come first, 1 if last.
func compareNulls(v *columnar.Vector, a, b, null int) int {
	x, y := v.IsNull(a), v.IsNull(b)
	switch {
	case x && y:
		return 0
	case x:
		return null
	case y:
		return -null
	}
	return expr.Compare(v, a, v, b)
}

// sorted returns, in order's memory, the elements of row i of v in order.
func sorted(order []int32, v *columnar.Vector, i int, cmp func(v *columnar.Vector, a, b int) int) []int32 {
	order = order[:0]
	lo, hi := v.Span(i)
	for r := lo; r < hi; r++ {
		order = append(order, int32(r))
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp(v.Child[0], int(a), int(b)) })
	return order
}

func appendOrder(out *columnar.Vector, i int, v *columnar.Vector, order []int32) {
	listed(out, i, func(elems *columnar.Vector) {
		for _, r := range order {
			elems.AppendFrom(v, int(r))
		}
	})
}

// orderedElements refuses arrays whose elements have no order.
func orderedElements(name string) func(*expr.Session, []expr.Arg, []sqltype.Type) error {
	return func(_ *expr.Session, args []expr.Arg, types []sqltype.Type) error {
		if def.Orderable(types[0]) {
			return nil
		}
		return expr.Mismatch("INVALID_ORDERING_TYPE", name, args, "values of the type "+expr.SQLName(types[0])+" cannot be ordered.",
			"functionName", "`"+name+"`", "dataType", expr.SQLName(types[0]))
	}
}

func extreme(name, usage string, sign int) def.Spec {
	return def.Spec{Name: name, Usage: usage, Example: name + "(array(1, 20, NULL, 3))", Args: def.Args(array), Nulls: def.Always, Check: orderedElements(name),
		ResultOf: func(t []sqltype.Type) sqltype.Type { return elemOf(t[0]) },
		Kernel: rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
			v, best := args[0].Child[0], -1
			lo, hi := args[0].Span(i)
			for r := lo; r < hi; r++ {
				if !v.IsNull(r) && (best < 0 || sign*expr.Compare(v, r, v, best) > 0) {
					best = r
				}
			}
			if best < 0 {
				out.SetNull(i)
				return
			}
			set(out, i, v, best)
		})}
}
