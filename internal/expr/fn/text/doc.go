// Package text is the functions on strings, and on binaries where Spark lets
// them stand for strings.
//
// Positions and lengths count characters, which begin at every byte that may
// begin one in UTF-8: broken text counts as Spark counts it. Functions that
// return a part of their input return views into it and copy nothing.
package text

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

// All returns the functions of the family.
func All() []*expr.Func {
	var list []*expr.Func
	for _, specs := range [][]def.Spec{
		lengths(), letters(), joins(), cuts(), trims(), pads(), replacements(), searches(), likes(), regexes(),
		splits(), codes(), digests(), checks(), distances(), formats(), numberFormats(), urls(),
	} {
		list = append(list, def.Funcs("string", specs...)...)
	}
	return append(list, concat(), reverse(), decode(), elt(), toNumber("to_number", false), toNumber("try_to_number", true))
}

// textual takes strings and binaries as they are, other atomic types as text.
var textual = def.OneOf(def.String, def.Binary)

// first is the type of the first operand.
func first(t []sqltype.Type) sqltype.Type { return t[0] }

// named makes the same function under several names.
func named(s def.Spec, names ...string) []def.Spec {
	list := make([]def.Spec, len(names))
	for i, n := range names {
		list[i] = s
		list[i].Name = n
	}
	return list
}

// rows is def.Rows of a function that cannot fail.
func rows(f func(args []*columnar.Vector, i int, out *columnar.Vector)) func() expr.Kernel {
	return def.Rows(func(args []*columnar.Vector, i int, out *columnar.Vector) error {
		f(args, i, out)
		return nil
	})
}

// appended sets row i of out to what f appends to out's bytes.
func appended(out *columnar.Vector, i int, f func(dst []byte) []byte) {
	at := len(out.Bytes)
	out.Bytes = f(out.Bytes)
	out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(len(out.Bytes) - at)}
}

// intAt is an INT operand.
func intAt(v *columnar.Vector, i int) int { return int(columnar.At[int32](v, i)) }

// setBool sets a boolean.
func setBool(out *columnar.Vector, i int, b bool) {
	x := uint8(0)
	if b {
		x = 1
	}
	columnar.Slice[uint8](out)[i] = x
}

// setInt sets an INT.
func setInt(out *columnar.Vector, i, x int) { columnar.Slice[int32](out)[i] = int32(x) }
