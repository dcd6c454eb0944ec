package query

import (
	"context"
	"errors"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/task"
)

// sinkOutlets is the end of the last stage's chains: task i writes to the
// writer of the epoch under way. begin, prepare and abort are called by the
// query's goroutine between epochs; each outlet by its task's.
type sinkOutlets struct {
	sink    connector.Sink
	ctx     context.Context // of the epoch under way
	outlets []*sinkOutlet
}

type sinkOutlet struct {
	s      *sinkOutlets
	writer connector.Writer
}

// Write implements task.Outlet.
func (o *sinkOutlet) Write(b *columnar.Batch) error { return o.writer.Write(o.s.ctx, b) }

// outlet returns the end of task i, the same at every call.
func (s *sinkOutlets) outlet(i int) task.Outlet {
	for len(s.outlets) <= i {
		s.outlets = append(s.outlets, &sinkOutlet{s: s})
	}
	return s.outlets[i]
}

// begin opens a writer a task.
func (s *sinkOutlets) begin(ctx context.Context, e connector.Epoch) (err error) {
	s.ctx = ctx
	for i, o := range s.outlets {
		if o.writer, err = s.sink.Writer(ctx, e, i); err != nil {
			return errors.Join(err, s.abort())
		}
	}
	return nil
}

// prepare makes every task's rows durable and returns the receipts in task
// order.
func (s *sinkOutlets) prepare(ctx context.Context) ([]connector.Receipt, error) {
	receipts := make([]connector.Receipt, len(s.outlets))
	for i, o := range s.outlets {
		r, err := o.writer.Prepare(ctx)
		if err != nil {
			return nil, errors.Join(err, s.abort())
		}
		receipts[i] = r
	}
	return receipts, nil
}

// abort drops what the tasks wrote.
func (s *sinkOutlets) abort() error {
	var errs []error
	for _, o := range s.outlets {
		if o.writer != nil {
			errs = append(errs, o.writer.Abort())
			o.writer = nil
		}
	}
	return errors.Join(errs...)
}
