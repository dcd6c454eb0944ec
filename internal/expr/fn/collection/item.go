package collection

import (
	"strconv"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// items take one element of an array or value of a map. element is a[i] and
// m[k]: array indexes from 0, out of bounds an error under ANSI.
func items() []*expr.Func {
	return []*expr.Func{
		item("element", "the element of an array at an index from 0, or the value of a key of a map: a[i]", "element(array(1, 2), 0)", true, atZero),
		item("element_at", "the element of an array at a place from 1, negative from the end, or the value of a key of a map", "element_at(array(1, 2), 1)", true, atOne),
		item("try_element_at", "element_at, null if there is none", "try_element_at(array(1, 2), 3)", true, atOneTry),
		item("get", "the element of an array at an index from 0, null if there is none", "get(array(1, 2), 0)", false,
			func(index, n int, _ bool) (int, bool, error) { return atZero(index, n, false) }),
	}
}

// place turns an index into a place from 0 in an array of n; ok is false if
// there is no such place.
type place func(index, n int, ansi bool) (at int, ok bool, err error)

func atZero(index, n int, ansi bool) (int, bool, error) {
	if index >= 0 && index < n {
		return index, true, nil
	}
	if ansi {
		return 0, false, sparkerr.Data("INVALID_ARRAY_INDEX", "The index "+strconv.Itoa(index)+" is out of bounds: the array has "+strconv.Itoa(n)+" elements. Use get() to have NULL instead.",
			"indexValue", strconv.Itoa(index), "arraySize", strconv.Itoa(n))
	}
	return 0, false, nil
}

func atOne(index, n int, ansi bool) (int, bool, error) {
	at, ok, err := atOneTry(index, n, ansi)
	if !ok && err == nil && ansi {
		err = sparkerr.Data("INVALID_ARRAY_INDEX_IN_ELEMENT_AT", "The place "+strconv.Itoa(index)+" is out of bounds: the array has "+strconv.Itoa(n)+" elements. Use try_element_at() to have NULL instead.",
			"indexValue", strconv.Itoa(index), "arraySize", strconv.Itoa(n))
	}
	return at, ok, err
}

func atOneTry(index, n int, _ bool) (int, bool, error) {
	switch {
	case index == 0:
		return 0, false, zeroIndex()
	case index < 0:
		index += n
	default:
		index--
	}
	return index, index >= 0 && index < n, nil
}

func zeroIndex() error {
	return sparkerr.Data("INVALID_INDEX_OF_ZERO", "The index 0 is invalid: the first element has the index 1, the last one -1.")
}

// item is a function of (array, integer) or, if maps is set, (map, key).
func item(name, usage, example string, maps bool, at place) *expr.Func {
	return &expr.Func{Name: name, Usage: usage, Example: example, Resolve: func(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
		if len(args) != 2 {
			return expr.Signature{}, expr.WrongNumArgs(name, "2", len(args))
		}
		switch t := args[0].Type.(type) {
		case *sqltype.Array:
			_, ok := def.Integral.Pick(args[1].Type, c.ANSI)
			if !ok {
				return expr.Signature{}, expr.UnexpectedInput(name, args, 1, `"INTEGRAL"`)
			}
			return expr.Signature{Args: []sqltype.Type{t, sqltype.Long}, Result: t.Elem, Nullable: true, Make: arrayItem(at, c.ANSI)}, nil
		case *sqltype.Map:
			if !maps {
				break
			}
			k, ok := expr.ImplicitCast(args[1].Type, t.Key, c.ANSI)
			if !ok {
				if k, ok = expr.TightestType(t.Key, args[1].Type, c.ANSI); !ok && name == "element" {
					return expr.Signature{}, expr.UnexpectedInput(name, args, 1, expr.SQLName(t.Key))
				} else if !ok {
					return expr.Signature{}, expr.Mismatch("MAP_FUNCTION_DIFF_TYPES", name, args, "the map has keys of another type.",
						"functionName", "`"+name+"`", "dataType", `"MAP"`, "leftType", expr.SQLName(t), "rightType", expr.SQLName(args[1].Type))
				}
			}
			return expr.Signature{Args: []sqltype.Type{t, k}, Result: t.Value, Nullable: true, Make: mapItem}, nil
		}
		required := `("ARRAY" or "MAP")`
		if !maps {
			required = `"ARRAY"`
		}
		return expr.Signature{}, expr.UnexpectedInput(name, args, 0, required)
	}}
}

func arrayItem(at place, ansi bool) func() expr.Kernel {
	return def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
		lo, hi := args[0].Span(i)
		k, ok, err := at(int(columnar.At[int64](args[1], i)), hi-lo, ansi)
		if !ok {
			out.SetNull(i)
			return err
		}
		set(out, i, args[0].Child[0], lo+k)
		return nil
	})
}

func mapItem() expr.Kernel {
	return rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
		lo, hi := args[0].Span(i)
		for r := lo; r < hi; r++ {
			if expr.Compare(args[0].Child[0], r, args[1], i) == 0 {
				set(out, i, args[0].Child[1], r)
				return
			}
		}
		out.SetNull(i)
	})()
}

// set copies row j of v to row i of out, a vector that is being computed.
func set(out *columnar.Vector, i int, v *columnar.Vector, j int) {
	if v.IsNull(j) {
		out.SetNull(i)
		return
	}
	out.SetFrom(i, v, j)
}
