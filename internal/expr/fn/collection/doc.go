// Package collection is the functions that make, take apart and change arrays,
// maps and structs, and the higher-order functions over them.
//
// Elements are equal as in a grouping: NaN equals NaN, and where a function
// compares whole elements a null equals a null. Maps keep the order in which
// their entries came.
package collection

import (
	"fmt"
	"slices"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// All returns the functions of the family.
func All() []*expr.Func {
	var list []*expr.Func
	for _, specs := range [][]def.Spec{sizes(), orders(), edits(), parts(), maps()} {
		list = append(list, def.Funcs("collection", specs...)...)
	}
	for _, f := range slices.Concat(makers(), items(), searching(), sets(), valued(), zips(), mapMakers()) {
		f.Group = "collection"
		list = append(list, f)
	}
	for _, f := range higherOrder() {
		f.Group = "lambda"
		list = append(list, f)
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

// maxLength is the greatest number of elements of an array, as in Spark.
const maxLength = 1<<31 - 1 - 15

// tooLong is the error of an array of n elements that a function is to make.
func tooLong(name string, n uint64) error {
	return sparkerr.Data("COLLECTION_SIZE_LIMIT_EXCEEDED.PARAMETER", fmt.Sprintf("An array of %d elements, which %s would make, is too long: the limit is %d.", n, name, maxLength),
		"numberOfElements", fmt.Sprint(n), "functionName", "`"+name+"`", "maxRoundedArrayLength", fmt.Sprint(maxLength), "parameter", "`count`")
}

// width is about how many bytes row i of v takes in a list.
func width(v *columnar.Vector, i int) int64 {
	if v.IsNull(i) {
		return int64(max(sqltype.Width(v.Type), 1))
	}
	switch v.Type.Kind() {
	case sqltype.KindString, sqltype.KindBinary:
		return 8 + int64(len(v.Text(i)))
	case sqltype.KindArray, sqltype.KindMap, sqltype.KindStruct:
		one := columnar.New(v.Type)
		one.AppendFrom(v, i)
		return max(expr.Size(one), 1)
	}
	return int64(max(sqltype.Width(v.Type), 1))
}

// listed sets row i of out to the elements that f appends to its child.
func listed(out *columnar.Vector, i int, f func(elems *columnar.Vector)) {
	at := out.Child[0].Len
	f(out.Child[0])
	out.Views[i] = columnar.View{Off: uint32(at), Len: uint32(out.Child[0].Len - at)}
}

func setInt(out *columnar.Vector, i, x int) { columnar.Slice[int32](out)[i] = int32(x) }

func setBool(out *columnar.Vector, i int, b bool) {
	x := uint8(0)
	if b {
		x = 1
	}
	columnar.Slice[uint8](out)[i] = x
}

// same reports whether two elements are equal; nulls are.
func same(a *columnar.Vector, i int, b *columnar.Vector, j int) bool {
	x, y := a.IsNull(i), b.IsNull(j)
	return x && y || !x && !y && expr.Compare(a, i, b, j) == 0
}

// arrayOf is an array of a type.
func arrayOf(t sqltype.Type, nulls bool) *sqltype.Array {
	return &sqltype.Array{Elem: t, ContainsNull: nulls}
}

// elemOf is the element type of an array.
func elemOf(t sqltype.Type) sqltype.Type { return t.(*sqltype.Array).Elem }

// first is the type of the first operand.
func first(t []sqltype.Type) sqltype.Type { return t[0] }

// array wants just that; VOID is none.
var array = def.Kinds(`"ARRAY"`, nil, false, sqltype.KindArray)

// voidMap and voidArray take a void operand for a null one.
var voidMap = def.Kinds(`"MAP"`, &sqltype.Map{Key: sqltype.Null, Value: sqltype.Null, ValueContainsNull: true}, false, sqltype.KindMap)

var voidArray = def.Array
