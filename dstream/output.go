package dstream

import (
	"context"
	"time"

	"github.com/spatestream/spate/rdd"
	"github.com/spatestream/spate/sparkerr"
)

// output is an output operation.
type output struct {
	on   *node
	op   string
	site sparkerr.Origin
	// job makes the work of batch t, nil for none. It runs under the graph
	// lock.
	job func(t instant) (func(context.Context) error, error)
}

// ForEachRDD calls f with the RDD of each batch and the batch's time. It is the
// output operation that all others are made of: the work is done by the actions
// that f calls, with the ctx it gets, which ends when the run is stopped at
// once. An error of f fails the batch.
func (d *DStream[T]) ForEachRDD(f func(ctx context.Context, r *rdd.RDD[T], t time.Time) error) {
	o := d.output("foreachRDD", func(ctx context.Context, r *rdd.RDD[T], t instant) error { return f(ctx, r, t.time()) })
	o.on.given(f != nil)
}

func (d *DStream[T]) output(op string, f func(ctx context.Context, r *rdd.RDD[T], t instant) error) *output {
	n := newNode(d.n.ctx, op, d.n.slide, d.n)
	o := &output{on: n, op: op, site: n.site}
	o.job = func(t instant) (func(context.Context) error, error) {
		r, err := d.at(t)
		if r == nil || err != nil {
			return nil, err
		}
		return func(ctx context.Context) error { return f(ctx, r, t) }, nil
	}
	n.ctx.mu.Lock()
	defer n.ctx.mu.Unlock()
	if !n.late {
		n.ctx.outputs = append(n.ctx.outputs, o)
	}
	return o
}
