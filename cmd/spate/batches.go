package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	rowjson "github.com/spatestream/spate/internal/decode/json"
	"github.com/spatestream/spate/internal/query"
)

// batches is the sink of --output batches: it keeps the rows of the epoch under
// way as to_json lines until the epoch's progress report completes the line.
// Prepared rows die with the process, so a recovered epoch runs again.
type batches struct {
	w io.Writer
	o *rowjson.Options

	mu    sync.Mutex // tasks of an epoch write side by side
	epoch connector.Epoch
	held  bool // the rows are those of epoch
	rows  []json.RawMessage
}

// batchLine is one line of the output.
type batchLine struct {
	BatchID int64             `json:"batchId"`
	Rows    []json.RawMessage `json:"rows"`
	// Watermark is that of the batch, nil if the query has none.
	Watermark          *string `json:"watermark"`
	StateRows          int64   `json:"stateRows"`
	DroppedByWatermark int64   `json:"droppedByWatermark"`
}

// Guarantee implements connector.Sink.
func (b *batches) Guarantee() connector.Guarantee { return connector.AtLeastOnce }

// Writer implements connector.Sink.
func (b *batches) Writer(_ context.Context, e connector.Epoch, task int) (connector.Writer, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if task == 0 {
		b.epoch, b.held, b.rows = e, true, []json.RawMessage{}
	}
	return batchWriter{b}, nil
}

// Abort implements connector.Sink.
func (b *batches) Abort(context.Context, connector.Epoch, []connector.Receipt) error { return nil }

// batchWriter is the end of one task.
type batchWriter struct{ b *batches }

// Write implements connector.Writer.
func (w batchWriter) Write(_ context.Context, batch *columnar.Batch) error {
	b := w.b
	b.mu.Lock()
	defer b.mu.Unlock()
	for k := range batch.Rows() {
		row, err := rowjson.AppendRow(nil, batch.Schema, batch.Cols, batch.RowAt(k), b.o)
		if err != nil {
			return err
		}
		b.rows = append(b.rows, row)
	}
	return nil
}

// Prepare implements connector.Writer.
func (w batchWriter) Prepare(context.Context) (connector.Receipt, error) { return nil, nil }

// Abort implements connector.Writer.
func (w batchWriter) Abort() error { return nil }

// Commit implements connector.Sink.
func (b *batches) Commit(_ context.Context, e connector.Epoch, _ []connector.Receipt) error {
	if !b.held || b.epoch != e {
		return connector.ErrLost
	}
	return nil
}

// Close implements connector.Sink.
func (b *batches) Close() error { return nil }

// progress prints the line of the epoch that was committed; it runs on the
// query's goroutine.
func (b *batches) progress(p *query.Progress) {
	line := batchLine{BatchID: p.BatchID, Rows: b.rows}
	if w, ok := p.EventTime["watermark"]; ok {
		line.Watermark = &w
	}
	for _, o := range p.StateOperators {
		line.StateRows += o.NumRowsTotal
		line.DroppedByWatermark += o.NumRowsDroppedByWatermark
	}
	b.held = false
	_ = writeJSON(b.w, line)
}

// progressLine prints how a query goes, on one line of the terminal.
func progressLine(w io.Writer, name string) query.Listener {
	return query.Listener{
		Progress: func(p *query.Progress) {
			fmt.Fprintf(w, "\r\x1b[K%s: batch %d, %d rows, %.0f rows/s, %d ms", name, p.BatchID, p.NumInputRows, float64(p.ProcessedRowsPerSecond), p.BatchDuration)
			if wm := p.EventTime["watermark"]; wm != "" {
				fmt.Fprintf(w, ", watermark %s", wm)
			}
		},
		Terminated: func(query.Terminated) { fmt.Fprintln(w) },
	}
}
