package spate

import (
	"context"
	"iter"
	"slices"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/encoder"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/rdd"
)

// FromRDD returns a batch frame of the elements of an RDD, with columns as
// CreateDataFrame makes of a slice; those of a pair are Key and Value. Nothing is
// computed before an action on the frame: each runs a job, under its context, for
// each mention of the frame in its query. Persist the RDD to compute it once.
//
//	d := spate.FromRDD(session, words)
func FromRDD[T any](s *Session, r *rdd.RDD[T]) *DataFrame {
	b := s.build()
	e, err := encoder.Of[T]()
	if err != nil {
		return b.fail(err)
	}
	return b.frame(&plan.Read{Node: b.node(), Source: &rddRows[T]{s, r, e}, Schema: e.Schema()})
}

// rddRows is the connector that reads an RDD.
type rddRows[T any] struct {
	s *Session
	r *rdd.RDD[T]
	e *encoder.Encoder[T]
}

// Name implements connector.Connector: it is what Spark's plans say.
func (*rddRows[T]) Name() string { return "ExistingRDD" }

// Source implements connector.SourceConnector.
func (c *rddRows[T]) Source(context.Context, connector.Request) (connector.Source, error) {
	return &rddSource[T]{heldSource{newHeldRows(c.e.Schema(), c.s.in.Spill)}, c}, nil
}

// rddSource is the rows of one run of a job.
type rddSource[T any] struct {
	heldSource
	of *rddRows[T]
}

// Now implements connector.Bounded: it computes the RDD, a split a partition.
func (s *rddSource[T]) Now(ctx context.Context, want connector.Wanted) ([]connector.Split, error) {
	tasks, err := rdd.TryMapPartitions(s.of.r, func(_ *rdd.Task, in iter.Seq[T]) (iter.Seq[*heldTask], error) {
		held := &heldTask{all: s.h}
		return slices.Values([]*heldTask{held}), fillFrom(held, s.of.e, in)
	}).Collect(ctx)
	if err != nil {
		return nil, err
	}
	s.h.tasks = tasks
	return s.heldSource.Now(ctx, want)
}

// Stats implements connector.Bounded: nobody knows before the job.
func (*rddSource[T]) Stats() int64 { return -1 }

// Close implements connector.Source.
func (s *rddSource[T]) Close() error { return s.h.close() }

// fillFrom puts a partition into batches.
func fillFrom[T any](t *heldTask, e *encoder.Encoder[T], in iter.Seq[T]) error {
	b := columnar.NewBatch(t.all.schema)
	for x := range in {
		if err := e.AppendRow(b, &x); err != nil {
			return err
		}
		if b.Len == columnar.MaxRows || b.Len%256 == 0 && b.Size() >= columnar.MaxBytes {
			if err := t.own(b); err != nil {
				return err
			}
			b = columnar.NewBatch(t.all.schema)
		}
	}
	if b.Len == 0 {
		return nil
	}
	return t.own(b)
}
