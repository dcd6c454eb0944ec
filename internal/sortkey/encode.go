// Package sortkey turns rows into byte strings that compare as ORDER BY orders
// the rows, and sorts by them. Range exchanges, sorts, top-n and merges of
// sorted runs share it, so they cannot disagree.
//
// A column is a marker byte that places nulls, then the value: numbers big
// endian with the sign flipped (-0.0 is 0.0 and NaN the greatest, as in
// Spark), text with 0x00 written as 0x00 0xff and ended by 0x00 0x00, arrays
// element by element, structs field by field. A descending column has the
// bytes of its value inverted.
package sortkey

import (
	"encoding/binary"
	"math"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sqltype"
)

// Order is the direction of one column.
type Order struct {
	Desc       bool
	NullsFirst bool
}

const (
	nullFirst, present, nullLast = 0, 1, 2
	endOfList                    = 0
)

// AppendRow appends the key of row i of the columns to dst. The columns may
// have any form and any type that ORDER BY admits.
func AppendRow(dst []byte, cols []*columnar.Vector, by []Order, i int) []byte {
	for k, c := range cols {
		dst = appendColumn(dst, c, by[k], i)
	}
	return dst
}

func appendColumn(dst []byte, v *columnar.Vector, o Order, i int) []byte {
	if v.IsNull(i) {
		if o.NullsFirst {
			return append(dst, nullFirst)
		}
		return append(dst, nullLast)
	}
	dst = append(dst, present)
	at := len(dst)
	dst = appendValue(dst, v, i)
	if o.Desc {
		for k := range dst[at:] {
			dst[at+k] ^= 0xff
		}
	}
	return dst
}

func appendValue(dst []byte, v *columnar.Vector, i int) []byte {
	if v.Dict != nil {
		return appendValue(dst, v.Dict, int(v.Codes[v.Row(i)]))
	}
	switch v.Type.Kind() {
	case sqltype.KindBoolean:
		return append(dst, columnar.At[uint8](v, i))
	case sqltype.KindByte:
		return append(dst, columnar.At[uint8](v, i)^0x80)
	case sqltype.KindShort:
		return binary.BigEndian.AppendUint16(dst, columnar.At[uint16](v, i)^0x8000)
	case sqltype.KindInt, sqltype.KindDate, sqltype.KindYearMonth:
		return binary.BigEndian.AppendUint32(dst, columnar.At[uint32](v, i)^1<<31)
	case sqltype.KindFloat:
		return binary.BigEndian.AppendUint32(dst, float32Bits(columnar.At[float32](v, i)))
	case sqltype.KindDouble:
		return binary.BigEndian.AppendUint64(dst, float64Bits(columnar.At[float64](v, i)))
	case sqltype.KindString, sqltype.KindBinary:
		return appendText(dst, v.Text(i))
	case sqltype.KindArray, sqltype.KindStruct, sqltype.KindMap:
		return appendNested(dst, v, i)
	}
	return appendLong(dst, v, i)
}

// appendLong appends what is 8 or 16 bytes wide.
func appendLong(dst []byte, v *columnar.Vector, i int) []byte {
	if sqltype.Width(v.Type) == 8 {
		return binary.BigEndian.AppendUint64(dst, columnar.At[uint64](v, i)^1<<63)
	}
	u := columnar.At[[2]uint64](v, i)
	dst = binary.BigEndian.AppendUint64(dst, u[1]^1<<63)
	return binary.BigEndian.AppendUint64(dst, u[0])
}

func appendText(dst, b []byte) []byte {
	for _, c := range b {
		dst = append(dst, c)
		if c == 0 {
			dst = append(dst, 0xff)
		}
	}
	return append(dst, 0, 0)
}

func appendNested(dst []byte, v *columnar.Vector, i int) []byte {
	natural := Order{NullsFirst: true}
	if v.Type.Kind() == sqltype.KindStruct {
		for _, c := range v.Child {
			dst = appendColumn(dst, c, natural, v.Row(i))
		}
		return dst
	}
	lo, hi := v.Span(i)
	for r := lo; r < hi; r++ {
		for _, c := range v.Child {
			dst = appendColumn(append(dst, present), c, natural, r)
		}
	}
	return append(dst, endOfList)
}

func float32Bits(f float32) uint32 {
	switch {
	case f == 0:
		return 1 << 31
	case f != f:
		return math.MaxUint32
	}
	b := math.Float32bits(f)
	return b ^ (uint32(int32(b)>>31) | 1<<31)
}

func float64Bits(f float64) uint64 {
	if f == 0 {
		return 1 << 63
	}
	return Float64Bits(f)
}

// Float64Bits orders as Java's Double.compare: -0.0 before 0.0, and NaNs, which are
// all equal, last.
func Float64Bits(f float64) uint64 {
	if f != f {
		return math.MaxUint64
	}
	b := math.Float64bits(f)
	return b ^ (uint64(int64(b)>>63) | 1<<63)
}
