package text

import (
	"bytes"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

// trims: with two operands trim, ltrim and rtrim take the characters first,
// btrim takes them last.
func trims() []def.Spec {
	return []def.Spec{
		trim("trim", "BOTH", true, true), trim("ltrim", "LEADING", true, false), trim("rtrim", "TRAILING", false, true),
		{Name: "btrim", Usage: "the text without spaces, or the characters given, at both ends", Example: "btrim('  a ')", Args: def.Args(textual, def.String),
			Optional: 1, Result: sqltype.String, Kernel: views(func(s []byte, args []*columnar.Vector, i int) (int, int, error) {
				if len(args) == 1 {
					return cutSpaces(s, true, true)
				}
				return cutChars(s, args[1].Text(i), true, true)
			})},
	}
}

func trim(name, side string, start, end bool) def.Spec {
	return def.Spec{Name: name, Usage: "the text without spaces at the ends, or without the characters given first (trim(BOTH chars FROM text))",
		Example: name + "('  a ')", Args: def.Args(def.String, def.String), Optional: 1, Result: sqltype.String,
		Print: func(args []expr.Node) string {
			if len(args) != 2 {
				return expr.CallText(name, args)
			}
			return "TRIM(" + side + " " + args[0].String() + " FROM " + args[1].String() + ")"
		},
		Kernel: func() expr.Kernel {
			one := views(func(s []byte, _ []*columnar.Vector, _ int) (int, int, error) { return cutSpaces(s, start, end) })()
			two := views(func(s []byte, args []*columnar.Vector, i int) (int, int, error) {
				return cutChars(s, args[1].Text(i), start, end)
			})()
			swapped := make([]*columnar.Vector, 2)
			return func(c *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
				if len(args) == 1 {
					return one(c, args, sel, n, out)
				}
				swapped[0], swapped[1] = args[1], args[0]
				return two(c, swapped, sel, n, out)
			}
		}}
}

func cutSpaces(s []byte, start, end bool) (int, int, error) {
	lo, hi := 0, len(s)
	for start && lo < hi && s[lo] == ' ' {
		lo++
	}
	for end && hi > lo && s[hi-1] == ' ' {
		hi--
	}
	return lo, hi - lo, nil
}

// cutChars cuts characters that are in set.
func cutChars(s, set []byte, start, end bool) (int, int, error) {
	lo, hi := 0, len(s)
	for start && lo < hi {
		n := min(width(s[lo]), hi-lo)
		if !has(set, s[lo:lo+n]) {
			break
		}
		lo += n
	}
	for end && hi > lo {
		at := hi - 1
		for at > lo && s[at]&0xc0 == 0x80 {
			at--
		}
		if !has(set, s[at:hi]) {
			break
		}
		hi = at
	}
	return lo, hi - lo, nil
}

// has reports whether a character is in the set.
func has(set, c []byte) bool {
	if len(c) == 1 {
		return bytes.IndexByte(set, c[0]) >= 0
	}
	return bytes.Contains(set, c)
}
