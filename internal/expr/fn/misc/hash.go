package misc

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/decimal"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/internal/hashing"
	"github.com/spatestream/spate/sqltype"
)

// hashes chain over their operands: the hash so far is the seed of the next
// one, and nulls leave it as it is.
func hashes() []def.Spec {
	return []def.Spec{
		{Name: "hash", Usage: "Murmur3 hash of the operands", Example: "hash('a', 1)", Args: def.Args(def.Any, def.Any), Variadic: true,
			Result: sqltype.Int, Nulls: def.Never, NullSafe: true, Check: noMap("hash"), Kernel: def.Stateless(murmur)},
		{Name: "xxhash64", Usage: "XXH64 hash of the operands", Example: "xxhash64('a', 1)", Args: def.Args(def.Any, def.Any), Variadic: true,
			Result: sqltype.Long, Nulls: def.Never, NullSafe: true, Check: noMap("xxhash64"), Kernel: def.Stateless(xx)},
	}
}

// noMap refuses maps, whose entries have no order.
func noMap(name string) func(*expr.Session, []expr.Arg, []sqltype.Type) error {
	return func(_ *expr.Session, args []expr.Arg, types []sqltype.Type) error {
		for _, t := range types {
			if hasMap(t) {
				return expr.Mismatch("HASH_MAP_TYPE", name, args, "maps cannot be hashed: equal maps may have their entries in different order.",
					"functionName", "`"+name+"`")
			}
		}
		return nil
	}
}

func hasMap(t sqltype.Type) bool {
	switch x := t.(type) {
	case *sqltype.Map:
		return true
	case *sqltype.Array:
		return hasMap(x.Elem)
	case *sqltype.Struct:
		for _, f := range x.Fields {
			if hasMap(f.Type) {
				return true
			}
		}
	}
	return false
}

func murmur(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
	dst := columnar.Slice[uint32](out)
	hashing.Fill(dst)
	for _, v := range args {
		Murmur3(dst, v, sel, n)
	}
	return nil
}

// Murmur3 replaces the seeds h of the rows sel (nil: all n) by Spark's hash of
// the rows of v, in any form; nulls leave them.
func Murmur3(h []uint32, v *columnar.Vector, sel []uint16, n int) {
	plain := !v.Const && v.Dict == nil && !v.HasNulls() && sel == nil
	switch {
	case plain && (v.Type.Kind() == sqltype.KindInt || v.Type.Kind() == sqltype.KindDate):
		hashing.Int32s(h[:n], columnar.Slice[int32](v))
		return
	case plain && (v.Type.Kind() == sqltype.KindLong || v.Type.Kind() == sqltype.KindTimestamp):
		hashing.Int64s(h[:n], columnar.Slice[int64](v))
		return
	}
	for _, i := range def.RowsOf(sel, n) {
		h[i] = murmurRow(v, int(i), h[i])
	}
}

// murmurRow hashes one row.
func murmurRow(v *columnar.Vector, i int, seed uint32) uint32 {
	if v.IsNull(i) {
		return seed
	}
	if v.Dict != nil {
		return murmurRow(v.Dict, int(v.Codes[v.Row(i)]), seed)
	}
	switch v.Type.Kind() {
	case sqltype.KindFloat:
		return hashing.Float32(columnar.At[float32](v, i), seed)
	case sqltype.KindDouble:
		return hashing.Float64(columnar.At[float64](v, i), seed)
	case sqltype.KindString, sqltype.KindBinary:
		return hashing.Bytes(v.Text(i), seed)
	case sqltype.KindCalendar:
		x := columnar.At[columnar.Interval](v, i)
		return hashing.Int32(x.Months, hashing.Int32(x.Days, hashing.Int64(x.Micros, seed)))
	case sqltype.KindStruct:
		for _, c := range v.Child {
			seed = murmurRow(c, v.Row(i), seed)
		}
		return seed
	case sqltype.KindArray, sqltype.KindMap:
		lo, hi := v.Span(i)
		for r := lo; r < hi; r++ {
			for _, c := range v.Child {
				seed = murmurRow(c, r, seed)
			}
		}
		return seed
	case sqltype.KindDecimal:
		if sqltype.Width(v.Type) == 16 {
			return hashing.Bytes(bigEndian(v, i), seed)
		}
	}
	switch sqltype.Width(v.Type) {
	case 1:
		return hashing.Int32(int32(columnar.At[int8](v, i)), seed)
	case 2:
		return hashing.Int32(int32(columnar.At[int16](v, i)), seed)
	case 4:
		return hashing.Int32(columnar.At[int32](v, i), seed)
	}
	return hashing.Int64(columnar.At[int64](v, i), seed)
}

func bigEndian(v *columnar.Vector, i int) []byte {
	u := columnar.At[decimal.Int128](v, i)
	var buf [16]byte
	return hashing.AppendBigEndian(buf[:0], u.Lo, u.Hi)
}

func xx(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
	dst := columnar.Slice[uint64](out)
	for i := range dst {
		dst[i] = hashing.Seed
	}
	for _, v := range args {
		XXH64(dst, v, sel, n)
	}
	return nil
}

// XXH64 is Murmur3 with the 64-bit hash.
func XXH64(h []uint64, v *columnar.Vector, sel []uint16, n int) {
	for _, i := range def.RowsOf(sel, n) {
		h[i] = xxRow(v, int(i), h[i])
	}
}

func xxRow(v *columnar.Vector, i int, seed uint64) uint64 {
	if v.IsNull(i) {
		return seed
	}
	if v.Dict != nil {
		return xxRow(v.Dict, int(v.Codes[v.Row(i)]), seed)
	}
	switch v.Type.Kind() {
	case sqltype.KindFloat:
		return hashing.XXFloat32(columnar.At[float32](v, i), seed)
	case sqltype.KindDouble:
		return hashing.XXFloat64(columnar.At[float64](v, i), seed)
	case sqltype.KindString, sqltype.KindBinary:
		return hashing.XXBytes(v.Text(i), seed)
	case sqltype.KindCalendar:
		x := columnar.At[columnar.Interval](v, i)
		return hashing.XXInt32(x.Months, hashing.XXInt32(x.Days, hashing.XXInt64(x.Micros, seed)))
	case sqltype.KindStruct:
		for _, c := range v.Child {
			seed = xxRow(c, v.Row(i), seed)
		}
		return seed
	case sqltype.KindArray, sqltype.KindMap:
		lo, hi := v.Span(i)
		for r := lo; r < hi; r++ {
			for _, c := range v.Child {
				seed = xxRow(c, r, seed)
			}
		}
		return seed
	case sqltype.KindDecimal:
		if sqltype.Width(v.Type) == 16 {
			return hashing.XXBytes(bigEndian(v, i), seed)
		}
	}
	switch sqltype.Width(v.Type) {
	case 1:
		return hashing.XXInt32(int32(columnar.At[int8](v, i)), seed)
	case 2:
		return hashing.XXInt32(int32(columnar.At[int16](v, i)), seed)
	case 4:
		return hashing.XXInt32(columnar.At[int32](v, i), seed)
	}
	return hashing.XXInt64(columnar.At[int64](v, i), seed)
}
