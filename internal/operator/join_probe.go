package operator

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// prober finds the pairs of a join for the batches of the probing side.
type prober struct {
	join      *Join
	build     *builder
	keys      columns
	hash      []uint32
	hasher    columnar.Hasher
	ids       []store.RowID
	sel       []uint16
	condition expr.Evaluator
	// Pairs at hand: a row of the batch and a row of the pile each.
	probes  []uint16
	builts  []uint32
	pairs   *columnar.Batch // left columns, then right columns
	passed  []uint16        // pairs that meet the condition
	matched columnar.Bitmap // rows of the batch that have found a match
	rest    []uint16
	// Shells for output that lends the columns of the batch.
	out    *sqltype.Struct
	shell  columnar.Batch
	exists *columnar.Vector
	wide   *columnar.Batch // for unmatched rows of the built side
}

func (p *prober) open(j *Join, keys []expr.Node, c *task.Context) (err error) {
	p.join, p.build = j, &j.build
	p.out = JoinOut(j.Type, j.Left, j.Right)
	p.hash = make([]uint32, columnar.MaxRows)
	p.ids = make([]store.RowID, columnar.MaxRows)
	p.sel = make([]uint16, 0, columnar.MaxRows)
	p.matched = columnar.NewBitmap(columnar.MaxRows)
	p.probes, p.builts = make([]uint16, 0, columnar.MaxRows), make([]uint32, 0, columnar.MaxRows)
	both := append(append([]sqltype.Field(nil), j.Left.Fields...), j.Right.Fields...)
	p.pairs = columnar.NewBatch(sqltype.NewStruct(both...))
	if j.Type < LeftSemi {
		p.pairs.Schema = p.out
		p.wide = columnar.NewBatch(p.out)
	}
	p.exists = columnar.New(sqltype.Boolean)
	p.passed = make([]uint16, columnar.MaxRows)
	if p.keys, err = compile(keys, &c.Params.Expr); err != nil || j.Condition == nil {
		return err
	}
	p.condition, err = expr.Compile(j.Condition, &c.Params.Expr)
	return err
}

// push joins the rows of b with what is built.
func (p *prober) push(b *columnar.Batch, out task.Out) error {
	if p.join.NullAware {
		return p.notIn(b, out)
	}
	clear(p.matched)
	sel := selected(b)
	if !p.build.keyed {
		if err := p.loop(b, sel, out); err != nil {
			return err
		}
		return p.rows(b, sel, out)
	}
	ids, linked, err := p.find(b, sel)
	if err != nil {
		return err
	}
	if p.join.Type >= LeftSemi && p.condition == nil {
		p.hits(ids, linked)
		return p.rows(b, sel, out)
	}
	if err := p.walk(b, ids, linked, out); err != nil {
		return err
	}
	return p.rows(b, sel, out)
}

// find looks up the rows of sel that have keys: linked, and the id of each.
func (p *prober) find(b *columnar.Batch, sel []uint16) ([]store.RowID, []uint16, error) {
	cols, err := p.keys.eval(b, b.Sel)
	if err != nil {
		return nil, nil, err
	}
	p.sel = withoutNulls(cols, p.join.NullSafe, sel, p.sel[:0])
	p.hasher.Hash(p.hash[:b.Len], cols, p.sel)
	ids := p.ids[:len(p.sel)]
	k := store.Keys{Hash: p.hash[:b.Len], Cols: cols, Sel: p.sel, N: b.Len}
	return ids, p.sel, p.build.table.Find(k, ids)
}

// hits marks the rows that have some match.
func (p *prober) hits(ids []store.RowID, linked []uint16) {
	for k, id := range ids {
		if id != store.NoRow {
			p.matched.Set(int(linked[k]))
		}
	}
}

// walk makes the pairs of the rows linked along the chains of their keys.
func (p *prober) walk(b *columnar.Batch, ids []store.RowID, linked []uint16, out task.Out) error {
	for k, id := range ids {
		if id == store.NoRow {
			continue
		}
		for r := p.build.head[id]; r != noRow; r = p.build.next[r] {
			if len(p.probes) == columnar.MaxRows {
				if err := p.pair(b, out); err != nil {
					return err
				}
			}
			p.probes, p.builts = append(p.probes, linked[k]), append(p.builts, r)
		}
	}
	return p.pair(b, out)
}

// loop pairs every row with every built row.
func (p *prober) loop(b *columnar.Batch, sel []uint16, out task.Out) error {
	if p.join.Type >= LeftSemi && p.condition == nil {
		for _, r := range sel {
			p.matched.Put(int(r), p.build.rows.Len > 0)
		}
		return nil
	}
	for _, r := range sel {
		for k := range p.build.rows.Len {
			if len(p.probes) == columnar.MaxRows {
				if err := p.pair(b, out); err != nil {
					return err
				}
			}
			p.probes, p.builts = append(p.probes, r), append(p.builts, uint32(k))
		}
	}
	return p.pair(b, out)
}

// pair tests the pairs at hand, remembers who matched, and emits those that
// are output.
func (p *prober) pair(b *columnar.Batch, out task.Out) error {
	if len(p.probes) == 0 {
		return nil
	}
	p.columnsOfPairs(b)
	passed := columnar.All(len(p.probes))
	if p.condition != nil {
		v, err := p.condition.Eval(p.pairs, nil)
		if err != nil {
			return err
		}
		passed = isTrue(v, nil, len(p.probes), p.passed)
	}
	if p.join.AtMostOne && p.twice(passed) {
		return sparkerr.Data("SCALAR_SUBQUERY_TOO_MANY_ROWS", "a subquery used as a value gave more than one row; make it give one (an aggregate, LIMIT 1) or test with IN")
	}
	for _, k := range passed {
		p.matched.Set(int(p.probes[k]))
	}
	if p.join.keeps(p.join.BuildLeft) {
		p.build.mark(p.builts, passed)
	}
	p.probes, p.builts = p.probes[:0], p.builts[:0]
	if p.join.Type >= LeftSemi || len(passed) == 0 {
		return nil
	}
	return under(p.pairs, passed, out.Emit)
}

// twice reports whether the pairs passed match some row of the batch that has
// found a match already, or match one twice.
func (p *prober) twice(passed []uint16) bool {
	for n, k := range passed {
		if p.matched.Get(int(p.probes[k])) || n > 0 && p.probes[passed[n-1]] == p.probes[k] {
			return true
		}
	}
	return false
}

// columnsOfPairs copies the columns of the pairs at hand side by side.
func (p *prober) columnsOfPairs(b *columnar.Batch) {
	p.pairs.Reset()
	left := len(p.join.Left.Fields)
	probe, built := p.pairs.Cols[:left], p.pairs.Cols[left:]
	if p.join.BuildLeft {
		probe, built = built, probe
	}
	for i, v := range probe {
		v.AppendRows(b.Cols[i], p.probes, 0)
	}
	for i, v := range built {
		v.AppendIDs(p.build.rows.Cols[i], p.builts)
	}
	p.pairs.Len = len(p.probes)
}

// rows emits what a join owes for the rows of b by themselves: unmatched rows
// of an outer join, rows of a semi, anti or existence join.
func (p *prober) rows(b *columnar.Batch, sel []uint16, out task.Out) error {
	switch p.join.Type {
	case LeftSemi:
		return under(b, p.those(sel, true), out.Emit)
	case LeftAnti:
		return under(b, p.those(sel, false), out.Emit)
	case Existence:
		return p.mark(b, sel, out)
	}
	if !p.join.keeps(!p.join.BuildLeft) {
		return nil
	}
	rest := p.those(sel, false)
	if len(rest) == 0 {
		return nil
	}
	p.lend(b, rest)
	return out.Emit(&p.shell)
}

// those are the rows of sel that have (not) found a match.
func (p *prober) those(sel []uint16, matched bool) []uint16 {
	p.rest = p.rest[:0]
	for _, r := range sel {
		if p.matched.Get(int(r)) == matched {
			p.rest = append(p.rest, r)
		}
	}
	return p.rest
}

// mark adds the column of an existence join.
func (p *prober) mark(b *columnar.Batch, sel []uint16, out task.Out) error {
	p.exists.Resize(b.Len)
	data := columnar.Slice[uint8](p.exists)
	for i := range data {
		data[i] = uint8(p.matched.Bit(i))
	}
	p.shell = columnar.Batch{Schema: p.out, Cols: append(append(p.shell.Cols[:0], b.Cols...), p.exists), Len: b.Len, Sel: sel}
	return out.Emit(&p.shell)
}

// lend makes the shell the rows sel of b beside nulls for the built side.
func (p *prober) lend(b *columnar.Batch, sel []uint16) {
	cols := p.shell.Cols[:0]
	if p.join.BuildLeft {
		cols = appendNulls(cols, p.join.Left, b.Len)
		cols = append(cols, b.Cols...)
	} else {
		cols = append(cols, b.Cols...)
		cols = appendNulls(cols, p.join.Right, b.Len)
	}
	p.shell = columnar.Batch{Schema: p.out, Cols: cols, Len: b.Len, Sel: sel}
}

func appendNulls(cols []*columnar.Vector, s *sqltype.Struct, n int) []*columnar.Vector {
	for _, f := range s.Fields {
		cols = append(cols, nulls(f.Type, n))
	}
	return cols
}

// notIn is the null-aware anti join.
func (p *prober) notIn(b *columnar.Batch, out task.Out) error {
	switch {
	case !p.build.seen:
		return out.Emit(b)
	case p.build.nullKey:
		return nil
	}
	clear(p.matched)
	ids, linked, err := p.find(b, selected(b))
	if err != nil {
		return err
	}
	p.hits(ids, linked)
	return under(b, p.those(linked, false), out.Emit)
}

// unmatchedBuilt emits the built rows that found no match beside nulls.
func (p *prober) unmatchedBuilt(out task.Out) error {
	p.build.mark(nil, nil)
	var rows []uint32
	for r := range p.build.rows.Len {
		if !p.build.matched.Get(r) {
			rows = append(rows, uint32(r))
		}
	}
	return chunks(rows, func(rows []uint32) error {
		p.wide.Reset()
		left := len(p.join.Left.Fields)
		built, other := p.wide.Cols[left:], p.wide.Cols[:left]
		if p.join.BuildLeft {
			built, other = other, built
		}
		for i, v := range built {
			v.AppendIDs(p.build.rows.Cols[i], rows)
		}
		for _, v := range other {
			for range rows {
				v.AppendNull()
			}
		}
		p.wide.Len = len(rows)
		return out.Emit(p.wide)
	})
}
