package operator

import (
	"sync"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sqltype"
)

// Metrics are the aggregates of one observe() of a query. The Observe operators
// of all tasks share one value; safe for concurrent use.
type Metrics struct {
	Name    string
	Calls   []AggregateCall
	Results []expr.Node     // over the results of the calls
	Out     *sqltype.Struct // of Results
	// Heard, if set, is given the metrics of a batch; it owns them.
	Heard func(*columnar.Batch)

	mu    sync.Mutex
	agg   *aggregates        // guarded by mu; nil before the first epoch
	cols  columns            // guarded by mu; of Results
	state []*columnar.Vector // guarded by mu; one row
}

// Observe adds the rows that pass to the metrics when the epoch is flushed.
type Observe struct {
	Metrics *Metrics

	agg   *aggregates
	state []*columnar.Vector
	ids   []store.RowID
}

// theRow is the one row of the state of an aggregation without keys.
var theRow = []store.RowID{0}

// Open implements task.Operator.
func (o *Observe) Open(c *task.Context) (err error) {
	if o.agg, err = openAggregates(o.Metrics.Calls, &c.Params.Expr, true); err != nil {
		return err
	}
	o.state = zeros(o.agg.fields)
	o.ids = make([]store.RowID, columnar.MaxRows)
	return o.Metrics.open(&c.Params.Expr)
}

// zeros are vectors of one row of zero.
func zeros(fields []sqltype.Field) []*columnar.Vector {
	state := make([]*columnar.Vector, len(fields))
	for i, f := range fields {
		state[i] = columnar.New(f.Type)
		zero(state[i], 1)
	}
	return state
}

// Push implements task.Operator.
func (o *Observe) Push(_ int, b *columnar.Batch, out task.Out) error {
	if err := o.agg.update(o.state, o.ids[:b.Rows()], b, b.Sel); err != nil {
		return err
	}
	return out.Emit(b)
}

// Flush implements task.Flusher.
func (o *Observe) Flush(task.Out) error {
	err := o.Metrics.merge(o.state)
	for _, v := range o.state {
		zero(v, 1)
	}
	return err
}

// Close implements task.Operator.
func (o *Observe) Close() error { return nil }

func (m *Metrics) open(c *expr.Context) (err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.agg != nil {
		return nil
	}
	if m.agg, err = openAggregates(m.Calls, c, false); err != nil {
		return err
	}
	m.state = zeros(m.agg.fields)
	m.cols, err = compile(m.Results, c)
	return err
}

func (m *Metrics) merge(part []*columnar.Vector) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.agg.merge(m.state, theRow, part, nil)
}

// Take returns the metrics since the last Take, as a batch of one row that the
// caller owns, and begins anew. Also called after a failed epoch, to forget it.
func (m *Metrics) Take() (*columnar.Batch, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := columnar.Batch{Schema: &sqltype.Struct{}, Len: 1}
	for _, c := range m.agg.calls {
		found.Schema.Fields = append(found.Schema.Fields, c.result)
		found.Cols = append(found.Cols, columnar.New(c.result.Type))
	}
	err := m.agg.finish(m.state, theRow, found.Cols)
	for _, v := range m.state {
		zero(v, 1)
	}
	if err != nil {
		return nil, err
	}
	cols, err := m.cols.eval(&found, nil)
	if err != nil {
		return nil, err
	}
	row := columnar.NewBatch(m.Out)
	for i, v := range cols {
		row.Cols[i].AppendFrom(v, 0)
	}
	row.Len = 1
	return row, nil
}
