package text

import (
	"slices"
	"strings"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

// concat joins strings, binaries or arrays; || is the same.
func concat() *expr.Func {
	return &expr.Func{Name: "concat", Group: "string", Usage: "the operands one after the other: strings, binaries or arrays", Example: "concat('Spark', 'SQL')",
		Resolve: func(c *expr.Session, args []expr.Arg) (expr.Signature, error) {
			t, err := joined(c, args)
			sig := expr.Signature{Result: t, Nullable: expr.Nullable(args), Make: func() expr.Kernel { return concatTexts }}
			for range args {
				sig.Args = append(sig.Args, t)
			}
			if t != nil && t.Kind() == sqltype.KindArray {
				sig.Make = func() expr.Kernel { return concatArrays }
			}
			return sig, err
		}}
}

// joined is the type the operands are brought to.
func joined(c *expr.Session, args []expr.Arg) (sqltype.Type, error) {
	types := make([]sqltype.Type, len(args))
	names := make([]string, len(args))
	arrays, binaries := 0, 0
	for i, a := range args {
		types[i], names[i] = a.Type, expr.SQLName(a.Type)
		switch a.Type.Kind() {
		case sqltype.KindArray:
			arrays++
		case sqltype.KindBinary:
			binaries++
		case sqltype.KindNull:
			names[i] = `"STRING"`
		}
	}
	if arrays > 0 {
		t, ok := expr.CommonTypeOf(types, c.ANSI)
		if !ok || arrays < len(args) {
			list := "(" + strings.Join(names, " or ") + ")"
			return nil, expr.Mismatch("DATA_DIFF_TYPES", "concat", args, "the operands have the types "+list+", which do not go together. Cast them.",
				"functionName", "`concat`", "dataType", list)
		}
		return t, nil
	}
	if binaries == len(args) && len(args) > 0 {
		return sqltype.Binary, nil
	}
	for i, a := range args {
		if _, ok := expr.ImplicitCast(a.Type, sqltype.String, c.ANSI); !ok && a.Type.Kind() != sqltype.KindBinary {
			return nil, expr.UnexpectedInput("concat", args, i, `("STRING" or "BINARY" or "ARRAY")`)
		}
	}
	return sqltype.String, nil
}

func concatTexts(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
	for _, i := range def.RowsOf(sel, n) {
		at, size := len(out.Bytes), 0
		for _, a := range args {
			size += int(a.Views[a.Row(int(i))].Len)
		}
		if at+size > expr.MaxColumn {
			if err := expr.Room(out, int64(size)); err != nil {
				return err
			}
		}
		out.Bytes = slices.Grow(out.Bytes, size)
		for _, a := range args {
			out.Bytes = append(out.Bytes, a.Text(int(i))...)
		}
		out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(size)}
	}
	return nil
}

func concatArrays(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
	elems := out.Child[0]
	for k, i := range def.RowsOf(sel, n) {
		at := elems.Len
		for _, a := range args {
			lo, hi := a.Span(int(i))
			elems.AppendRange(a.Child[0], lo, hi)
		}
		out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(elems.Len - at)}
		if err := expr.Fits(out, k+1); err != nil {
			return err
		}
	}
	return nil
}

// textOrTexts takes arrays of strings, and everything that becomes a string.
var textOrTexts = def.Want{SQL: `("STRING" or "ARRAY<STRING>")`, Pick: func(t sqltype.Type, ansi bool) (sqltype.Type, bool) {
	if a, ok := t.(*sqltype.Array); ok {
		return expr.ImplicitCast(a, &sqltype.Array{Elem: sqltype.String, ContainsNull: true}, ansi)
	}
	return expr.ImplicitCast(t, sqltype.String, ansi)
}}

func joins() []def.Spec {
	return []def.Spec{{Name: "concat_ws", Usage: "strings and elements of arrays with a separator between them; nulls do not count", Example: "concat_ws('-', 'a', 'b')",
		Args: def.Args(def.String, textOrTexts), Variadic: true, Result: sqltype.String, NullSafe: true, Nulls: def.Always, Kernel: rows(concatWS)}}
}

func concatWS(args []*columnar.Vector, i int, out *columnar.Vector) {
	if args[0].IsNull(i) {
		out.SetNull(i)
		return
	}
	sep, at, some := args[0].Text(i), len(out.Bytes), false
	put := func(s []byte) {
		if len(out.Bytes) > expr.MaxValue {
			return // def.Rows ends it
		}
		if some {
			out.Bytes = append(out.Bytes, sep...)
		}
		some = true
		out.Bytes = append(out.Bytes, s...)
	}
	for _, a := range args[1:] {
		switch {
		case a.IsNull(i):
		case a.Type.Kind() == sqltype.KindArray:
			for lo, hi := a.Span(i); lo < hi; lo++ {
				if !a.Child[0].IsNull(lo) {
					put(a.Child[0].Text(lo))
				}
			}
		default:
			put(a.Text(i))
		}
	}
	out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(len(out.Bytes) - at)}
}

// reverse turns the order of characters, bytes or elements round.
func reverse() *expr.Func {
	return def.Func(def.Spec{Name: "reverse", Group: "string", Usage: "the characters of a string or the elements of an array in reverse order", Example: "reverse('abc')",
		Args: def.Args(def.OneOf(def.String, def.Array)), ResultOf: first,
		KernelOf: func(_ *expr.Session, t []sqltype.Type) func() expr.Kernel {
			if t[0].Kind() == sqltype.KindArray {
				return rows(reverseArray)
			}
			return def.Text(appendReverse)
		}})
}

func reverseArray(args []*columnar.Vector, i int, out *columnar.Vector) {
	lo, hi := args[0].Span(i)
	at := out.Child[0].Len
	for r := hi - 1; r >= lo; r-- {
		out.Child[0].AppendFrom(args[0].Child[0], r)
	}
	out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(hi - lo)}
}

func appendReverse(dst, s []byte) []byte {
	at := len(dst)
	dst = append(dst, s...)
	to := len(dst)
	for i := 0; i < len(s); {
		n := min(width(s[i]), len(s)-i)
		to -= n
		copy(dst[to:], s[i:i+n])
		i += n
	}
	return dst[:at+len(s)]
}
