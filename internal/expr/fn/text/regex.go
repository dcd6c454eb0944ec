package text

import (
	"bytes"
	"regexp"
	"strconv"
	"unsafe"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

func regexes() []def.Spec {
	rlike := def.Spec{Usage: "whether a regular expression matches a part of the text", Example: "regexp_like('Spark', 'a.k')",
		Args: def.Args(def.String, def.String), Result: sqltype.Boolean, Kernel: regex("rlike", func(re *regexp.Regexp, args []*columnar.Vector, i int, out *columnar.Vector) error {
			setBool(out, i, re.Match(args[0].Text(i)))
			return nil
		})}
	return append(named(rlike, "rlike", "regexp", "regexp_like"),
		def.Spec{Name: "regexp_extract", Usage: "the group of the first match, '' if there is none", Example: "regexp_extract('100-200', '(\\\\d+)-(\\\\d+)', 1)",
			Args: def.Args(def.String, def.String, def.Int), Optional: 1, Omitted: []string{"1"}, Result: sqltype.String,
			Kernel: regex("regexp_extract", extract)},
		def.Spec{Name: "regexp_extract_all", Usage: "the groups of all matches", Example: "regexp_extract_all('100-200', '(\\\\d+)', 1)",
			Args: def.Args(def.String, def.String, def.Int), Optional: 1, Omitted: []string{"1"}, Result: textArray, Kernel: regex("regexp_extract_all", extractAll)},
		def.Spec{Name: "regexp_replace", Usage: "the text with every match, from a position on, replaced; $1 is a group", Example: "regexp_replace('100-200', '(\\\\d+)', 'num')",
			Args: def.Args(def.String, def.String, def.String, def.Int), Optional: 1, Omitted: []string{"1"}, Result: sqltype.String, Kernel: regex("regexp_replace", regexReplace)},
		def.Spec{Name: "regexp_count", Usage: "number of matches", Example: "regexp_count('a1b22c', '[0-9]+')", Args: def.Args(def.String, def.String), Result: sqltype.Int,
			Kernel: regex("regexp_count", func(re *regexp.Regexp, args []*columnar.Vector, i int, out *columnar.Vector) error {
				setInt(out, i, len(re.FindAllIndex(args[0].Text(i), -1)))
				return nil
			})},
		def.Spec{Name: "regexp_substr", Usage: "the first match, null if there is none", Example: "regexp_substr('a1b22c', '[0-9]+')", Args: def.Args(def.String, def.String),
			Result: sqltype.String, Nulls: def.Always, Kernel: regex("regexp_substr", func(re *regexp.Regexp, args []*columnar.Vector, i int, out *columnar.Vector) error {
				s := args[0].Text(i)
				if m := re.FindIndex(s); m != nil {
					out.SetText(i, s[m[0]:m[1]])
				} else {
					out.SetNull(i)
				}
				return nil
			})},
		def.Spec{Name: "regexp_instr", Usage: "position (from 1) of the first match, 0 if there is none", Example: "regexp_instr('a1b22c', '[0-9]{2}')",
			Args: def.Args(def.String, def.String, def.Int), Optional: 1, Omitted: []string{"0"}, Result: sqltype.Int,
			Kernel: regex("regexp_instr", func(re *regexp.Regexp, args []*columnar.Vector, i int, out *columnar.Vector) error {
				s, at := args[0].Text(i), 0
				if m := re.FindIndex(s); m != nil {
					at = chars(s[:m[0]]) + 1
				}
				setInt(out, i, at)
				return nil
			})})
}

var textArray = &sqltype.Array{Elem: sqltype.String}

// regex is a kernel over the compiled form of its second operand, which is
// compiled when it changes.
func regex(name string, f func(re *regexp.Regexp, args []*columnar.Vector, i int, out *columnar.Vector) error) func() expr.Kernel {
	return func() expr.Kernel {
		var pattern []byte
		var re *regexp.Regexp
		return func(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
			for k, i := range def.RowsOf(sel, n) {
				if p := args[1].Text(int(i)); re == nil || !bytes.Equal(p, pattern) {
					pattern = append(pattern[:0], p...)
					var err error
					if re, err = compileRegex(name, string(p)); err != nil {
						return err
					}
				}
				if err := f(re, args, int(i), out); err != nil {
					return err
				}
				if len(out.Bytes) > expr.MaxColumn {
					if err := expr.Fits(out, k+1); err != nil {
						return err
					}
				}
			}
			return nil
		}
	}
}

// group reads and checks the group number.
func group(name string, re *regexp.Regexp, args []*columnar.Vector, i int) (int, error) {
	g := 1
	if len(args) > 2 {
		g = intAt(args[2], i)
	}
	if g < 0 || g > re.NumSubexp() {
		return 0, sparkerr.Data("INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX",
			name+" asks for the group "+strconv.Itoa(g)+", but the expression has "+strconv.Itoa(re.NumSubexp())+".",
			"parameter", "`idx`", "functionName", "`"+name+"`", "groupCount", strconv.Itoa(re.NumSubexp()), "groupIndex", strconv.Itoa(g))
	}
	return g, nil
}

func extract(re *regexp.Regexp, args []*columnar.Vector, i int, out *columnar.Vector) error {
	s := args[0].Text(i)
	g, err := group("regexp_extract", re, args, i)
	if err != nil {
		return err
	}
	m := re.FindSubmatchIndex(s)
	if m == nil || m[2*g] < 0 {
		out.SetText(i, nil)
		return nil
	}
	out.SetText(i, s[m[2*g]:m[2*g+1]])
	return nil
}

func extractAll(re *regexp.Regexp, args []*columnar.Vector, i int, out *columnar.Vector) error {
	s := args[0].Text(i)
	g, err := group("regexp_extract_all", re, args, i)
	if err != nil {
		return err
	}
	at := out.Child[0].Len
	for _, m := range re.FindAllSubmatchIndex(s, -1) {
		if m[2*g] < 0 {
			out.Child[0].AppendText(nil)
		} else {
			out.Child[0].AppendText(s[m[2*g]:m[2*g+1]])
		}
	}
	out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(out.Child[0].Len - at)}
	return nil
}

func regexReplace(re *regexp.Regexp, args []*columnar.Vector, i int, out *columnar.Vector) error {
	s, by, pos := args[0].Text(i), args[2].Text(i), 1
	if len(args) > 3 {
		if pos = intAt(args[3], i); pos <= 0 {
			return sparkerr.Data("DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE", "The position of regexp_replace is "+strconv.Itoa(pos)+", but must be above 0.",
				"exprName", "position", "valueRange", "(0, 2147483647]", "currentValue", strconv.Itoa(pos))
		}
	}
	skip := offset(s, pos-1)
	at := len(out.Bytes)
	out.Bytes = append(out.Bytes, s[:skip]...)
	s = s[skip:]
	last := 0
	for _, m := range re.FindAllSubmatchIndex(s, -1) {
		if len(out.Bytes) > expr.MaxValue {
			break // the kernel ends it
		}
		out.Bytes = append(out.Bytes, s[last:m[0]]...)
		var err error
		if out.Bytes, err = appendReplacement(out.Bytes, re, by, s, m); err != nil {
			return err
		}
		last = m[1]
	}
	out.Bytes = append(out.Bytes, s[last:]...)
	out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(len(out.Bytes) - at)}
	return nil
}

// appendReplacement writes out a replacement as Java does: $1 and ${name} are
// groups, a backslash takes the next character as it is.
func appendReplacement(dst []byte, re *regexp.Regexp, by, s []byte, m []int) ([]byte, error) {
	for i := 0; i < len(by); i++ {
		switch {
		case by[i] == '\\' && i+1 < len(by):
			i++
			dst = append(dst, by[i])
		case by[i] == '$':
			g, n := groupRef(re, by[i+1:])
			if g < 0 || g > re.NumSubexp() {
				return dst, sparkerr.Data("INVALID_REGEXP_REPLACE", "The replacement '"+string(by)+"' names a group that the expression has not.",
					"source", string(s), "pattern", re.String(), "replacement", string(by), "position", "1")
			}
			i += n
			if m[2*g] >= 0 {
				dst = append(dst, s[m[2*g]:m[2*g+1]]...)
			}
		default:
			dst = append(dst, by[i])
		}
	}
	return dst, nil
}

// groupRef reads what follows a $: a group's number, of as many digits as
// there are groups for, or its name in braces; -1 if it is neither.
func groupRef(re *regexp.Regexp, by []byte) (group, length int) {
	if len(by) > 0 && by[0] == '{' {
		if end := bytes.IndexByte(by, '}'); end > 0 {
			return re.SubexpIndex(unsafe.String(&by[1], end-1)), end + 1
		}
		return -1, 0
	}
	group = -1
	for length < len(by) && by[length] >= '0' && by[length] <= '9' {
		next := max(group, 0)*10 + int(by[length]-'0')
		if group >= 0 && next > re.NumSubexp() {
			break
		}
		group = next
		length++
	}
	return group, length
}
