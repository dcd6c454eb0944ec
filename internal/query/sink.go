package query

import (
	"context"
	"errors"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/task"
)

// SinkOutlets is the end of the last stage's chains: task i writes to the
// writer of the epoch under way. Begin, Prepare and Abort are called by the
// query's goroutine between epochs; each outlet by its task's.
type SinkOutlets struct {
	sink    connector.Sink
	ctx     context.Context // of the epoch under way
	outlets []*sinkOutlet
}

// NewSinkOutlets returns the ends of chains that write to the sink.
func NewSinkOutlets(s connector.Sink) *SinkOutlets { return &SinkOutlets{sink: s} }

type sinkOutlet struct {
	s      *SinkOutlets
	writer connector.Writer
}

// Write implements task.Outlet.
func (o *sinkOutlet) Write(b *columnar.Batch) error { return o.writer.Write(o.s.ctx, b) }

// Outlet returns the end of task i, the same at every call.
func (s *SinkOutlets) Outlet(i int) task.Outlet {
	for len(s.outlets) <= i {
		s.outlets = append(s.outlets, &sinkOutlet{s: s})
	}
	return s.outlets[i]
}

// Begin opens a writer a task for an epoch; ctx bounds its writes. Every outlet
// has been made by then.
func (s *SinkOutlets) Begin(ctx context.Context, e connector.Epoch) (err error) {
	s.ctx = ctx
	for i, o := range s.outlets {
		if o.writer, err = s.sink.Writer(ctx, e, i); err != nil {
			return errors.Join(err, s.Abort())
		}
	}
	return nil
}

// Prepare makes every task's rows durable and returns the receipts in task
// order.
func (s *SinkOutlets) Prepare(ctx context.Context) ([]connector.Receipt, error) {
	receipts := make([]connector.Receipt, len(s.outlets))
	for i, o := range s.outlets {
		r, err := o.writer.Prepare(ctx)
		if err != nil {
			return nil, errors.Join(err, s.Abort())
		}
		receipts[i] = r
	}
	return receipts, nil
}

// Abort drops what the tasks wrote.
func (s *SinkOutlets) Abort() error {
	var errs []error
	for _, o := range s.outlets {
		if o.writer != nil {
			errs = append(errs, o.writer.Abort())
			o.writer = nil
		}
	}
	return errors.Join(errs...)
}
