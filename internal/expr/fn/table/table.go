// Package table is the table functions: each makes rows from a row. The outer
// forms are the same generators; the operator adds a row of nulls where they
// make none.
package table

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/sqltype"
)

// All returns the functions of the family.
func All() []*expr.TableFunc {
	var list []*expr.TableFunc
	for _, suffix := range []string{"", "_outer"} {
		for _, f := range []*expr.TableFunc{explode("explode", false), explode("posexplode", true), inline()} {
			f.Name += suffix
			list = append(list, f)
		}
	}
	return append(list, stack())
}

// maker appends rows [lo, hi) of the lists of v to out.
type maker func(v *columnar.Vector, first, lo, hi int, out []*columnar.Vector)

// lists is a generator over the elements of its operand, an array or map; it
// stops when a batch is full.
func lists(add maker) expr.Generator {
	var flat *columnar.Vector
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, out []*columnar.Vector, from []uint16, skip int) (int, int, []uint16, error) {
		v := args[0]
		if v.Dict != nil {
			if flat == nil {
				flat = columnar.New(v.Type)
			}
			v = expr.Undict(v, flat)
		}
		for k, i := range sel {
			if v.IsNull(int(i)) {
				continue
			}
			first, hi := v.Span(int(i))
			lo := first + skip
			n := min(hi-lo, columnar.MaxRows-len(from))
			add(v, first, lo, lo+n, out)
			for range n {
				from = append(from, uint16(k))
			}
			if lo+n < hi {
				return k, lo + n - first, from, nil
			}
			skip = 0
		}
		return len(sel), 0, from, nil
	}
}

// appendElements appends elements; of texts only the views, so that explode
// copies no byte.
func appendElements(out, v *columnar.Vector, lo, hi int) {
	k := v.Type.Kind()
	if k != sqltype.KindString && k != sqltype.KindBinary || v.Const || v.Dict != nil || out.Valid != nil || v.Valid != nil || len(out.Bytes) > 0 && &out.Bytes[0] != &v.Bytes[0] {
		own(out)
		out.AppendRange(v, lo, hi)
		return
	}
	out.Views = append(out.Views[:out.Len], v.Views[lo:hi]...)
	out.Len += hi - lo
	out.Bytes = v.Bytes[:len(v.Bytes):len(v.Bytes)]
}

// own gives out bytes of its own to append to: what it has may be borrowed.
func own(out *columnar.Vector) {
	if out.Len == 0 {
		out.Bytes = nil
	}
}

func required(name string, args []expr.Arg, sql string) error {
	if len(args) != 1 {
		return expr.WrongNumArgs(name, "1", len(args))
	}
	return expr.UnexpectedInput(name, args, 0, sql)
}

// explode makes a row of each element of an array or entry of a map, with its
// place if pos is set.
func explode(name string, pos bool) *expr.TableFunc {
	usage := "a row for each element of an array or entry of a map"
	if pos {
		usage += ", with its place from 0"
	}
	return &expr.TableFunc{Name: name, Group: "table", Usage: usage, Example: name + "(array(1, 2))", Resolve: func(_ *expr.Session, args []expr.Arg) (expr.TableSignature, error) {
		if len(args) != 1 {
			return expr.TableSignature{}, required(name, args, "")
		}
		s := &sqltype.Struct{}
		if pos {
			s.Fields = append(s.Fields, sqltype.Field{Name: "pos", Type: sqltype.Int})
		}
		switch t := args[0].Type.(type) {
		case *sqltype.Array:
			s.Fields = append(s.Fields, sqltype.Field{Name: "col", Type: t.Elem, Nullable: t.ContainsNull})
		case *sqltype.Map:
			s.Fields = append(s.Fields, sqltype.Field{Name: "key", Type: t.Key}, sqltype.Field{Name: "value", Type: t.Value, Nullable: t.ValueContainsNull})
		default:
			return expr.TableSignature{}, required(name, args, `("ARRAY" or "MAP")`)
		}
		return expr.TableSignature{Args: []sqltype.Type{args[0].Type}, Out: s, Elements: !pos, Make: func() expr.Generator {
			return lists(func(v *columnar.Vector, first, lo, hi int, out []*columnar.Vector) {
				if pos {
					for r := lo; r < hi; r++ {
						columnar.AppendFixed(out[0], int32(r-first))
					}
					out = out[1:]
				}
				for k, c := range v.Child {
					appendElements(out[k], c, lo, hi)
				}
			})
		}}, nil
	}}
}

// inline makes a row of each struct of an array.
func inline() *expr.TableFunc {
	return &expr.TableFunc{Name: "inline", Group: "table", Usage: "a row for each struct of an array", Example: "inline(array(struct(1, 'a')))",
		Resolve: func(_ *expr.Session, args []expr.Arg) (expr.TableSignature, error) {
			if len(args) != 1 {
				return expr.TableSignature{}, required("inline", args, "")
			}
			a, ok := args[0].Type.(*sqltype.Array)
			if !ok {
				return expr.TableSignature{}, required("inline", args, `"ARRAY<STRUCT>"`)
			}
			s, ok := a.Elem.(*sqltype.Struct)
			if !ok {
				return expr.TableSignature{}, required("inline", args, `"ARRAY<STRUCT>"`)
			}
			made := &sqltype.Struct{}
			for _, f := range s.Fields {
				f.Nullable = f.Nullable || a.ContainsNull
				made.Fields = append(made.Fields, f)
			}
			return expr.TableSignature{Args: []sqltype.Type{a}, Out: made, Make: func() expr.Generator { return lists(appendStructs) }}, nil
		}}
}

// appendStructs takes a null struct for one of nulls.
func appendStructs(v *columnar.Vector, _, lo, hi int, out []*columnar.Vector) {
	structs := v.Child[0]
	for k, c := range out {
		for r := lo; r < hi; r++ {
			s, at := structs, r
			if structs.IsNull(r) {
				c.AppendNull()
				continue
			}
			if s.Dict != nil {
				s, at = s.Dict, int(s.Codes[s.Row(r)])
			}
			c.AppendFrom(s.Child[k], s.Row(at))
		}
	}
}
