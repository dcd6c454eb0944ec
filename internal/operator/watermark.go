package operator

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/task"
)

// Watermark observes the event time of every row that passes: the node
// withWatermark puts in the plan. A null time reads as 0, as in Spark.
type Watermark struct {
	Time expr.Node // timestamp; of a window its end
	Node int       // ordinal of the watermark node in the plan

	eval  expr.Evaluator
	stats *task.Stats
}

// Open implements task.Operator.
func (w *Watermark) Open(c *task.Context) (err error) {
	w.stats = c.Stats
	c.Stats.Node(w.Node)
	w.eval, err = expr.Compile(w.Time, &c.Params.Expr)
	return err
}

// Push implements task.Operator.
func (w *Watermark) Push(_ int, b *columnar.Batch, out task.Out) error {
	v, err := w.eval.Eval(b, b.Sel)
	if err != nil {
		return err
	}
	seen := observe(v, selected(b))
	node := w.stats.Node(w.Node)
	*node = node.Plus(seen)
	return out.Emit(b)
}

// Close implements task.Operator.
func (w *Watermark) Close() error { return nil }

func observe(v *columnar.Vector, sel []uint16) task.EventTimes {
	if len(sel) == 0 {
		return task.EventTimes{}
	}
	e := task.EventTimes{Count: int64(len(sel)), Min: 1<<63 - 1, Max: -1 << 63}
	for _, r := range sel {
		ms := int64(0)
		if !v.IsNull(int(r)) {
			ms = timeAt(v, int(r)).Millis()
		}
		e.Min, e.Max = min(e.Min, ms), max(e.Max, ms)
		e.Sum += float64(ms)
	}
	return e
}

// timeAt returns row i, which is not null, of a timestamp vector.
func timeAt(v *columnar.Vector, i int) eventtime.Time {
	if v.Dict != nil {
		return columnar.At[eventtime.Time](v.Dict, int(v.Codes[v.Row(i)]))
	}
	return columnar.At[eventtime.Time](v, i)
}

// late splits the rows sel of a batch by the watermark: those to keep in keep,
// those whose time is at or before w in late. A null time is never late.
func late(v *columnar.Vector, sel []uint16, w eventtime.Watermark, keep, late []uint16) (kept, dropped []uint16) {
	limit := w.Time()
	for _, r := range sel {
		if !v.IsNull(int(r)) && timeAt(v, int(r)) <= limit {
			late = append(late, r)
		} else {
			keep = append(keep, r)
		}
	}
	return keep, late
}
