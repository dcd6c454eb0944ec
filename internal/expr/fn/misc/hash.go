package misc

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
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
	columnar.HashRows(columnar.Slice[uint32](out)[:n], args, sel)
	return nil
}

func xx(_ *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
	columnar.HashRows64(columnar.Slice[uint64](out)[:n], args, sel)
	return nil
}
