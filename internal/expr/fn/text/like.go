package text

import (
	"bytes"
	"unicode/utf8"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

func likes() []def.Spec {
	return []def.Spec{
		{Name: "like", Usage: "whether the text matches a pattern, in which % is any text and _ any character", Example: "like('Spark', 'S%')",
			Args: def.Args(def.String, def.String, def.String), Optional: 1, Result: sqltype.Boolean, Check: checkEscape,
			Kernel: func() expr.Kernel { return likeKernel(false) }},
		{Name: "ilike", Usage: "like without regard to case", Example: "ilike('Spark', 's%')", Args: def.Args(def.String, def.String, def.String),
			Optional: 1, Result: sqltype.Boolean, Check: checkEscape, Kernel: func() expr.Kernel { return likeKernel(true) }},
	}
}

// checkEscape wants one constant character as third operand.
func checkEscape(_ *expr.Session, args []expr.Arg, _ []sqltype.Type) error {
	if len(args) < 3 {
		return nil
	}
	if text, ok := args[2].Value.(string); ok && utf8.RuneCountInString(text) == 1 {
		return nil
	}
	shown := expr.Quoted(args[2].Node.String())
	return sparkerr.New("INVALID_ESCAPE_CHAR", "The escape character of LIKE must be one constant character, not "+shown+".", "sqlExpr", shown)
}

// likeKernel compiles the pattern when it changes, so once where it is
// constant.
func likeKernel(fold bool) expr.Kernel {
	var pattern, low []byte
	var like *likePattern
	contains := containsKernel()
	var needle columnar.Vector
	return func(c *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		dst := columnar.Slice[uint8](out)
		for k, i := range def.RowsOf(sel, n) {
			r := int(i)
			if p := args[1].Text(r); like == nil || !bytes.Equal(p, pattern) {
				var err error
				pattern = append(pattern[:0], p...)
				if like, err = compileLike(pattern, escapeOf(args, r), fold); err != nil {
					like = nil
					return err
				}
				needle = columnar.Vector{Type: sqltype.String, Const: true, Views: []columnar.View{{Len: uint32(len(like.middle))}}, Bytes: like.middle}
			}
			if k == 0 && like.kind == likeContains && args[1].Const && !fold && !args[0].Const {
				needle.Len = n
				return contains(c, []*columnar.Vector{args[0], &needle}, sel, n, out)
			}
			s := args[0].Text(r)
			if fold {
				low = appendLower(low[:0], s)
				s = low
			}
			dst[i] = 0
			if like.match(s) {
				dst[i] = 1
			}
		}
		return nil
	}
}

func escapeOf(args []*columnar.Vector, i int) rune {
	if len(args) < 3 {
		return '\\'
	}
	r, _ := utf8.DecodeRune(args[2].Text(i))
	return r
}

type likeKind uint8

const (
	likeAny      likeKind = iota // the general form
	likeEqual                    // text
	likeEnds                     // prefix%suffix, either may be empty
	likeContains                 // %text%
)

// likePattern is a pattern cut at its percent signs; in a part, wild marks the
// places of underscores.
type likePattern struct {
	kind                   likeKind
	prefix, middle, suffix []byte
	parts                  []likePart
}

type likePart struct {
	text []byte
	wild []bool // one a byte of text, nil if there is no underscore
}

// compileLike reads a pattern.
func compileLike(p []byte, escape rune, fold bool) (*likePattern, error) {
	parts := []likePart{{}}
	for i := 0; i < len(p); {
		r, n := utf8.DecodeRune(p[i:])
		last := &parts[len(parts)-1]
		switch {
		case r == escape && !(r == utf8.RuneError && n == 1):
			i += n
			if i == len(p) {
				return nil, badPattern("ESC_AT_THE_END", p)
			}
			next, m := utf8.DecodeRune(p[i:])
			if next != '_' && next != '%' && next != escape {
				return nil, badPattern("ESC_IN_THE_MIDDLE", p, "char", "'"+string(next)+"'")
			}
			last.add(p[i:i+m], false, fold)
			i += m
			continue
		case r == '%':
			parts = append(parts, likePart{})
		case r == '_':
			last.add([]byte{'_'}, true, fold)
		default:
			last.add(p[i:i+n], false, fold)
		}
		i += n
	}
	return shape(parts), nil
}

func (l *likePart) add(c []byte, wild, fold bool) {
	if fold {
		c = appendLower(nil, c)
	}
	if wild && l.wild == nil {
		l.wild = make([]bool, len(l.text))
	}
	l.text = append(l.text, c...)
	for l.wild != nil && len(l.wild) < len(l.text) {
		l.wild = append(l.wild, wild)
	}
}

// shape finds the forms that need no general matching.
func shape(parts []likePart) *likePattern {
	l := &likePattern{parts: parts}
	last := parts[len(parts)-1]
	for _, p := range parts {
		if p.wild != nil {
			return l
		}
	}
	inner := 0
	if len(parts) > 2 {
		for _, p := range parts[1 : len(parts)-1] {
			if len(p.text) > 0 {
				inner++
				l.middle = p.text
			}
		}
	}
	switch {
	case len(parts) == 1:
		l.kind, l.middle = likeEqual, last.text
	case inner == 0:
		l.kind, l.prefix, l.suffix = likeEnds, parts[0].text, last.text
	case inner == 1 && len(parts[0].text) == 0 && len(last.text) == 0:
		l.kind = likeContains
	}
	return l
}

func badPattern(sub string, p []byte, kv ...string) error {
	return sparkerr.Data("INVALID_FORMAT."+sub, "In the pattern '"+string(p)+"' the escape character must come before %, _ or itself.",
		append([]string{"format", "'" + string(p) + "'"}, kv...)...)
}

func (l *likePattern) match(s []byte) bool {
	switch l.kind {
	case likeEqual:
		return bytes.Equal(s, l.middle)
	case likeEnds:
		return len(s) >= len(l.prefix)+len(l.suffix) && bytes.HasPrefix(s, l.prefix) && bytes.HasSuffix(s, l.suffix)
	case likeContains:
		return bytes.Contains(s, l.middle)
	}
	first, last := l.parts[0], l.parts[len(l.parts)-1]
	n, ok := first.at(s)
	if len(l.parts) == 1 {
		return ok && n == len(s)
	}
	if !ok {
		return false
	}
	s = s[n:]
	for _, p := range l.parts[1 : len(l.parts)-1] {
		if n = p.find(s); n < 0 {
			return false
		}
		s = s[n:]
	}
	return last.ends(s)
}

// at matches the part at the beginning of s and returns how many bytes it
// takes.
func (l likePart) at(s []byte) (int, bool) {
	if l.wild == nil {
		return len(l.text), bytes.HasPrefix(s, l.text)
	}
	n := 0
	for k, c := range l.text {
		switch {
		case n >= len(s):
			return 0, false
		case l.wild[k]:
			n += width(s[n])
		case s[n] != c:
			return 0, false
		default:
			n++
		}
	}
	return n, n <= len(s)
}

// find returns the end of the first match of the part in s, or -1.
func (l likePart) find(s []byte) int {
	if l.wild == nil {
		k := bytes.Index(s, l.text)
		if k < 0 {
			return -1
		}
		return k + len(l.text)
	}
	for i := 0; i <= len(s); {
		if n, ok := l.at(s[i:]); ok {
			return i + n
		}
		if i == len(s) {
			break
		}
		i += width(s[i])
	}
	return -1
}

// ends reports whether s ends in the part.
func (l likePart) ends(s []byte) bool {
	if l.wild == nil {
		return bytes.HasSuffix(s, l.text)
	}
	for i := 0; i <= len(s); {
		if n, ok := l.at(s[i:]); ok && i+n == len(s) {
			return true
		}
		if i == len(s) {
			break
		}
		i += width(s[i])
	}
	return false
}
