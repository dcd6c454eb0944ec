package text

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

func pads() []def.Spec {
	return []def.Spec{
		pad("lpad", true), pad("rpad", false),
		{Name: "repeat", Usage: "the text n times", Example: "repeat('ab', 3)", Args: def.Args(def.String, def.Int), Result: sqltype.String,
			Kernel: rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
				at := len(out.Bytes)
				for n := intAt(args[1], i); n > 0; n-- {
					out.Bytes = append(out.Bytes, args[0].Text(i)...)
				}
				out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(len(out.Bytes) - at)}
			})},
		{Name: "space", Usage: "n spaces", Example: "space(3)", Args: def.Args(def.Int), Result: sqltype.String,
			Kernel: rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
				at := len(out.Bytes)
				for n := intAt(args[0], i); n > 0; n-- {
					out.Bytes = append(out.Bytes, ' ')
				}
				out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(len(out.Bytes) - at)}
			})},
	}
}

// pad fills up to a number of characters on one side, by spaces or, of
// binaries, zeros if no pattern is given, and cuts what is longer.
func pad(name string, before bool) def.Spec {
	return def.Spec{Name: name, Usage: "the text filled up to a length, or cut to it", Example: name + "('hi', 5, '?')",
		Args: def.Args(textual, def.Int, textual), Optional: 1, ResultOf: first, Omitted: []string{" "},
		KernelOf: func(_ *expr.Session, t []sqltype.Type) func() expr.Kernel {
			binary, fill := t[0].Kind() == sqltype.KindBinary, []byte(" ")
			if binary {
				fill = []byte{0}
			}
			count, cut := chars, offset
			if binary {
				count, cut = func(s []byte) int { return len(s) }, func(s []byte, n int) int { return min(n, len(s)) }
			}
			return rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
				s, n, p := args[0].Text(i), intAt(args[1], i), fill
				if len(args) > 2 {
					p = args[2].Text(i)
				}
				at, missing := len(out.Bytes), n-count(s)
				switch {
				case missing <= 0:
					out.Bytes = append(out.Bytes, s[:cut(s, max(n, 0))]...)
				case before:
					out.Bytes = append(filled(out.Bytes, p, missing, count, cut), s...)
				default:
					out.Bytes = filled(append(out.Bytes, s...), p, missing, count, cut)
				}
				out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(len(out.Bytes) - at)}
			})
		}}
}

// filled appends n characters of p again and again, none if p is empty.
func filled(dst, p []byte, n int, count func([]byte) int, cut func([]byte, int) int) []byte {
	k := count(p)
	if k == 0 {
		return dst
	}
	for ; n >= k; n -= k {
		dst = append(dst, p...)
	}
	return append(dst, p[:cut(p, n)]...)
}
