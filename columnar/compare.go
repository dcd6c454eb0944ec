package columnar

import (
	"bytes"
	"cmp"

	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/sqltype"
)

// Compare orders row i of a and row j of b, vectors of one type in any form, as
// Spark sorts ascending with nulls first: null before all, NaN after all
// numbers and equal to itself, -0.0 equal to 0.0, text by its bytes, lists and
// structs element by element, maps as lists of their pairs. It returns -1, 0
// or 1. A complete but slow path: one call a row.
func Compare(a *Vector, i int, b *Vector, j int) int {
	if x, y := a.IsNull(i), b.IsNull(j); x || y {
		return cmp.Compare(bit(y), bit(x))
	}
	if a.Dict != nil {
		return Compare(a.Dict, int(a.Codes[a.Row(i)]), b, j)
	}
	if b.Dict != nil {
		return Compare(a, i, b.Dict, int(b.Codes[b.Row(j)]))
	}
	switch a.Type.Kind() {
	case sqltype.KindString, sqltype.KindBinary:
		return bytes.Compare(a.Text(i), b.Text(j))
	case sqltype.KindArray, sqltype.KindMap:
		return compareLists(a, i, b, j)
	case sqltype.KindStruct:
		return compareStructs(a, i, b, j)
	}
	return compareFixed(a, i, b, j)
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func compareFixed(a *Vector, i int, b *Vector, j int) int {
	switch a.Type.Kind() {
	case sqltype.KindFloat:
		return compareFloats(float64(At[float32](a, i)), float64(At[float32](b, j)))
	case sqltype.KindDouble:
		return compareFloats(At[float64](a, i), At[float64](b, j))
	case sqltype.KindCalendar:
		return compareIntervals(At[Interval](a, i), At[Interval](b, j))
	case sqltype.KindBoolean:
		return cmp.Compare(At[uint8](a, i), At[uint8](b, j))
	}
	switch sqltype.Width(a.Type) {
	case 1:
		return cmp.Compare(At[int8](a, i), At[int8](b, j))
	case 2:
		return cmp.Compare(At[int16](a, i), At[int16](b, j))
	case 4:
		return cmp.Compare(At[int32](a, i), At[int32](b, j))
	case 8:
		return cmp.Compare(At[int64](a, i), At[int64](b, j))
	}
	return At[decimal.Int128](a, i).Cmp(At[decimal.Int128](b, j))
}

func compareFloats(x, y float64) int {
	if x != x || y != y {
		return cmp.Compare(bit(x != x), bit(y != y))
	}
	return cmp.Compare(x, y)
}

func compareIntervals(x, y Interval) int {
	return cmp.Or(cmp.Compare(x.Months, y.Months), cmp.Compare(x.Days, y.Days), cmp.Compare(x.Micros, y.Micros))
}

func compareLists(a *Vector, i int, b *Vector, j int) int {
	alo, ahi := a.Span(i)
	blo, bhi := b.Span(j)
	for k := range min(ahi-alo, bhi-blo) {
		for c := range a.Child {
			if d := Compare(a.Child[c], alo+k, b.Child[c], blo+k); d != 0 {
				return d
			}
		}
	}
	return cmp.Compare(ahi-alo, bhi-blo)
}

func compareStructs(a *Vector, i int, b *Vector, j int) int {
	for c := range a.Child {
		if d := Compare(a.Child[c], a.Row(i), b.Child[c], b.Row(j)); d != 0 {
			return d
		}
	}
	return 0
}

// Equal reports whether Compare is 0: equality of grouping keys.
func Equal(a *Vector, i int, b *Vector, j int) bool { return Compare(a, i, b, j) == 0 }
