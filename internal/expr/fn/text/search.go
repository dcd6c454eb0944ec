package text

import (
	"bytes"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

func searches() []def.Spec {
	test := func(name, usage string, kernel func() expr.Kernel) def.Spec {
		return def.Spec{Name: name, Usage: usage, Example: name + "('Spark', 'ar')", Args: def.Args(textual, textual), Result: sqltype.Boolean,
			Kernel: kernel}
	}
	return append(named(def.Spec{Usage: "position (from 1) of the first operand in the second, from a start on; 0 if it is not there", Example: "locate('b', 'abcb', 3)",
		Args: def.Args(def.String, def.String, def.Int), Optional: 1, Omitted: []string{"1"}, Result: sqltype.Int, Kernel: rows(locate)}, "locate", "position"),
		def.Spec{Name: "instr", Usage: "position (from 1) of the second operand in the first, 0 if it is not there", Example: "instr('SparkSQL', 'SQL')",
			Args: def.Args(def.String, def.String), Result: sqltype.Int, Kernel: rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
				setInt(out, i, indexFrom(args[0].Text(i), args[1].Text(i), 0))
			})},
		test("contains", "whether the second operand is a part of the first", containsKernel),
		test("startswith", "whether the first operand begins with the second", texts(bytes.HasPrefix)),
		test("endswith", "whether the first operand ends with the second", texts(bytes.HasSuffix)),
		def.Spec{Name: "find_in_set", Usage: "position (from 1) of a text in a list cut by commas, 0 if it is not there", Example: "find_in_set('ab', 'abc,b,ab,c')",
			Args: def.Args(def.String, def.String), Result: sqltype.Int, Kernel: rows(findInSet)})
}

// texts tests pairs of texts.
func texts(f func(s, t []byte) bool) func() expr.Kernel {
	return rows(func(args []*columnar.Vector, i int, out *columnar.Vector) {
		setBool(out, i, f(args[0].Text(i), args[1].Text(i)))
	})
}

// indexFrom returns the position from 1 of part in s at or behind character
// from, else 0.
func indexFrom(s, part []byte, from int) int {
	if len(part) == 0 {
		return 1
	}
	skip := offset(s, from)
	k := bytes.Index(s[skip:], part)
	if k < 0 {
		return 0
	}
	return chars(s[:skip+k]) + 1
}

func locate(args []*columnar.Vector, i int, out *columnar.Vector) {
	from := 1
	if len(args) > 2 {
		from = intAt(args[2], i)
	}
	at := 0
	if from > 0 {
		at = indexFrom(args[1].Text(i), args[0].Text(i), from-1)
	}
	setInt(out, i, at)
}

func findInSet(args []*columnar.Vector, i int, out *columnar.Vector) {
	word, list := args[0].Text(i), args[1].Text(i)
	at := 0
	if bytes.IndexByte(word, ',') < 0 {
		for n := 1; ; n++ {
			part, rest, more := bytes.Cut(list, []byte{','})
			if bytes.Equal(part, word) {
				at = n
				break
			}
			if list = rest; !more {
				break
			}
		}
	}
	setInt(out, i, at)
}
