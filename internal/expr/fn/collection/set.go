package collection

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

// sets take arrays as sets: what they return holds no element twice, in the
// order in which the elements came first.
func sets() []*expr.Func {
	return []*expr.Func{
		setOf("array_union", "elements of either array", func(a, b bool) bool { return a || b }),
		setOf("array_intersect", "elements of both arrays", func(a, b bool) bool { return a && b }),
		setOf("array_except", "elements of the first array that are not in the second", func(a, b bool) bool { return a && !b }),
		{Name: "arrays_overlap", Usage: "whether the arrays have an element in common that is not null; null if not, but one has a null", Example: "arrays_overlap(array(1, 2), array(2, 3))",
			Resolve: func(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
				t, err := pairOfArrays(c, "arrays_overlap", args)
				if err != nil {
					return expr.Signature{}, err
				}
				return expr.Signature{Args: []sqltype.Type{t, t}, Result: sqltype.Boolean, Nullable: expr.Nullable(args) || t.ContainsNull, Make: overlap}, nil
			}},
		def.Func(def.Spec{Name: "array_distinct", Usage: "the elements of the array, each once", Example: "array_distinct(array(1, 2, 2))", Args: def.Args(array), ResultOf: first,
			Check: orderedElements("array_distinct"), Kernel: func() expr.Kernel {
				var x index
				return rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
					x.clear()
					listed(out, i, func(elems *columnar.Vector) { appendNew(&x, elems, args[0], i) })
				})()
			}}),
	}
}

// appendNew appends the elements of a row that elems has not yet.
func appendNew(x *index, elems, v *columnar.Vector, i int) {
	for r, hi := v.Span(i); r < hi; r++ {
		if x.add(elems, v.Child[0], r) < 0 {
			elems.AppendFrom(v.Child[0], r)
		}
	}
}

// pairOfArrays brings two arrays to one type.
func pairOfArrays(c *expr.Session, name string, args []expr.Arg) (*sqltype.Array, error) {
	if len(args) != 2 {
		return nil, expr.WrongNumArgs(name, "2", len(args))
	}
	for i, a := range args {
		if k := a.Type.Kind(); k != sqltype.KindArray && !(k == sqltype.KindNull && i == 1) {
			return nil, expr.Mismatch("BINARY_ARRAY_DIFF_TYPES", name, args, "it needs two arrays of one type, not "+expr.SQLName(args[0].Type)+" and "+expr.SQLName(args[1].Type)+".",
				"functionName", "`"+name+"`", "arrayType", `"ARRAY"`, "leftType", expr.SQLName(args[0].Type), "rightType", expr.SQLName(args[1].Type))
		}
	}
	t, ok := expr.TightestType(args[0].Type, args[1].Type, c.ANSI)
	if !ok {
		t, ok = expr.UnpromotedType(args[0].Type, args[1].Type, c.ANSI)
	}
	if !ok || t.Kind() != sqltype.KindArray {
		return nil, expr.Mismatch("BINARY_ARRAY_DIFF_TYPES", name, args, "it needs two arrays of one type, not "+expr.SQLName(args[0].Type)+" and "+expr.SQLName(args[1].Type)+". Cast one.",
			"functionName", "`"+name+"`", "arrayType", `"ARRAY"`, "leftType", expr.SQLName(args[0].Type), "rightType", expr.SQLName(args[1].Type))
	}
	return t.(*sqltype.Array), orderedElements(name)(c, args, []sqltype.Type{t})
}

// setOf keeps the elements for which keep is true, given whether they are in
// the first and in the second array.
func setOf(name, usage string, keep func(a, b bool) bool) *expr.Func {
	return &expr.Func{Name: name, Usage: usage, Example: name + "(array(1, 2), array(2, 3))", Resolve: func(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
		t, err := pairOfArrays(c, name, args)
		if err != nil {
			return expr.Signature{}, err
		}
		return expr.Signature{Args: []sqltype.Type{t, t}, Result: t, Nullable: expr.Nullable(args), Make: func() expr.Kernel {
			var seen, other index
			scratch := columnar.New(t.Elem)
			return rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
				seen.clear()
				other.clear()
				scratch.Resize(0)
				appendNew(&other, scratch, args[1], i)
				listed(out, i, func(elems *columnar.Vector) {
					v := args[0].Child[0]
					for r, hi := args[0].Span(i); r < hi; r++ {
						if keep(true, other.has(scratch, v, r)) && seen.add(elems, v, r) < 0 {
							elems.AppendFrom(v, r)
						}
					}
					if keep(false, true) {
						appendNew(&seen, elems, args[1], i)
					}
				})
			})()
		}}, nil
	}}
}

func overlap() expr.Kernel {
	return rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
		a, b := args[0].Child[0], args[1].Child[0]
		lo, hi := args[0].Span(i)
		from, to := args[1].Span(i)
		null, hit := false, false
		for r := lo; r < hi && !hit; r++ {
			null = null || a.IsNull(r)
			for q := from; q < to && !hit; q++ {
				hit = !a.IsNull(r) && !b.IsNull(q) && expr.Compare(a, r, b, q) == 0
			}
		}
		for q := from; q < to; q++ {
			null = null || b.IsNull(q)
		}
		setBool(out, i, hit)
		if !hit && null && hi > lo && to > from {
			out.SetNull(i)
		}
	})()
}
