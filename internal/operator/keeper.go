package operator

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/task"
)

// keeper is what stateful operators share: the watermark held, the filter of
// late rows, the counters of Spark's progress report.
type keeper struct {
	held  eventtime.Watermark
	stats *task.Stats
	slot  int
	time  expr.Evaluator // event time, nil for none
	due   []eventtime.Time
	keep  []uint16
	drop  []uint16
}

func (k *keeper) open(c *task.Context, name string, time expr.Node) error {
	k.stats, k.slot = c.Stats, c.Stats.Operator(name)
	if time == nil {
		return nil
	}
	return k.clock(c, time)
}

// clock makes rows late by their event time.
func (k *keeper) clock(c *task.Context, time expr.Node) (err error) {
	k.due = make([]eventtime.Time, columnar.MaxRows)
	k.keep, k.drop = make([]uint16, 0, columnar.MaxRows), make([]uint16, 0, columnar.MaxRows)
	k.time, err = expr.Compile(time, &c.Params.Expr)
	return err
}

// Hold implements task.Holder.
func (k *keeper) Hold(w eventtime.Watermark) { k.held = w }

func (k *keeper) counts() *task.OperatorStats { return &k.stats.Operators[k.slot] }

// admit returns the rows of b that are not late and when each ends: at its
// event time, never if that is null. A selection of no rows is empty, not nil. Late rows are counted and handed to
// out.Late. Without an event time every row is admitted.
func (k *keeper) admit(b *columnar.Batch, out task.Out) (sel []uint16, due []eventtime.Time, err error) {
	if k.time == nil {
		return b.Sel, nil, nil
	}
	v, err := k.time.Eval(b, b.Sel)
	if err != nil {
		return nil, nil, err
	}
	k.keep, k.drop = late(v, selected(b), k.held, k.keep[:0], k.drop[:0])
	if len(k.drop) > 0 {
		k.counts().Dropped += int64(len(k.drop))
		if err := under(b, k.drop, out.Late); err != nil {
			return nil, nil, err
		}
	}
	due = k.due[:b.Len]
	for _, r := range k.keep {
		due[r] = eventtime.Max
		if !v.IsNull(int(r)) {
			due[r] = timeAt(v, int(r))
		}
	}
	return k.keep, due, nil
}
