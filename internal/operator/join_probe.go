package operator

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// prober finds the pairs of a join for the batches of the probing side. It
// copies no column: the built side comes out as dictionaries over what is
// built, the probing side as the batch itself if no key has several rows, else
// as picks from it.
type prober struct {
	join      *Join
	build     *builder
	keys      columns
	hash      []uint32
	hasher    columnar.Hasher
	ids       []store.RowID
	sel       []uint16
	condition expr.Evaluator
	// Pairs at hand: a row of the batch and a row of the pile each. Without
	// probes, pair k is row k of the batch and built[k].
	probes  []uint16
	builts  []int32
	lo, n   []uint32        // by linked row: its list in the built rows' order
	loans   []columnar.Loan // by column
	pairs   columnar.Batch  // left columns, then right columns
	passed  []uint16        // pairs that meet the condition
	matched columnar.Bitmap // rows of the batch that have found a match
	rest    []uint16
	// Shells for output that lends the columns of the batch.
	out    *sqltype.Struct
	shell  columnar.Batch
	exists *columnar.Vector
}

func (p *prober) open(j *Join, keys []expr.Node, c *task.Context) (err error) {
	p.join, p.build = j, &j.build
	p.out = JoinOut(j.Type, j.Left, j.Right)
	p.hash = make([]uint32, columnar.MaxRows)
	p.ids = make([]store.RowID, columnar.MaxRows)
	p.sel = make([]uint16, 0, columnar.MaxRows)
	p.matched = columnar.NewBitmap(columnar.MaxRows)
	p.lo, p.n = make([]uint32, columnar.MaxRows), make([]uint32, columnar.MaxRows)
	p.probes, p.builts = make([]uint16, 0, columnar.MaxRows), make([]int32, 0, columnar.MaxRows)
	both := append(append([]sqltype.Field(nil), j.Left.Fields...), j.Right.Fields...)
	p.pairs = columnar.Batch{Schema: p.out, Cols: make([]*columnar.Vector, len(both))}
	if j.Type >= LeftSemi {
		p.pairs.Schema = sqltype.NewStruct(both...)
	}
	p.loans = make([]columnar.Loan, len(both))
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
	p.build.seal()
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
	if p.join.Type >= LeftSemi && p.condition == nil && !p.join.turned() {
		p.hits(ids, linked)
		return p.rows(b, sel, out)
	}
	follow := p.walk
	if !p.build.many {
		follow = p.single
	}
	if err := follow(b, ids, linked, out); err != nil {
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

// single makes the pairs of the rows linked where no key has several rows: each
// row of the batch has at most one pair, and the pairs are the batch itself
// under a selection.
func (p *prober) single(b *columnar.Batch, ids []store.RowID, linked []uint16, out task.Out) error {
	if len(p.build.order) == 0 {
		return nil
	}
	order, builts, hits := p.build.order, p.builts[:b.Len], p.passed[:len(linked)]
	clear(builts)
	k := 0
	for i, r := range linked {
		id := ids[i]
		hit := (id ^ store.NoRow | -(id ^ store.NoRow)) >> 31 // 1 but for NoRow
		builts[r] = int32(order[id&-hit])
		hits[k] = r
		k += int(hit)
	}
	return p.pair(b, nil, builts, hits[:k], out)
}

// walk makes the pairs of the rows linked with all rows of their keys.
func (p *prober) walk(b *columnar.Batch, ids []store.RowID, linked []uint16, out task.Out) error {
	start, order := p.build.start, p.build.order
	lo, n := p.lo[:len(ids)], p.n[:len(ids)]
	for k, id := range ids { // misses of many rows at a time
		hit := (id ^ store.NoRow | -(id ^ store.NoRow)) >> 31
		id &= -hit
		lo[k] = start[id]
		n[k] = (start[id+1] - start[id]) & -hit
	}
	for len(lo) > 0 {
		done := p.fill(lo, n, linked)
		lo, n, linked = lo[done:], n[done:], linked[done:]
		if err := p.flush(b, out); err != nil {
			return err
		}
		if len(lo) > 0 && n[0] > columnar.MaxRows {
			if err := p.long(b, linked[0], order[lo[0]:lo[0]+n[0]], out); err != nil {
				return err
			}
			n[0] = 0
		}
	}
	return nil
}

// fill makes the pairs of as many of the rows linked as have room, each with
// n of the built rows' order from lo, and returns how many.
func (p *prober) fill(lo, n []uint32, linked []uint16) int {
	probes, builts := p.probes[:columnar.MaxRows], p.builts[:columnar.MaxRows]
	at := 0
	for k, r := range linked {
		rows := p.build.order[lo[k] : lo[k]+n[k]]
		if at+len(rows) > columnar.MaxRows {
			linked = linked[:k]
			break
		}
		for i, row := range rows {
			probes[at+i], builts[at+i] = r, int32(row)
		}
		at += len(rows)
	}
	p.probes, p.builts = probes[:at], builts[:at]
	return len(linked)
}

// long makes the pairs of one row with more rows than a batch has.
func (p *prober) long(b *columnar.Batch, probe uint16, rows []uint32, out task.Out) error {
	for _, r := range rows {
		if err := p.add(b, probe, r, out); err != nil {
			return err
		}
	}
	return p.flush(b, out)
}

// add puts a pair to those at hand, if these are many after having sent them.
func (p *prober) add(b *columnar.Batch, probe uint16, built uint32, out task.Out) error {
	if len(p.probes) == columnar.MaxRows {
		if err := p.flush(b, out); err != nil {
			return err
		}
	}
	p.probes, p.builts = append(p.probes, probe), append(p.builts, int32(built))
	return nil
}

// flush sends the pairs at hand.
func (p *prober) flush(b *columnar.Batch, out task.Out) error {
	probes, builts := p.probes, p.builts
	p.probes, p.builts = p.probes[:0], p.builts[:0]
	return p.pair(b, probes, builts, columnar.All(len(probes)), out)
}

// loop pairs every row with every built row.
func (p *prober) loop(b *columnar.Batch, sel []uint16, out task.Out) error {
	if p.join.Type >= LeftSemi && p.condition == nil && !p.join.turned() {
		for _, r := range sel {
			p.matched.Put(int(r), p.build.rows.Len > 0)
		}
		return nil
	}
	if p.build.rows.Len == 1 {
		builts := p.builts[:b.Len]
		clear(builts)
		return p.pair(b, nil, builts, sel, out)
	}
	for _, r := range sel {
		for k := range p.build.rows.Len {
			if err := p.add(b, r, uint32(k), out); err != nil {
				return err
			}
		}
	}
	return p.flush(b, out)
}

// pair tests the pairs sel, remembers who matched, and emits those that are
// output. Pair k is row probes[k] of b (nil: row k) and row builts[k] of the
// pile.
func (p *prober) pair(b *columnar.Batch, probes []uint16, builts []int32, sel []uint16, out task.Out) error {
	if len(sel) == 0 {
		return nil
	}
	p.columnsOfPairs(b, probes, builts)
	if p.condition != nil {
		p.pairs.Sel = sel
		v, err := p.condition.Eval(&p.pairs, sel)
		if err != nil {
			return err
		}
		sel = isTrue(v, sel, p.pairs.Len, p.passed)
	}
	if p.join.AtMostOne && probes != nil && p.twice(probes, sel) {
		return sparkerr.Data("SCALAR_SUBQUERY_TOO_MANY_ROWS", "a subquery used as a value gave more than one row; make it give one (an aggregate, LIMIT 1) or test with IN")
	}
	p.remember(probes, builts, sel)
	if p.join.Type >= LeftSemi || len(sel) == 0 {
		return nil
	}
	if p.pairs.Sel = sel; len(sel) == p.pairs.Len {
		p.pairs.Sel = nil
	}
	return out.Emit(&p.pairs)
}

// remember marks the rows of the pairs sel as matched where that is asked for.
func (p *prober) remember(probes []uint16, builts []int32, sel []uint16) {
	if p.join.Type != Inner {
		for _, k := range sel {
			r := k
			if probes != nil {
				r = probes[k]
			}
			p.matched.Set(int(r))
		}
	}
	if p.join.keeps(p.join.BuildLeft) {
		p.build.mark(builts, sel)
	}
}

// twice reports whether the pairs passed match some row of the batch that has
// found a match already, or match one twice.
func (p *prober) twice(probes, passed []uint16) bool {
	for n, k := range passed {
		if p.matched.Get(int(probes[k])) || n > 0 && probes[passed[n-1]] == probes[k] {
			return true
		}
	}
	return false
}

// columnsOfPairs lays the columns of the pairs side by side.
func (p *prober) columnsOfPairs(b *columnar.Batch, probes []uint16, builts []int32) {
	probe, built := p.sides(p.join.BuildLeft)
	for i := range probe.cols {
		if probe.cols[i] = b.Cols[i]; probes != nil {
			probe.cols[i] = probe.loans[i].Rows(b.Cols[i], probes)
		}
	}
	for i, dict := range p.build.lend() {
		built.cols[i] = built.loans[i].Coded(dict, builts)
	}
	p.pairs.Len, p.pairs.Sel = len(builts), nil
}

// half is the columns of a side in the output.
type half struct {
	fields []sqltype.Field
	cols   []*columnar.Vector
	loans  []columnar.Loan
}

// sides are the columns of the probing and of the built side.
func (p *prober) sides(buildLeft bool) (probe, built half) {
	left := len(p.join.Left.Fields)
	probe = half{p.pairs.Schema.Fields[:left], p.pairs.Cols[:left], p.loans[:left]}
	built = half{p.pairs.Schema.Fields[left:], p.pairs.Cols[left:], p.loans[left:]}
	if buildLeft {
		probe, built = built, probe
	}
	return probe, built
}

// rows emits what a join owes for the rows of b by themselves: unmatched rows
// of an outer join, rows of a semi, anti or existence join.
func (p *prober) rows(b *columnar.Batch, sel []uint16, out task.Out) error {
	if p.join.turned() {
		return nil // the end emits them
	}
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

// unmatchedBuilt emits the built rows that found no match beside nulls; of a
// turned join by themselves, of a semi join those that found one.
func (p *prober) unmatchedBuilt(out task.Out) error {
	p.build.mark(nil, nil)
	var rows []uint32
	wanted := p.join.Type == LeftSemi
	for r := range p.build.rows.Len {
		if p.build.matched.Get(r) == wanted {
			rows = append(rows, uint32(r))
		}
	}
	other, built := p.sides(p.join.BuildLeft)
	return chunks(rows, func(rows []uint32) error {
		builts := p.builts[:len(rows)]
		for k, r := range rows {
			builts[k] = int32(r)
		}
		for i, dict := range p.build.lend() {
			built.cols[i] = built.loans[i].Coded(dict, builts)
		}
		for i, f := range other.fields {
			other.cols[i] = nulls(f.Type, len(rows))
		}
		p.pairs.Len, p.pairs.Sel = len(rows), nil
		if p.join.turned() {
			p.shell = columnar.Batch{Schema: p.out, Cols: append(p.shell.Cols[:0], built.cols...), Len: len(rows)}
			return out.Emit(&p.shell)
		}
		return out.Emit(&p.pairs)
	})
}
