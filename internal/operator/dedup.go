package operator

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/task"
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
func (d *Dedup) Wants(w eventtime.Watermark) bool { return d.EventTime != nil && w > d.held }

// Close implements task.Operator.
func (d *Dedup) Close() error { return d.release() }
