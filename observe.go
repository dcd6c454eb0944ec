package spate

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/plan"
)

// ObservationOrName is a *Observation, or the name of metrics.
type ObservationOrName = any

// Observe counts metrics, each an expression of aggregates such as
// functions.Count("*").As("n"), over the rows that pass; the rows pass
// unchanged. Under a name the metrics of a stream are in the progress of every
// micro-batch; an Observation takes those of a batch.
func (d *DataFrame) Observe(to ObservationOrName, metrics ...Column) *DataFrame {
	b := d.build()
	o := &plan.Observe{Node: b.node(), Child: d.rel}
	switch to := to.(type) {
	case string:
		o.Name = to
	case *Observation:
		if !to.used.CompareAndSwap(false, true) {
			b.failf("", "An Observation can be used with a DataFrame only once: make one for each")
		}
		o.Name, o.Heard = to.name, to.heard
	default:
		b.failf("", fmt.Sprintf("Observe takes a name or an Observation, not a %T", to))
	}
	if len(metrics) == 0 {
		b.failf("CANNOT_BE_EMPTY", "Observe needs at least one metric: functions.Count(\"*\").As(\"n\")", "item", "exprs")
	}
	for _, m := range metrics {
		o.Exprs = append(o.Exprs, b.expr(m))
	}
	return b.frame(o)
}

// Observation takes metrics of the first action on the frame that it observes.
// Make it with NewObservation. Safe for concurrent use.
type Observation struct {
	name string
	used atomic.Bool
	full atomic.Bool
	done chan struct{} // closed when row is set
	row  Row           // immutable once done is closed
}

// NewObservation returns an Observation; without a name it is given one.
func NewObservation(name ...string) *Observation {
	o := &Observation{done: make(chan struct{})}
	if o.name = env.RandomID(); len(name) > 0 {
		o.name = name[0]
	}
	return o
}

// Name returns the name of the metrics.
func (o *Observation) Name() string { return o.name }

// Get waits until an action on the frame has succeeded and returns its metrics,
// or the error of ctx.
func (o *Observation) Get(ctx context.Context) (Row, error) {
	select {
	case <-o.done:
		return o.row, nil
	case <-ctx.Done():
		return Row{}, ctx.Err()
	}
}

// heard keeps the first metrics.
func (o *Observation) heard(b *columnar.Batch) {
	if o.full.CompareAndSwap(false, true) {
		o.row = newRow(b, 0)
		close(o.done)
	}
}
