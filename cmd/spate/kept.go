package main

import (
	"context"
	"sync"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
)

// kept is a sink that holds the rows of the epoch under way, each as a T, for
// whoever shows them when the epoch's progress report comes. Prepared rows die
// with the process, so a recovered epoch runs again.
type kept[T any] struct {
	row func(b *columnar.Batch, row int) (T, error)

	mu    sync.Mutex // tasks of an epoch write side by side
	epoch connector.Epoch
	held  bool // the rows are those of epoch
	rows  []T
}

// take returns the rows of the epoch and lets go of them.
func (k *kept[T]) take() []T {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.held = false
	return k.rows
}

// Guarantee implements connector.Sink: what was shown cannot be taken back.
func (k *kept[T]) Guarantee() connector.Guarantee { return connector.AtLeastOnce }

// Writer implements connector.Sink.
func (k *kept[T]) Writer(_ context.Context, e connector.Epoch, task int) (connector.Writer, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if task == 0 {
		k.epoch, k.held, k.rows = e, true, []T{}
	}
	return keptWriter[T]{k}, nil
}

// Commit implements connector.Sink.
func (k *kept[T]) Commit(_ context.Context, e connector.Epoch, _ []connector.Receipt) error {
	if !k.held || k.epoch != e {
		return connector.ErrLost
	}
	return nil
}

// Abort implements connector.Sink.
func (k *kept[T]) Abort(context.Context, connector.Epoch, []connector.Receipt) error { return nil }

// Close implements connector.Sink.
func (k *kept[T]) Close() error { return nil }

// keptWriter is the end of one task.
type keptWriter[T any] struct{ k *kept[T] }

// Write implements connector.Writer.
func (w keptWriter[T]) Write(_ context.Context, b *columnar.Batch) error {
	w.k.mu.Lock()
	defer w.k.mu.Unlock()
	for i := range b.Rows() {
		row, err := w.k.row(b, b.RowAt(i))
		if err != nil {
			return err
		}
		w.k.rows = append(w.k.rows, row)
	}
	return nil
}

// Prepare implements connector.Writer.
func (keptWriter[T]) Prepare(context.Context) (connector.Receipt, error) { return nil, nil }

// Abort implements connector.Writer.
func (keptWriter[T]) Abort() error { return nil }
