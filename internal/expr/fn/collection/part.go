package collection

import (
	"strconv"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// parts take a part of an array, or its elements apart.
func parts() []def.Spec {
	return []def.Spec{
		{Name: "slice", Usage: "so many elements from a place on, from 1 or negative from the end", Example: "slice(array(1, 2, 3), 2, 2)", Args: def.Args(array, def.Int, def.Int),
			ResultOf: first, Kernel: def.Rows(slice)},
		{Name: "flatten", Usage: "the elements of the arrays in an array; null if one of these is null", Example: "flatten(array(array(1), array(2)))",
			Args: def.Args(arrayOfArrays), Nulls: def.Always, ResultOf: func(t []sqltype.Type) sqltype.Type { return elemOf(t[0]) },
			Kernel: rows(flatten)},
		{Name: "array_join", Usage: "the elements as text with a delimiter between them; nulls are left out or replaced", Example: "array_join(array('a', 'b'), '-')",
			Args: def.Args(arrayOfTexts, def.String, def.String), Optional: 1, Result: sqltype.String, Kernel: rows(join)},
	}
}

var arrayOfArrays = def.Want{SQL: `"ARRAY<ARRAY>"`, Pick: func(t sqltype.Type, _ bool) (sqltype.Type, bool) {
	a, ok := t.(*sqltype.Array)
	return t, ok && a.Elem.Kind() == sqltype.KindArray
}}

var arrayOfTexts = def.Is(arrayOf(sqltype.String, true))

func slice(args []*columnar.Vector, i int, out *columnar.Vector) error {
	start, length := int(columnar.At[int32](args[1], i)), int(columnar.At[int32](args[2], i))
	lo, hi := args[0].Span(i)
	switch {
	case start == 0:
		return sparkerr.Data("INVALID_PARAMETER_VALUE.START", "The start of slice is 0, but places begin with 1.", "parameter", "`start`", "functionName", "`slice`")
	case length < 0:
		return sparkerr.Data("INVALID_PARAMETER_VALUE.LENGTH", "The length of slice is "+strconv.Itoa(length)+", but cannot be negative.",
			"parameter", "`length`", "length", strconv.Itoa(length), "functionName", "`slice`")
	case start > 0:
		start += lo - 1
	default:
		start += hi
	}
	listed(out, i, func(elems *columnar.Vector) {
		if start >= lo && start < hi {
			elems.AppendRange(args[0].Child[0], start, min(start+length, hi))
		}
	})
	return nil
}

func flatten(args []*columnar.Vector, i int, out *columnar.Vector) {
	inner := args[0].Child[0]
	lo, hi := args[0].Span(i)
	for r := lo; r < hi; r++ {
		if inner.IsNull(r) {
			out.SetNull(i)
			return
		}
	}
	listed(out, i, func(elems *columnar.Vector) {
		for r := lo; r < hi && len(elems.Bytes) <= expr.MaxValue; r++ {
			list, row := inner, r
			if list.Dict != nil {
				list, row = list.Dict, int(list.Codes[list.Row(row)])
			}
			from, to := list.Span(row)
			elems.AppendRange(list.Child[0], from, to)
		}
	})
}

func join(args []*columnar.Vector, i int, out *columnar.Vector) {
	v, sep := args[0].Child[0], args[1].Text(i)
	at, some := len(out.Bytes), false
	for r, hi := args[0].Span(i); r < hi && len(out.Bytes) <= expr.MaxValue; r++ {
		if v.IsNull(r) && len(args) < 3 {
			continue
		}
		if some {
			out.Bytes = append(out.Bytes, sep...)
		}
		some = true
		if v.IsNull(r) {
			out.Bytes = append(out.Bytes, args[2].Text(i)...)
		} else {
			out.Bytes = append(out.Bytes, v.Text(r)...)
		}
	}
	out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(len(out.Bytes) - at)}
}
