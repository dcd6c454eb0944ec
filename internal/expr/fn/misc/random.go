package misc

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/expr/def"
	"github.com/spatestream/spate/internal/javarandom"
	"github.com/spatestream/spate/sqltype"
)

// randoms give another value for each row; with a seed the same ones in each
// run of a task.
func randoms() []def.Spec {
	return []def.Spec{
		random("rand", "a number from 0 to below 1", (*javarandom.XORShift).Float64, "random"),
		random("randn", "a number of the normal distribution", (*javarandom.XORShift).Gaussian),
		{Name: "uuid", Usage: "a random UUID", Example: "uuid()", Result: sqltype.String, Nulls: def.Never, NonDeterministic: true,
			Kernel: uuids},
		{Name: "monotonically_increasing_id", Usage: "a number unique to the row, ascending within a task", Example: "monotonically_increasing_id()",
			Result: sqltype.Long, Nulls: def.Never, NonDeterministic: true, Kernel: ids},
	}
}

var seedWant = def.Want{SQL: `("INT" or "BIGINT")`, Pick: func(t sqltype.Type, _ bool) (sqltype.Type, bool) {
	k := t.Kind()
	return sqltype.Long, k == sqltype.KindInt || k == sqltype.KindLong || k == sqltype.KindNull
}}

func random(name, usage string, draw func(*javarandom.XORShift) float64, alias ...string) def.Spec {
	return def.Spec{Name: name, Alias: alias, Usage: usage, Example: name + "(1)", Args: def.Args(seedWant), Optional: 1, Result: sqltype.Double,
		Nulls: def.Never, NullSafe: true, NonDeterministic: true,
		Check: func(_ *expr.Session, args []expr.Arg, _ []sqltype.Type) error {
			if len(args) == 1 && !args[0].Const {
				return expr.Mismatch("NON_FOLDABLE_INPUT", name, args, "the seed must be a constant.",
					"inputName", "`seed`", "inputType", `"BIGINT"`, "inputExpr", expr.Quoted(args[0].Node.String()))
			}
			return nil
		},
		Kernel: func() expr.Kernel { return drawing(draw) }}
}

// drawing seeds a generator when the first batch of an epoch arrives: by the
// operand and the task, or by the context.
func drawing(draw func(*javarandom.XORShift) float64) expr.Kernel {
	var g *javarandom.XORShift
	started, epoch := false, uint64(0)
	return func(c *expr.Context, args []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		if !started || epoch != c.Seed {
			seed := c.Seed
			if len(args) == 1 {
				seed = 0
				if !args[0].IsNull(0) {
					seed = uint64(columnar.At[int64](args[0], 0))
				}
			}
			g = javarandom.NewXORShift(int64(seed + uint64(c.Task)))
			started, epoch = true, c.Seed
		}
		dst := columnar.Slice[float64](out)
		for _, i := range def.RowsOf(sel, n) {
			dst[i] = draw(g)
		}
		return nil
	}
}

// uuids are of version 4, from the context's seed.
func uuids() expr.Kernel {
	var g *javarandom.XORShift
	started, epoch := false, uint64(0)
	return func(c *expr.Context, _ []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		if !started || epoch != c.Seed {
			g = javarandom.NewXORShift(int64(c.Seed ^ uint64(c.Task)<<32 ^ 0x75756964))
			started, epoch = true, c.Seed
		}
		for _, i := range def.RowsOf(sel, n) {
			hi := g.Bits(32)<<32 | g.Bits(32)
			lo := g.Bits(32)<<32 | g.Bits(32)
			hi = hi&^0xf000 | 0x4000
			lo = lo&^(3<<62) | 1<<63
			at := len(out.Bytes)
			out.Bytes = appendUUID(out.Bytes, hi, lo)
			out.Views[i] = columnar.View{Off: uint32(at), Len: 36}
		}
		return nil
	}
}

func appendUUID(dst []byte, hi, lo uint64) []byte {
	const hex = "0123456789abcdef"
	for k := range 32 {
		if k == 8 || k == 12 || k == 16 || k == 20 {
			dst = append(dst, '-')
		}
		w := hi
		if k >= 16 {
			w = lo
		}
		dst = append(dst, hex[w>>(60-4*uint(k%16))&15])
	}
	return dst
}

// ids count rows within a task and epoch, the task in the upper bits.
func ids() expr.Kernel {
	next, started, epoch := int64(0), false, uint64(0)
	return func(c *expr.Context, _ []*columnar.Vector, sel []uint16, n int, out *columnar.Vector) error {
		if !started || epoch != c.Seed {
			next, started, epoch = int64(c.Task)<<33, true, c.Seed
		}
		dst := columnar.Slice[int64](out)
		for _, i := range def.RowsOf(sel, n) {
			dst[i] = next
			next++
		}
		return nil
	}
}
