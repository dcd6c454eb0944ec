package spate

import (
	"context"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
)

// heldSink is a sink that holds all rows.
type heldSink struct{ h *heldRows }

// Guarantee implements connector.Sink.
func (heldSink) Guarantee() connector.Guarantee { return connector.AtLeastOnce }

// Writer implements connector.Sink.
func (k heldSink) Writer(_ context.Context, _ connector.Epoch, task int) (connector.Writer, error) {
	return heldWriter{k.h.task(task)}, nil
}

// Commit implements connector.Sink.
func (heldSink) Commit(context.Context, connector.Epoch, []connector.Receipt) error { return nil }

// Abort implements connector.Sink.
func (heldSink) Abort(context.Context, connector.Epoch, []connector.Receipt) error { return nil }

// Close implements connector.Sink: the rows stay.
func (heldSink) Close() error { return nil }

// heldWriter puts the rows of one task into its part.
type heldWriter struct{ t *heldTask }

// Write implements connector.Writer.
func (w heldWriter) Write(_ context.Context, b *columnar.Batch) error { return w.t.add(b) }

// Prepare implements connector.Writer.
func (heldWriter) Prepare(context.Context) (connector.Receipt, error) {
	return connector.Receipt(`{}`), nil
}

// Abort implements connector.Writer.
func (w heldWriter) Abort() error { w.t.batches = nil; return nil }
