package operator

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

// Dedup passes the first row of each key (dropDuplicates). Nulls are equal.
type Dedup struct {
	Keys []expr.Node
	// EventTime over the input drops late rows; nil without a watermark.
	EventTime expr.Node
	// Expires: the event time is one of the keys, so keys end with it; else
	// they are kept for ever.
	Expires bool
	// Table is the name of the table, unique in the stage; "" in batches,
	// which keep nothing beyond their end.
	Table string
	// FewerHashed: the exchange before hashed fewer columns than Keys.
	FewerHashed bool

	deduper
}

// Open implements task.Operator.
func (d *Dedup) Open(c *task.Context) error {
	spec := store.Spec{Name: d.Table, Partial: d.FewerHashed}
	if d.Expires {
		spec.Expiry = store.InKey
	}
	return d.open(c, "dedupe", spec, d.Keys, d.EventTime)
}

// Push implements task.Operator.
func (d *Dedup) Push(_ int, b *columnar.Batch, out task.Out) error {
	sel, due, err := d.admit(b, out)
	if err != nil || sel != nil && len(sel) == 0 {
		return err
	}
	if !d.Expires {
		due = nil
	}
	first, err := d.first(b, sel, due)
	if err != nil {
		return err
	}
	return under(b, first, out.Emit)
}

// Advance implements task.Advancer.
func (d *Dedup) Advance(w eventtime.Watermark, _ task.Out) error { return d.advance(w, d.Expires) }

// End implements task.Ender.
func (d *Dedup) End(int, task.Out) error { return d.end() }

// Flush implements task.Flusher.
func (d *Dedup) Flush(task.Out) error { return d.flush() }

// Wants implements task.Wanter.
func (d *Dedup) Wants(w eventtime.Watermark) bool { return d.Expires && w > d.held }

// Close implements task.Operator.
func (d *Dedup) Close() error { return d.release() }

// DedupWithin passes a row unless its key was seen within the watermark's
// delay: a key ends when the watermark reaches its first row's time + Delay;
// duplicates do not prolong it (dropDuplicatesWithinWatermark).
type DedupWithin struct {
	Keys      []expr.Node
	EventTime expr.Node
	Delay     eventtime.Duration
	Table     string

	deduper
}

// Open implements task.Operator.
func (d *DedupWithin) Open(c *task.Context) error {
	return d.open(c, "dedupeWithinWatermark", store.Spec{Name: d.Table, Expiry: store.OfRow}, d.Keys, d.EventTime)
}

// Push implements task.Operator.
func (d *DedupWithin) Push(_ int, b *columnar.Batch, out task.Out) error {
	sel, due, err := d.admit(b, out)
	if err != nil || len(sel) == 0 {
		return err
	}
	for _, r := range sel {
		if due[r] < eventtime.Max-eventtime.Time(d.Delay) {
			due[r] += eventtime.Time(d.Delay)
		}
	}
	first, err := d.first(b, sel, due)
	if err != nil {
		return err
	}
	return under(b, first, out.Emit)
}

// Advance implements task.Advancer.
func (d *DedupWithin) Advance(w eventtime.Watermark, _ task.Out) error { return d.advance(w, true) }

// Flush implements task.Flusher.
func (d *DedupWithin) Flush(task.Out) error { return d.flush() }

// Wants implements task.Wanter.
func (d *DedupWithin) Wants(w eventtime.Watermark) bool { return w > d.held }

// Close implements task.Operator.
func (d *DedupWithin) Close() error { return d.release() }

// deduper keeps the keys seen.
type deduper struct {
	keeper
	groups
	new    columnar.Bitmap // by id: made in this call and not yet met
	firsts []uint16
}

func (d *deduper) open(c *task.Context, name string, spec store.Spec, keys []expr.Node, time expr.Node) error {
	if err := d.keeper.open(c, name, time); err != nil {
		return err
	}
	kept := spec.Name != ""
	if !kept {
		spec.Name = "dedup"
	}
	spec.Value = &sqltype.Struct{}
	var err error
	d.groups, err = openGroups(keys, spec, kept, c)
	return err
}

// first returns the rows of sel (nil: all) that are the first of their key and
// keeps their keys until due.
func (d *deduper) first(b *columnar.Batch, sel []uint16, due []eventtime.Time) ([]uint16, error) {
	ids, err := d.upsert(b, sel, due)
	if err != nil {
		return nil, err
	}
	d.table.Touch(d.fresh)
	for _, id := range d.fresh {
		for int(id>>6) >= len(d.new) {
			d.new = append(d.new, make([]uint64, len(d.new)+1)...)
		}
		d.new.Set(int(id))
	}
	if sel == nil {
		sel = columnar.All(b.Len)
	}
	d.firsts = d.firsts[:0]
	for k, id := range ids {
		if int(id>>6) < len(d.new) && d.new.Get(int(id)) {
			d.new.Clear(int(id))
			d.firsts = append(d.firsts, sel[k])
		}
	}
	d.count(len(ids))
	return d.firsts, nil
}

func (d *deduper) count(rows int) {
	s := d.counts()
	s.Updated += int64(len(d.firsts))
	if s.Custom == nil {
		s.Custom = map[string]int64{}
	}
	s.Custom["numDroppedDuplicateRows"] += int64(rows - len(d.firsts))
}

func (d *deduper) advance(w eventtime.Watermark, expires bool) error {
	d.held = w
	if !expires {
		return nil
	}
	return d.table.Expire(w, func(ids []store.RowID) error {
		d.counts().Removed += int64(len(ids))
		return nil
	})
}

func (d *deduper) end() error {
	d.table.Clear()
	return nil
}

func (d *deduper) flush() error {
	d.counts().Rows = int64(d.table.Rows())
	return nil
}
