package misc

import (
	"math/bits"

	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/sqltype"
)

// bitmapBits is how many values one bitmap stands for.
const bitmapBits = 8 * 4096

// bitmaps are the functions on bitmaps of distinct numbers: value 1 is bit 0 of
// bucket 1.
func bitmaps() []def.Spec {
	return []def.Spec{
		{Name: "bitmap_bit_position", Usage: "place of a number's bit in the bitmap of its bucket", Example: "bitmap_bit_position(5)", Args: def.Args(def.Long), Result: sqltype.Long,
			Kernel: def.Unary(func(x int64) int64 {
				if x > 0 {
					return (x - 1) % bitmapBits
				}
				return -x % bitmapBits
			})},
		{Name: "bitmap_bucket_number", Usage: "number of the bitmap a number belongs to", Example: "bitmap_bucket_number(5)", Args: def.Args(def.Long), Result: sqltype.Long,
			Kernel: def.Unary(func(x int64) int64 {
				if x > 0 {
					return 1 + (x-1)/bitmapBits
				}
				return x / bitmapBits
			})},
		{Name: "bitmap_count", Usage: "number of bits that are set", Example: "bitmap_count(X'0F')", Args: def.Args(def.Binary), Result: sqltype.Long,
			Kernel: def.TextTo(func(s []byte) int64 {
				n := 0
				for _, c := range s {
					n += bits.OnesCount8(c)
				}
				return int64(n)
			})},
	}
}
