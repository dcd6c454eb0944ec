package text

import (
	"bytes"
	"math/bits"
	"regexp"
	"slices"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

func splits() []def.Spec {
	return []def.Spec{{Name: "split", Usage: "the parts of a text between matches of a regular expression, at most so many if the limit is above 0", Example: "split('a,b,c', ',')",
		Args: def.Args(def.String, def.String, def.Int), Optional: 1, Omitted: []string{"-1"}, Result: textArray, Kernel: splitKernel},
		{Name: "sentences", Usage: "the words of the sentences of a text", Example: "sentences('Hi there! Good morning.')",
			Args: def.Args(def.String, def.String, def.String), Optional: 2, Omitted: []string{"", ""},
			Result: &sqltype.Array{Elem: &sqltype.Array{Elem: sqltype.String}}, Kernel: rows(sentences)}}
}

// splitter cuts texts; the parts are views into the text.
type splitter struct {
	pattern []byte
	known   bool
	literal []byte // not empty: what separates
	re      *regexp.Regexp
}

// splitKernel returns parts that lie in the memory of the first operand.
func splitKernel() expr.Kernel {
	var sp splitter
	return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		v, parts := args[0], out.Child[0]
		views := parts.Views[:0]
		if c, ok, err := sp.oneByte(args); err != nil {
			return err
		} else if ok {
			parts.Views = splitAll(views, v, def.RowsOf(sel, n), c, out.Views)
			parts.Len, parts.Valid, parts.Bytes = len(parts.Views), nil, v.Bytes[:len(v.Bytes):len(v.Bytes)]
			return nil
		}
		for _, i := range def.RowsOf(sel, n) {
			r := int(i)
			if err := sp.prepare(args[1].Text(r)); err != nil {
				return err
			}
			limit := -1
			if len(args) > 2 {
				limit = intAt(args[2], r)
			}
			at := len(views)
			views = sp.split(views, v.Bytes, v.Views[v.Row(r)], limit)
			out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(len(views) - at)}
		}
		parts.Views, parts.Len, parts.Valid = views, len(views), nil
		parts.Bytes = v.Bytes[:len(v.Bytes):len(v.Bytes)]
		return nil
	}
}

// prepare takes the pattern unless it is the last one.
func (sp *splitter) prepare(p []byte) (err error) {
	if sp.known && bytes.Equal(p, sp.pattern) {
		return nil
	}
	sp.pattern, sp.known, sp.re, sp.literal = append(sp.pattern[:0], p...), true, nil, nil
	if text, ok := literalOf(string(p)); ok {
		sp.literal = []byte(text)
		return nil
	}
	sp.re, err = compileRegex("split", string(p))
	sp.known = err == nil
	return err
}

// oneByte returns the byte at which all rows are split, if it is one for all of
// them and there is no limit.
func (sp *splitter) oneByte(args []*columnar.Vector) (c byte, ok bool, err error) {
	if args[0].Const || !args[1].Const || len(args) > 2 && (!args[2].Const || intAt(args[2], 0) > 0) {
		return 0, false, nil
	}
	if err := sp.prepare(args[1].Text(0)); err != nil || len(sp.literal) != 1 {
		return 0, false, err
	}
	return sp.literal[0], true, nil
}

// splitAll splits the rows of v at c; lists says which views are whose.
func splitAll(views []columnar.View, v *columnar.Vector, rows []uint16, c byte, lists []columnar.View) []columnar.View {
	for _, r := range rows {
		at := len(views)
		views = byByte(views, v.Bytes, v.Views[r], c)
		lists[r] = columnar.View{Off: uint32(at), Len: uint32(len(views) - at)}
	}
	return views
}

// split appends the parts of a text that lies in bytes.
func (sp *splitter) split(views []columnar.View, bytes []byte, w columnar.View, limit int) []columnar.View {
	s := bytes[w.Off : w.Off+w.Len]
	switch {
	case len(s) == 0:
		return append(views, columnar.View{Off: w.Off})
	case sp.re != nil:
		return sp.byRegex(views, w.Off, s, limit)
	case len(sp.literal) == 0:
		return byChar(views, w.Off, s, limit)
	case len(sp.literal) == 1 && limit <= 0:
		return byByte(views, bytes, w, sp.literal[0])
	}
	return sp.byText(views, w.Off, s, limit)
}

// byByte looks at 64 bytes at a time, of what lies behind the text too.
func byByte(views []columnar.View, bytes []byte, w columnar.View, c byte) []columnar.View {
	from, end := w.Off, w.Off+w.Len
	for at := from; ; at += 64 {
		m := matches(bytes[at:], c)
		if left := end - at; left < 64 {
			m &= 1<<left - 1
		}
		k := len(views)
		views = slices.Grow(views, 65)[:k+bits.OnesCount64(m)]
		for ; m != 0; m &= m - 1 {
			to := at + uint32(bits.TrailingZeros64(m))
			views[k] = columnar.View{Off: from, Len: to - from}
			from = to + 1
			k++
		}
		if end-at <= 64 {
			return append(views, columnar.View{Off: from, Len: end - from})
		}
	}
}

func (sp *splitter) byText(views []columnar.View, base uint32, s []byte, limit int) []columnar.View {
	from := 0
	for n := 1; limit <= 0 || n < limit; n++ {
		k := bytes.Index(s[from:], sp.literal)
		if k < 0 {
			break
		}
		views = append(views, columnar.View{Off: base + uint32(from), Len: uint32(k)})
		from += k + len(sp.literal)
	}
	return append(views, columnar.View{Off: base + uint32(from), Len: uint32(len(s) - from)})
}

// byChar cuts into characters, the last part takes what is beyond the limit.
func byChar(views []columnar.View, base uint32, s []byte, limit int) []columnar.View {
	for i, n := 0, 1; i < len(s); n++ {
		w := min(width(s[i]), len(s)-i)
		if n == limit {
			w = len(s) - i
		}
		views = append(views, columnar.View{Off: base + uint32(i), Len: uint32(w)})
		i += w
	}
	return views
}

// byRegex makes no empty part of an empty match at the beginning.
func (sp *splitter) byRegex(views []columnar.View, base uint32, s []byte, limit int) []columnar.View {
	from, n := 0, 1
	for _, m := range sp.re.FindAllIndex(s, -1) {
		if limit > 0 && n >= limit {
			break
		}
		if m[1] == 0 {
			continue
		}
		views = append(views, columnar.View{Off: base + uint32(from), Len: uint32(m[0] - from)})
		from = m[1]
		n++
	}
	return append(views, columnar.View{Off: base + uint32(from), Len: uint32(len(s) - from)})
}

// sentences cuts at . ! and ? and takes runs of letters and digits as words.
func sentences(args []*columnar.Vector, i int, out *columnar.Vector) {
	s, list := args[0].Text(i), out.Child[0]
	at, words := list.Len, list.Child[0]
	first := words.Len
	flush := func() {
		if words.Len > first {
			list.AppendList(first)
			first = words.Len
		}
	}
	for len(s) > 0 {
		n := 0
		for n < len(s) && (s[n] >= 0x80 || s[n] == '\'' || s[n]-'0' < 10 || s[n]|0x20-'a' < 26) {
			n++
		}
		if n > 0 {
			words.AppendText(s[:n])
			s = s[n:]
			continue
		}
		if s[0] == '.' || s[0] == '!' || s[0] == '?' {
			flush()
		}
		s = s[1:]
	}
	flush()
	out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(list.Len - at)}
}
