package main

import (
	"encoding/json"
	"io"

	"github.com/spatestream/spate/columnar"
	rowjson "github.com/spatestream/spate/internal/decode/json"
	"github.com/spatestream/spate/internal/query"
)

// batches is --output batches: one JSON line a micro-batch, with the rows as
// to_json prints them.
type batches struct {
	*kept[json.RawMessage]
	w io.Writer
}

func newBatches(w io.Writer, o *rowjson.Options) batches {
	return batches{w: w, kept: &kept[json.RawMessage]{row: func(b *columnar.Batch, row int) (json.RawMessage, error) {
		return rowjson.AppendRow(nil, b.Schema, b.Cols, row, o)
	}}}
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

// progress prints the line of the epoch that was committed; it runs on the
// query's goroutine.
func (b batches) progress(p *query.Progress) {
	line := batchLine{BatchID: p.BatchID, Rows: b.take()}
	if w, ok := p.EventTime["watermark"]; ok {
		line.Watermark = &w
	}
	line.StateRows, line.DroppedByWatermark = stateOf(p)
	_ = writeJSON(b.w, line)
}

// stateOf sums over the stateful operators of an epoch.
func stateOf(p *query.Progress) (rows, dropped int64) {
	for _, o := range p.StateOperators {
		rows += o.NumRowsTotal
		dropped += o.NumRowsDroppedByWatermark
	}
	return rows, dropped
}
