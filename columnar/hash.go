package columnar

import (
	"github.com/spatestream/spate/internal/hashing"
	"github.com/spatestream/spate/sqltype"
)

// HashRows sets h[r] to the partition hash of row r of the columns, for the
// rows of sel (nil: all of h): Spark's Murmur3, seed 42, chained over the
// columns; a null leaves the hash as it is. The columns may have any form.
// Who hashes batch after batch uses a Hasher.
func HashRows(h []uint32, cols []*Vector, sel []uint16) { new(Hasher).Hash(h, cols, sel) }

// HashInto chains the rows sel (nil: all of h) of v into the hashes h, whose
// values are the seeds.
func (v *Vector) HashInto(h []uint32, sel []uint16) {
	switch {
	case v.Const && v.Dict == nil && v.Len > 0 && sqltype.Width(v.Type) == 8 && v.Type.Kind() != sqltype.KindDouble:
		v.hashConst(h, sel)
	case v.Const || v.Type.Kind() == sqltype.KindNull || len(h) > MaxRows:
		v.hashEach(h, sel)
	case v.Valid != nil:
		var buf [MaxRows]uint16
		v.hashValid(h, v.validRows(&buf, sel, len(h)))
	default:
		v.hashValid(h, sel)
	}
}

// hashConst is HashInto of a constant of eight bytes.
func (v *Vector) hashConst(h []uint32, sel []uint16) {
	if v.IsNull(0) {
		return
	}
	x := At[int64](v, 0)
	if sel == nil {
		sel = All(len(h))
	}
	for _, r := range sel {
		h[r] = hashing.Int64(x, h[r])
	}
}

// validRows returns those of the rows sel (nil: all n) that are not null. v is
// not constant.
func (v *Vector) validRows(buf *[MaxRows]uint16, sel []uint16, n int) []uint16 {
	if sel == nil {
		sel = All(n)
	}
	k := 0
	for _, r := range sel {
		buf[k&(MaxRows-1)] = r
		k += int(v.Valid.Bit(int(r)))
	}
	return buf[:k]
}

// hashValid is HashInto for rows that are not null of a vector that is not
// constant.
func (v *Vector) hashValid(h []uint32, sel []uint16) {
	if v.Dict != nil {
		v.hashCodes(h, sel)
		return
	}
	switch v.Type.Kind() {
	case sqltype.KindInt, sqltype.KindDate, sqltype.KindYearMonth:
		if sel == nil {
			hashing.Int32s(h, Slice[int32](v))
		} else {
			hashing.Int32sSel(h, Slice[int32](v), sel)
		}
	case sqltype.KindLong, sqltype.KindTimestamp, sqltype.KindTimestampNTZ, sqltype.KindDayTime:
		if sel == nil {
			hashing.Int64s(h, Slice[int64](v))
		} else {
			hashing.Int64sSel(h, Slice[int64](v), sel)
		}
	case sqltype.KindString, sqltype.KindBinary:
		v.hashTexts(h, sel)
	default:
		v.hashEach(h, sel)
	}
}

func (v *Vector) hashTexts(h []uint32, sel []uint16) {
	if sel != nil {
		for _, r := range sel {
			w := v.Views[r]
			h[r] = hashing.Bytes(v.Bytes[w.Off:w.Off+w.Len], h[r])
		}
		return
	}
	for r, w := range v.Views[:len(h)] {
		h[r] = hashing.Bytes(v.Bytes[w.Off:w.Off+w.Len], h[r])
	}
}

// hashCodes hashes entries of a dictionary row by row: each row has a seed of
// its own.
func (v *Vector) hashCodes(h []uint32, sel []uint16) {
	if sel == nil {
		sel = All(len(h))
	}
	for _, r := range sel {
		h[r] = v.Dict.HashRow(int(v.Codes[r]), h[r])
	}
}

func (v *Vector) hashEach(h []uint32, sel []uint16) {
	if sel == nil {
		for r := range h {
			h[r] = v.HashRow(r, h[r])
		}
		return
	}
	for _, r := range sel {
		h[r] = v.HashRow(int(r), h[r])
	}
}

// HashRow returns Spark's Murmur3 hash of row i of v; of a null, the seed.
func (v *Vector) HashRow(i int, seed uint32) uint32 {
	if v.IsNull(i) {
		return seed
	}
	if v.Dict != nil {
		return v.Dict.HashRow(int(v.Codes[v.Row(i)]), seed)
	}
	switch v.Type.Kind() {
	case sqltype.KindBoolean, sqltype.KindByte:
		return hashing.Int32(int32(At[int8](v, i)), seed)
	case sqltype.KindShort:
		return hashing.Int32(int32(At[int16](v, i)), seed)
	case sqltype.KindInt, sqltype.KindDate, sqltype.KindYearMonth:
		return hashing.Int32(At[int32](v, i), seed)
	case sqltype.KindLong, sqltype.KindTimestamp, sqltype.KindTimestampNTZ, sqltype.KindDayTime:
		return hashing.Int64(At[int64](v, i), seed)
	case sqltype.KindFloat:
		return hashing.Float32(At[float32](v, i), seed)
	case sqltype.KindDouble:
		return hashing.Float64(At[float64](v, i), seed)
	case sqltype.KindString, sqltype.KindBinary:
		return hashing.Bytes(v.Text(i), seed)
	case sqltype.KindDecimal:
		return v.hashDecimal(i, seed)
	}
	return v.hashNested(i, seed)
}

func (v *Vector) hashDecimal(i int, seed uint32) uint32 {
	if sqltype.Width(v.Type) == 8 {
		return hashing.Int64(At[int64](v, i), seed)
	}
	u := At[[2]uint64](v, i)
	var buf [16]byte
	return hashing.Bytes(hashing.AppendBigEndian(buf[:0], u[0], int64(u[1])), seed)
}

func (v *Vector) hashNested(i int, seed uint32) uint32 {
	switch v.Type.Kind() {
	case sqltype.KindCalendar:
		c := At[struct {
			months, days int32
			micros       int64
		}](v, i)
		return hashing.Int32(c.months, hashing.Int32(c.days, hashing.Int64(c.micros, seed)))
	case sqltype.KindStruct:
		for _, c := range v.Child {
			seed = c.HashRow(v.Row(i), seed)
		}
	case sqltype.KindArray, sqltype.KindMap:
		lo, hi := v.Span(i)
		for r := lo; r < hi; r++ {
			for _, c := range v.Child {
				seed = c.HashRow(r, seed)
			}
		}
	}
	return seed
}
