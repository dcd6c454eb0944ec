package expr

import (
	"bytes"
	"cmp"
	"unsafe"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/sqltype"
)

// Compare orders row i of a and row j of b, which are not null and of one type
// in any form, as Spark does: NaN is equal to itself and greatest, -0.0 is
// 0.0, text compares by bytes, a null inside a nested value comes first. Maps
// compare by their entries in the order held, which is good for equality of
// maps with sorted keys only.
func Compare(a *columnar.Vector, i int, b *columnar.Vector, j int) int {
	if a.Dict != nil {
		return Compare(a.Dict, int(a.Codes[a.Row(i)]), b, j)
	}
	if b.Dict != nil {
		return Compare(a, i, b.Dict, int(b.Codes[b.Row(j)]))
	}
	switch a.Type.Kind() {
	case sqltype.KindNull:
		return 0
	case sqltype.KindBoolean:
		return compareAt[uint8](a, i, b, j)
	case sqltype.KindByte:
		return compareAt[int8](a, i, b, j)
	case sqltype.KindShort:
		return compareAt[int16](a, i, b, j)
	case sqltype.KindInt, sqltype.KindDate, sqltype.KindYearMonth:
		return compareAt[int32](a, i, b, j)
	case sqltype.KindLong, sqltype.KindTimestamp, sqltype.KindTimestampNTZ, sqltype.KindDayTime:
		return compareAt[int64](a, i, b, j)
	case sqltype.KindFloat:
		return CompareFloat(columnar.At[float32](a, i), columnar.At[float32](b, j))
	case sqltype.KindDouble:
		return CompareFloat(columnar.At[float64](a, i), columnar.At[float64](b, j))
	case sqltype.KindDecimal:
		if sqltype.Width(a.Type) == 8 {
			return compareAt[int64](a, i, b, j)
		}
		return columnar.At[decimal.Int128](a, i).Cmp(columnar.At[decimal.Int128](b, j))
	case sqltype.KindString, sqltype.KindBinary:
		return bytes.Compare(a.Text(i), b.Text(j))
	case sqltype.KindCalendar:
		return compareCalendar(columnar.At[columnar.Interval](a, i), columnar.At[columnar.Interval](b, j))
	case sqltype.KindStruct:
		return compareStructs(a, i, b, j)
	}
	return compareLists(a, i, b, j)
}

// CompareFloat orders floats as Spark does: NaN equals NaN and is greatest.
func CompareFloat[T float32 | float64](x, y T) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	case x == y:
		return 0
	}
	return b2i(x != x) - b2i(y != y)
}

func compareAt[T cmp.Ordered](a *columnar.Vector, i int, b *columnar.Vector, j int) int {
	x, y := columnar.At[T](a, i), columnar.At[T](b, j)
	return b2i(x > y) - b2i(x < y)
}

func compareCalendar(x, y columnar.Interval) int {
	return cmp.Or(cmp.Compare(x.Months, y.Months), cmp.Compare(x.Days, y.Days), cmp.Compare(x.Micros, y.Micros))
}

func compareStructs(a *columnar.Vector, i int, b *columnar.Vector, j int) int {
	i, j = a.Row(i), b.Row(j)
	for k, c := range a.Child {
		if r := compareNulls(c, i, b.Child[k], j); r != 0 {
			return r
		}
	}
	return 0
}

func compareLists(a *columnar.Vector, i int, b *columnar.Vector, j int) int {
	alo, ahi := a.Span(i)
	blo, bhi := b.Span(j)
	for k := range min(ahi-alo, bhi-blo) {
		for c, child := range a.Child {
			if r := compareNulls(child, alo+k, b.Child[c], blo+k); r != 0 {
				return r
			}
		}
	}
	return cmp.Compare(ahi-alo, bhi-blo)
}

// compareNulls is Compare for rows that may be null; null comes first.
func compareNulls(a *columnar.Vector, i int, b *columnar.Vector, j int) int {
	an, bn := a.IsNull(i), b.IsNull(j)
	if an || bn {
		return b2i(bn) - b2i(an)
	}
	return Compare(a, i, b, j)
}

// b2i is 1 for true, without a branch.
func b2i(b bool) int {
	return int(*(*uint8)(unsafe.Pointer(&b)))
}
