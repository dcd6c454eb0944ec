package exec

import (
	"context"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/task"
)

// smallStage is up to how many rows for its largest task a stage runs on the
// caller's goroutine: less than what starting others costs.
const smallStage = 2048

// bigState is from how many rows of state a moving watermark is worth
// goroutines.
const bigState = 1 << 14

// Range is what an epoch reads of the streaming scan of that ordinal.
type Range struct{ From, To connector.Offset }

// Epoch is one epoch to run.
type Epoch struct {
	Params task.Params // copied to every task; Evict is the watermark to advance to,
	// lowered for stages behind a join of streams
	Ranges []Range // by scan ordinal
	Last   bool    // batch: End follows the rows and nothing comes after
	// OneWatermark: rows are judged late by Evict, too, instead of by the
	// watermark of the epoch before.
	OneWatermark bool
}

// Result is what an epoch did.
type Result struct {
	RowsIn     []int64 // by scan ordinal
	RowsOut    int64
	Late       int64
	EventTimes []task.EventTimes    // by watermark node, merged over tasks
	Operators  []task.OperatorStats // merged over tasks; from the result towards the sources
	Tasks      int                  // tasks of the last stage
}

// RunEpoch runs every stage of the graph: push, advance, flush. After an error
// the chains are undefined until Restore. It returns when no task runs any
// more.
func (b *Bound) RunEpoch(ctx context.Context, e Epoch) (Result, error) {
	b.begin(e)
	if e.OneWatermark {
		b.hold(e.Params.Evict)
	}
	marks := make([]eventtime.Watermark, len(b.stages))
	for i, s := range b.stages {
		in := b.mark(s, marks, e.Params.Evict)
		for _, t := range s.tasks {
			t.params.Evict = in
		}
		if err := b.runStage(ctx, s, e, in); err != nil {
			return Result{}, err
		}
		marks[i] = s.tasks[0].chain.Out(in)
	}
	return b.result(), nil
}

// begin hands the parameters to the tasks and forgets the last epoch.
func (b *Bound) begin(e Epoch) {
	for _, s := range b.stages {
		for k, t := range s.tasks {
			t.params = e.Params
			t.params.Expr.Task = k
			t.params.Last = e.Last
			t.forget()
		}
		if s.exchange != nil {
			s.exchange.reset()
		}
	}
}

func (b *Bound) runStage(ctx context.Context, s *stage, e Epoch, w eventtime.Watermark) error {
	for _, q := range s.scans {
		if q == nil {
			continue
		}
		if err := q.plan(ctx, e.Ranges); err != nil {
			return err
		}
	}
	run := func(ctx context.Context, k int) error { return b.runTask(ctx, s, s.tasks[k], e.Last, w) }
	if err := b.runner.each(ctx, len(s.tasks), b.small(s, w), run); err != nil {
		return err
	}
	if s.exchange != nil {
		return s.exchange.finish()
	}
	return nil
}

// small reports whether a stage is cheaper without goroutines.
func (b *Bound) small(s *stage, w eventtime.Watermark) bool {
	for i, in := range s.Inputs {
		if in.Scan != nil && !s.scans[i].small() {
			return false
		}
		if in.Scan == nil && b.stages[in.From].exchange.rows() > smallStage {
			return false
		}
	}
	t := s.tasks[0]
	moves := w != t.advanced
	return !moves || !t.chain.Stateful() || t.chain.Store().Metrics().Rows < bigState
}

// runTask drives the chain of a task through the epoch.
func (b *Bound) runTask(ctx context.Context, s *stage, t *boundTask, last bool, w eventtime.Watermark) error {
	begun := b.runner.now()
	if err := b.push(ctx, s, t, last); err != nil {
		return err
	}
	pushed := b.runner.now()
	if err := t.chain.Advance(w); err != nil {
		return err
	}
	t.advanced = w
	advanced := b.runner.now()
	err := t.chain.Flush()
	t.measure(pushed.Sub(begun), advanced.Sub(pushed))
	return err
}

// push hands the chain all inputs, one after another.
func (b *Bound) push(ctx context.Context, s *stage, t *boundTask, last bool) error {
	for i, in := range s.Inputs {
		push := func(batch *columnar.Batch) error { return t.chain.Push(i, batch) }
		var err error
		if in.Scan != nil {
			err = t.scans[i].drain(ctx, push)
		} else {
			err = b.stages[in.From].exchange.read(ctx, t.index, push)
		}
		if err != nil && err != task.ErrEnough {
			return err
		}
		if !last && !s.static {
			continue
		}
		if err := t.chain.End(i); err != nil {
			return err
		}
	}
	return nil
}
