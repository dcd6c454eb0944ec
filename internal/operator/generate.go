package operator

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

// Generate joins each row with the rows a generator makes of it: explode and
// its family, LATERAL VIEW. With Outer a row of which it makes none is emitted
// beside nulls. The output is the Keep columns of the input, then those of the
// generator.
type Generate struct {
	Sig   expr.TableSignature
	Args  []expr.Node
	Outer bool
	Keep  []int           // ordinals of the input
	Out   *sqltype.Struct // fields of Keep, then of the generator

	args  columns
	make  expr.Generator
	c     *expr.Context
	made  *columnar.Batch // what the generator appends to
	from  []uint16
	batch *columnar.Batch
	own   []*columnar.Vector // the generator's columns of batch, unless those of made are lent
	rows  []uint16           // rows of the input, one a row of the output
	picks []uint32           // rows of made, or noRow
}

// Open implements task.Operator.
func (g *Generate) Open(c *task.Context) (err error) {
	g.c, g.make = &c.Params.Expr, g.Sig.Make()
	g.made, g.batch = columnar.NewBatch(g.Sig.Out), columnar.NewBatch(g.Out)
	g.own = append([]*columnar.Vector(nil), g.batch.Cols[len(g.Keep):]...)
	g.from = make([]uint16, 0, columnar.MaxRows)
	g.args, err = compile(g.Args, &c.Params.Expr)
	return err
}

// Push implements task.Operator.
func (g *Generate) Push(_ int, b *columnar.Batch, out task.Out) error {
	args, err := g.args.eval(b, b.Sel)
	if err != nil {
		return halves(b, err, func(half *columnar.Batch) error { return g.Push(0, half, out) })
	}
	sel := selected(b)
	skip := 0
	for len(sel) > 0 {
		g.made.Reset()
		consumed, next, from, err := g.make(g.c, args, sel, g.made.Cols, g.from[:0], skip)
		if err != nil {
			return err
		}
		g.from = from[:0]
		if err := g.emit(b, sel, from, consumed, skip > 0, out); err != nil {
			return err
		}
		sel, skip = sel[consumed:], next
	}
	return nil
}

// emit pairs the rows made with those they came from. from holds positions in
// sel; begun says that the first row made rows in an earlier call.
func (g *Generate) emit(b *columnar.Batch, sel, from []uint16, consumed int, begun bool, out task.Out) error {
	g.rows, g.picks = g.rows[:0], g.picks[:0]
	at := 0
	for k := 0; k < len(sel) && (k < consumed || at < len(from)); k++ {
		first := at
		for at < len(from) && int(from[at]) == k {
			g.rows, g.picks = append(g.rows, sel[k]), append(g.picks, uint32(at))
			at++
		}
		if g.Outer && at == first && k < consumed && !(k == 0 && begun) {
			g.rows, g.picks = append(g.rows, sel[k]), append(g.picks, noRow)
		}
	}
	return g.send(b, out)
}

func (g *Generate) send(b *columnar.Batch, out task.Out) error {
	for lo := 0; lo < len(g.rows); lo += columnar.MaxRows {
		hi := min(lo+columnar.MaxRows, len(g.rows))
		g.batch.Sel, g.batch.Hash = nil, nil
		for i, c := range g.Keep {
			g.batch.Cols[i].Resize(0)
			g.batch.Cols[i].AppendRows(b.Cols[c], g.rows[lo:hi], 0)
		}
		g.lend(lo, hi)
		g.batch.Len = hi - lo
		if err := out.Emit(g.batch); err != nil {
			return err
		}
	}
	return nil
}

// lend puts the picked rows of made into the batch: its columns themselves
// where all their rows are picked in order.
func (g *Generate) lend(lo, hi int) {
	picks, cols := g.picks[lo:hi], g.batch.Cols[len(g.Keep):]
	whole := true
	for k, r := range picks {
		whole = whole && r == uint32(k)
	}
	for i, c := range g.made.Cols {
		if whole && c.Len == len(picks) && !c.Const {
			cols[i] = c
			continue
		}
		cols[i] = g.own[i]
		cols[i].Resize(0)
		gatherOuter(cols[i], c, picks)
	}
}

// Close implements task.Operator.
func (g *Generate) Close() error { return nil }

// gatherOuter is gather in which noRow gives null and src may have any form.
func gatherOuter(dst, src *columnar.Vector, rows []uint32) {
	for _, r := range rows {
		if r == noRow {
			dst.AppendNull()
		} else {
			dst.AppendFrom(src, int(r))
		}
	}
}
