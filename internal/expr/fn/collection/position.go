package collection

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

// elementTypes brings the array's element type and the value's to one.
func elementTypes(c *expr.Session, name string, args []expr.Arg, value int) ([]sqltype.Type, error) {
	a, ok := args[0].Type.(*sqltype.Array)
	if !ok {
		if args[0].Type.Kind() == sqltype.KindNull && args[value].Type.Kind() == sqltype.KindNull {
			return nil, nullType(name, args)
		}
		return nil, expr.UnexpectedInput(name, args, 0, `"ARRAY"`)
	}
	t, ok := expr.TightestType(a.Elem, args[value].Type, c.ANSI)
	if !ok {
		t, ok = expr.UnpromotedType(a.Elem, args[value].Type, c.ANSI)
	}
	if !ok {
		return nil, diffTypes(name, args, value, `"ARRAY"`)
	}
	types := make([]sqltype.Type, len(args))
	for i, x := range args {
		types[i] = x.Type
	}
	types[0], types[value] = arrayOf(t, a.ContainsNull), t
	return types, nil
}

func diffTypes(name string, args []expr.Arg, right int, what string) error {
	return expr.Mismatch("ARRAY_FUNCTION_DIFF_TYPES", name, args, "the array and the value have the types "+expr.SQLName(args[0].Type)+" and "+expr.SQLName(args[right].Type)+", which do not go together. Cast one.",
		"functionName", "`"+name+"`", "dataType", what, "leftType", expr.SQLName(args[0].Type), "rightType", expr.SQLName(args[right].Type))
}

func nullType(name string, args []expr.Arg) error {
	return expr.Mismatch("NULL_TYPE", name, args, "a NULL without type cannot stand here. Cast it.", "functionName", "`"+name+"`")
}

// searching are functions of an array and a value to look for.
func searching() []*expr.Func {
	return []*expr.Func{
		searchIn("array_contains", "whether the array has the value; null if it has not, but a null", "array_contains(array(1, 2), 2)", sqltype.Boolean,
			func(args []*columnar.Vector, i int, out *columnar.Vector) {
				at, null := find(args, i)
				setBool(out, i, at >= 0)
				if at < 0 && null {
					out.SetNull(i)
				}
			}),
		searchIn("array_position", "place (from 1) of the value in the array, 0 if it is not there", "array_position(array(3, 2, 1), 1)", sqltype.Long,
			func(args []*columnar.Vector, i int, out *columnar.Vector) {
				at, _ := find(args, i)
				columnar.Slice[int64](out)[i] = int64(at + 1)
			}),
		searchIn("array_remove", "the array without the elements equal to the value", "array_remove(array(1, 2, 3), 3)", nil,
			func(args []*columnar.Vector, i int, out *columnar.Vector) {
				listed(out, i, func(elems *columnar.Vector) {
					v := args[0].Child[0]
					for r, hi := args[0].Span(i); r < hi; r++ {
						if v.IsNull(r) || expr.Compare(v, r, args[1], i) != 0 {
							elems.AppendFrom(v, r)
						}
					}
				})
			}),
	}
}

// find returns the place from 0 of args[1] in args[0], or -1, and whether
// there are nulls before it.
func find(args []*columnar.Vector, i int) (at int, null bool) {
	v := args[0].Child[0]
	lo, hi := args[0].Span(i)
	for r := lo; r < hi; r++ {
		switch {
		case v.IsNull(r):
			null = true
		case expr.Compare(v, r, args[1], i) == 0:
			return r - lo, null
		}
	}
	return -1, null
}

// searchIn makes a function of (array, value); result nil: the array's type.
func searchIn(name, usage, example string, result sqltype.Type, f func([]*columnar.Vector, int, *columnar.Vector)) *expr.Func {
	return &expr.Func{Name: name, Usage: usage, Example: example, Resolve: func(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
		if len(args) != 2 {
			return expr.Signature{}, expr.WrongNumArgs(name, "2", len(args))
		}
		if args[1].Type.Kind() == sqltype.KindNull {
			return expr.Signature{}, nullType(name, args)
		}
		types, err := elementTypes(c, name, args, 1)
		if err != nil {
			return expr.Signature{}, err
		}
		if !def.Orderable(types[1]) {
			return expr.Signature{}, expr.Mismatch("INVALID_ORDERING_TYPE", name, args, "values of the type "+expr.SQLName(types[1])+" cannot be compared.",
				"functionName", "`"+name+"`", "dataType", expr.SQLName(types[1]))
		}
		sig := expr.Signature{Args: types, Result: result, Make: rows(f), Nullable: expr.Nullable(args) || types[0].(*sqltype.Array).ContainsNull}
		if result == nil {
			sig.Result = types[0]
		}
		return sig, nil
	}}
}
