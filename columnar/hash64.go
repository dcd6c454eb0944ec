package columnar

import (
	"github.com/spatestream/spate/internal/hashing"
	"github.com/spatestream/spate/sqltype"
)

// HashRows64 is HashRows with the 64-bit hash: Spark's xxhash64, seed 42.
func HashRows64(h []uint64, cols []*Vector, sel []uint16) {
	if sel == nil {
		sel = All(len(h))
	}
	for _, r := range sel {
		h[r] = hashing.Seed
	}
	for _, c := range cols {
		for _, r := range sel {
			h[r] = c.HashRow64(int(r), h[r])
		}
	}
}

// HashRow64 returns Spark's XXH64 hash of row i of v; of a null, the seed.
func (v *Vector) HashRow64(i int, seed uint64) uint64 {
	if v.IsNull(i) {
		return seed
	}
	if v.Dict != nil {
		return v.Dict.HashRow64(int(v.Codes[v.Row(i)]), seed)
	}
	switch v.Type.Kind() {
	case sqltype.KindFloat:
		return hashing.XXFloat32(At[float32](v, i), seed)
	case sqltype.KindDouble:
		return hashing.XXFloat64(At[float64](v, i), seed)
	case sqltype.KindString, sqltype.KindBinary:
		return hashing.XXBytes(v.Text(i), seed)
	case sqltype.KindCalendar:
		c := At[Interval](v, i)
		return hashing.XXInt32(c.Months, hashing.XXInt32(c.Days, hashing.XXInt64(c.Micros, seed)))
	case sqltype.KindStruct:
		for _, c := range v.Child {
			seed = c.HashRow64(v.Row(i), seed)
		}
		return seed
	case sqltype.KindArray, sqltype.KindMap:
		lo, hi := v.Span(i)
		for r := lo; r < hi; r++ {
			for _, c := range v.Child {
				seed = c.HashRow64(r, seed)
			}
		}
		return seed
	}
	return v.hashWord64(i, seed)
}

// hashWord64 hashes integers of any width, and decimals.
func (v *Vector) hashWord64(i int, seed uint64) uint64 {
	switch sqltype.Width(v.Type) {
	case 1:
		return hashing.XXInt32(int32(At[int8](v, i)), seed)
	case 2:
		return hashing.XXInt32(int32(At[int16](v, i)), seed)
	case 4:
		return hashing.XXInt32(At[int32](v, i), seed)
	case 8:
		return hashing.XXInt64(At[int64](v, i), seed)
	}
	u := At[[2]uint64](v, i)
	var buf [16]byte
	return hashing.XXBytes(hashing.AppendBigEndian(buf[:0], u[0], int64(u[1])), seed)
}
