package text

import (
	"slices"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

func pads() []def.Spec {
	return []def.Spec{
		pad("lpad", true), pad("rpad", false),
		{Name: "repeat", Usage: "the text n times", Example: "repeat('ab', 3)", Args: def.Args(def.String, def.Int), Result: sqltype.String,
			Kernel: def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
				return repeat(out, i, args[0].Text(i), intAt(args[1], i))
			})},
		{Name: "space", Usage: "n spaces", Example: "space(3)", Args: def.Args(def.Int), Result: sqltype.String,
			Kernel: def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
				return repeat(out, i, []byte(" "), intAt(args[0], i))
			})},
	}
}

// repeat sets row i of out to n times s.
func repeat(out *columnar.Vector, i int, s []byte, n int) error {
	size := len(s) * max(n, 0)
	if err := expr.Room(out, int64(size)); err != nil {
		return err
	}
	at := len(out.Bytes)
	out.Bytes = slices.Grow(out.Bytes, size)
	for ; n > 0; n-- {
		out.Bytes = append(out.Bytes, s...)
	}
	out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(size)}
	return nil
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
			return def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
				s, n, p := args[0].Text(i), intAt(args[1], i), fill
				if len(args) > 2 {
					p = args[2].Text(i)
				}
				at, missing := len(out.Bytes), n-count(s)
				if err := expr.Room(out, int64(len(s))+int64(missing)*int64(len(p))/int64(max(count(p), 1))); err != nil {
					return err
				}
				switch {
				case missing <= 0:
					out.Bytes = append(out.Bytes, s[:cut(s, max(n, 0))]...)
				case before:
					out.Bytes = append(filled(out.Bytes, p, missing, count, cut), s...)
				default:
					out.Bytes = filled(append(out.Bytes, s...), p, missing, count, cut)
				}
				out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(len(out.Bytes) - at)}
				return nil
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
