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

// Mode is what an aggregation owes and when.
type Mode uint8

// The modes. Batch: every group when the input ends; nothing is kept. Append:
// a group when the watermark passes it. Update: the groups an epoch touched.
// Complete: every group each epoch; nothing is late and nothing ends.
const (
	Batch Mode = iota
	Append
	Update
	Complete
)

// Final merges the rows of a Partial into groups, kept in a table between
// epochs, and emits the keys followed by the results. Without keys there is
// one group, which exists without rows too. With no calls it is DISTINCT. In a
// batch, groups that do not fit in memory spill.
type Final struct {
	// Keys over the input, in the order of the Partial's; its state columns
	// follow in the input.
	Keys  []expr.Node
	Calls []AggregateCall
	Mode  Mode
	// EventTime over the input is when a group ends (of a window its end); nil
	// if no key carries the watermark. Append needs it.
	EventTime expr.Node
	Table     string // name of the table, unique in the stage
	// FewerHashed: the exchange before hashed fewer columns than Keys, so that
	// many keys share a hash.
	FewerHashed bool

	keeper
	groups
	agg     *aggregates
	out     *columnar.Batch
	touched rowSet
	spill   *store.Spill // batches only
}

// FinalOut is the schema a Final emits.
func FinalOut(keys []expr.Node, calls []AggregateCall) *sqltype.Struct {
	fields := fieldsOf(keys)
	for _, c := range calls {
		fields = append(fields, sqltype.Field{Name: c.Name, Type: c.Sig.Result, Nullable: c.Sig.Nullable})
	}
	return sqltype.NewStruct(fields...)
}

// Open implements task.Operator.
func (f *Final) Open(c *task.Context) (err error) {
	if f.agg, err = openAggregates(f.Calls, &c.Params.Expr, false); err != nil {
		return err
	}
	spec := store.Spec{Name: f.Table, Value: sqltype.NewStruct(f.agg.fields...), Partial: f.FewerHashed}
	if f.Mode != Batch {
		if f.Mode == Complete {
			f.EventTime = nil
		}
		if err := f.keeper.open(c, "stateStoreSave", f.EventTime); err != nil {
			return err
		}
		if f.EventTime != nil {
			spec.Expiry = store.InKey
		}
	}
	if f.groups, err = openGroups(f.Keys, spec, f.Mode != Batch, c); err != nil {
		return err
	}
	if f.Mode == Batch {
		f.spill = store.NewSpill(f.table, c.Spill)
	}
	f.out = columnar.NewBatch(FinalOut(f.Keys, f.Calls))
	return nil
}

// Push implements task.Operator.
func (f *Final) Push(_ int, b *columnar.Batch, out task.Out) error {
	sel, due, err := f.admit(b, out)
	if err != nil || sel != nil && len(sel) == 0 {
		return err
	}
	ids, err := f.upsert(b, sel, due)
	if err != nil {
		return err
	}
	f.touch(ids)
	return f.agg.merge(f.columns(), ids, b.Cols[len(f.Keys):], sel)
}

func (f *Final) touch(ids []store.RowID) {
	if f.Mode != Batch {
		f.table.Touch(f.touched.add(ids))
	}
}

// End implements task.Ender.
func (f *Final) End(_ int, out task.Out) error {
	if f.Mode != Batch {
		return nil
	}
	if err := f.ensure(); err != nil {
		return err
	}
	merge := func(ids []store.RowID, from []*columnar.Vector, sel []uint16) error {
		return f.agg.merge(f.columns(), ids, from, sel)
	}
	return f.spill.Merge(merge, func(ids []store.RowID) error { return f.emit(ids, out) })
}

// ensure makes the one group of an aggregation without keys.
func (f *Final) ensure() error {
	if len(f.Keys) > 0 {
		return nil
	}
	ids := f.ids[:1]
	f.fresh = f.fresh[:0]
	if err := f.upsertOnly(ids); err != nil {
		return err
	}
	f.touch(ids)
	return nil
}

// Advance implements task.Advancer.
func (f *Final) Advance(w eventtime.Watermark, out task.Out) error {
	if f.Mode == Batch {
		return nil
	}
	if err := f.ensure(); err != nil {
		return err
	}
	if f.Mode == Update {
		if err := f.emitTouched(out); err != nil {
			return err
		}
	}
	f.held = w
	if f.EventTime == nil {
		return nil
	}
	return f.table.Expire(w, func(ids []store.RowID) error {
		f.counts().Removed += int64(len(ids))
		if f.Mode == Append {
			return f.emit(ids, out)
		}
		return nil
	})
}

// Flush implements task.Flusher.
func (f *Final) Flush(out task.Out) error {
	var err error
	switch f.Mode {
	case Batch:
		return nil
	case Update:
		err = f.emitTouched(out)
	case Complete:
		err = f.table.All(func(ids []store.RowID) error { return f.emit(ids, out) })
	}
	f.settle()
	return err
}

func (f *Final) emitTouched(out task.Out) error {
	err := chunks(f.touched.ids, func(ids []store.RowID) error { return f.emit(ids, out) })
	f.settle()
	return err
}

// settle counts what was touched and forgets it.
func (f *Final) settle() {
	f.counts().Updated += int64(len(f.touched.ids))
	f.counts().Rows = int64(f.table.Rows())
	f.touched.clear()
}

func (f *Final) emit(ids []store.RowID, out task.Out) error {
	f.out.Reset()
	k := len(f.Keys)
	for i := range f.Keys {
		f.out.Cols[i].AppendIDs(f.table.Key(i), ids)
	}
	if err := f.agg.finish(f.columns(), ids, f.out.Cols[k:]); err != nil {
		return err
	}
	f.out.Len = len(ids)
	return out.Emit(f.out)
}

// Wants implements task.Wanter.
func (f *Final) Wants(w eventtime.Watermark) bool {
	return f.EventTime != nil && f.Mode != Batch && w > f.held
}

// Close implements task.Operator.
func (f *Final) Close() error {
	if f.spill == nil {
		return nil
	}
	return errors.Join(f.spill.Close(), f.release())
}
