package operator

import (
	"errors"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

const (
	// mostPartial is how many groups a Partial holds before it hands them on.
	mostPartial = 1 << 17
	// trial is after how many rows a Partial decides whether grouping pays.
	trial = 1 << 15
)

// Partial groups rows before an exchange. It emits the keys followed by the
// state columns of each call, when it holds many groups, when its input ends
// and when it advances: before the Final behind it advances, even in the same
// chain. It filters nothing as late, because Spark counts late rows after it.
// With no keys it emits one row for any number of rows, none for none.
//
// If most rows of an epoch turn out to be groups of their own it looks none
// up any more and emits each row as a group.
type Partial struct {
	Keys  []expr.Node
	Calls []AggregateCall

	groups
	agg    *aggregates
	out    *columnar.Batch
	rows   int // of this epoch, up to trial
	bypass bool
	shell  columnar.Batch
	single []*columnar.Vector // state of single rows
	spill  *store.Spill
}

// PartialOut is the schema a Partial emits.
func PartialOut(keys []expr.Node, calls []AggregateCall, c *expr.Context) (*sqltype.Struct, error) {
	a, err := openAggregates(calls, c, false)
	if err != nil {
		return nil, err
	}
	return sqltype.NewStruct(append(fieldsOf(keys), a.fields...)...), nil
}

// Open implements task.Operator.
func (p *Partial) Open(c *task.Context) (err error) {
	if p.agg, err = openAggregates(p.Calls, &c.Params.Expr, true); err != nil {
		return err
	}
	spec := store.Spec{Name: "partial", Private: true, Value: sqltype.NewStruct(p.agg.fields...)}
	if p.groups, err = openGroups(p.Keys, spec, false, c); err != nil {
		return err
	}
	p.spill = store.NewSpill(p.table, c.Spill)
	p.out = columnar.NewBatch(sqltype.NewStruct(append(fieldsOf(p.Keys), p.agg.fields...)...))
	for _, f := range p.agg.fields {
		p.single = append(p.single, columnar.New(f.Type))
	}
	return nil
}

// Push implements task.Operator.
func (p *Partial) Push(_ int, b *columnar.Batch, out task.Out) error {
	if p.bypass {
		return p.each(b, out)
	}
	ids, err := p.upsert(b, b.Sel, nil)
	if err != nil {
		return err
	}
	if err := p.agg.update(p.columns(), ids, b, b.Sel); err != nil {
		return err
	}
	if p.rows < trial {
		p.rows += len(ids)
		p.bypass = p.rows >= trial && p.table.Rows() > p.rows*3/4
	}
	if p.table.Rows() >= mostPartial {
		return p.hand(out)
	}
	return nil
}

// each emits every row of b as a group.
func (p *Partial) each(b *columnar.Batch, out task.Out) error {
	keys, err := p.keys.eval(b, b.Sel)
	if err != nil {
		return err
	}
	for _, v := range p.single {
		zero(v, b.Len)
	}
	ids := p.ids[:0]
	for _, r := range selected(b) {
		ids = append(ids, store.RowID(r))
	}
	if err := p.agg.update(p.single, ids, b, b.Sel); err != nil {
		return err
	}
	p.shell = columnar.Batch{
		Schema: p.out.Schema, Len: b.Len, Sel: b.Sel,
		Cols: append(append(p.shell.Cols[:0], keys...), p.single...),
	}
	return out.Emit(&p.shell)
}

// zero makes v n rows of zero, none null.
func zero(v *columnar.Vector, n int) {
	v.Resize(0)
	if sqltype.Width(v.Type) == 0 {
		for range n {
			v.AppendZero()
		}
		return
	}
	v.Resize(n)
	clear(v.Data)
}

// End implements task.Ender.
func (p *Partial) End(_ int, out task.Out) error { return p.Flush(out) }

// Advance implements task.Advancer.
func (p *Partial) Advance(_ eventtime.Watermark, out task.Out) error { return p.Flush(out) }

// Flush implements task.Flusher.
func (p *Partial) Flush(out task.Out) error {
	p.rows, p.bypass = 0, false
	return p.hand(out)
}

// hand emits the groups held and forgets them.
func (p *Partial) hand(out task.Out) error {
	if p.table.Rows() == 0 && !p.spill.Spilled() {
		return nil
	}
	merge := func(ids []store.RowID, from []*columnar.Vector, sel []uint16) error {
		return p.agg.merge(p.columns(), ids, from, sel)
	}
	return p.spill.Merge(merge, func(ids []store.RowID) error { return p.emit(ids, out) })
}

func (p *Partial) emit(ids []store.RowID, out task.Out) error {
	p.out.Reset()
	k := len(p.Keys)
	for i := range p.Keys {
		p.out.Cols[i].AppendIDs(p.table.Key(i), ids)
	}
	for i, v := range p.columns() {
		p.out.Cols[k+i].AppendIDs(v, ids)
	}
	p.out.Len = len(ids)
	return out.Emit(p.out)
}

// Close implements task.Operator.
func (p *Partial) Close() error {
	if p.spill == nil {
		return nil
	}
	return errors.Join(p.spill.Close(), p.release())
}
