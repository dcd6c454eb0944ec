package text

import (
	"bytes"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

func replacements() []def.Spec {
	return []def.Spec{
		{Name: "replace", Usage: "the text with each occurrence of a part replaced", Example: "replace('abc', 'b', 'X')", Args: def.Args(def.String, def.String, def.String),
			Optional: 1, Omitted: []string{""}, Result: sqltype.String, Kernel: rows(replace)},
		{Name: "translate", Usage: "the text with each character of the second operand replaced by the one in its place in the third", Example: "translate('AaBbCc', 'abc', '123')",
			Args: def.Args(def.String, def.String, def.String), Result: sqltype.String, Kernel: translate},
		{Name: "overlay", Usage: "the text with so many characters from a position replaced", Example: "overlay('Spark SQL', '_', 6)",
			Args: def.Args(textual, textual, def.Int, def.Int), Optional: 1, Omitted: []string{"-1"}, ResultOf: first,
			KernelOf: func(_ *expr.Session, t []sqltype.Type) func() expr.Kernel {
				return rows(overlay(t[0].Kind() == sqltype.KindBinary))
			}},
	}
}

func replace(args []*columnar.Vector, i int, out *columnar.Vector) {
	s, old := args[0].Text(i), args[1].Text(i)
	var by []byte
	if len(args) > 2 {
		by = args[2].Text(i)
	}
	at := len(out.Bytes)
	for len(old) > 0 && len(out.Bytes) <= expr.MaxValue {
		k := bytes.Index(s, old)
		if k < 0 {
			break
		}
		out.Bytes = append(append(out.Bytes, s[:k]...), by...)
		s = s[k+len(old):]
	}
	out.Bytes = append(out.Bytes, s...)
	out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(len(out.Bytes) - at)}
}

// translate keeps the table of a constant pair of alphabets.
func translate() expr.Kernel {
	var from, to []byte
	var table map[string]string
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		for k, i := range def.RowsOf(sel, n) {
			r := int(i)
			if f, t := args[1].Text(r), args[2].Text(r); table == nil || !bytes.Equal(f, from) || !bytes.Equal(t, to) {
				from, to = append(from[:0], f...), append(to[:0], t...)
				table = alphabet(from, to)
			}
			s, at := args[0].Text(r), len(out.Bytes)
			for len(s) > 0 {
				n := min(width(s[0]), len(s))
				if by, ok := table[string(s[:n])]; ok {
					out.Bytes = append(out.Bytes, by...)
				} else {
					out.Bytes = append(out.Bytes, s[:n]...)
				}
				s = s[n:]
			}
			out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(len(out.Bytes) - at)}
			if len(out.Bytes) > expr.MaxColumn {
				if err := expr.Fits(out, k+1); err != nil {
					return err
				}
			}
		}
		return nil
	}
}

func alphabet(from, to []byte) map[string]string {
	table := map[string]string{}
	for len(from) > 0 {
		n := min(width(from[0]), len(from))
		by := ""
		if len(to) > 0 {
			m := min(width(to[0]), len(to))
			by, to = string(to[:m]), to[m:]
		}
		if _, dup := table[string(from[:n])]; !dup && by != "\x00" {
			table[string(from[:n])] = by
		}
		from = from[n:]
	}
	return table
}

func overlay(binary bool) func([]*columnar.Vector, int, *columnar.Vector) {
	count, cut := chars, offset
	if binary {
		count, cut = func(s []byte) int { return len(s) }, func(s []byte, n int) int { return min(n, len(s)) }
	}
	return func(args []*columnar.Vector, i int, out *columnar.Vector) {
		s, by, pos := args[0].Text(i), args[1].Text(i), intAt(args[2], i)
		length := -1
		if len(args) > 3 {
			length = intAt(args[3], i)
		}
		if length < 0 {
			length = count(by)
		}
		appended(out, i, func(dst []byte) []byte {
			n := count(s)
			_, head := span(1, pos-1, n)
			dst = append(dst, s[:cut(s, max(head, 0))]...)
			dst = append(dst, by...)
			tail, _ := span(pos+length, 0, n)
			return append(dst, s[cut(s, tail):]...)
		})
	}
}
