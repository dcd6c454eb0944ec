package operator

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/task"
)

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
