package spate

import (
	"encoding/json"

	"github.com/spatestream/spate/internal/query"
)

// StreamingQueryProgress is what one micro-batch did, under Spark's names. It
// is immutable.
type StreamingQueryProgress struct {
	ID, RunID, Name        string
	Timestamp              string // start of the trigger, UTC
	BatchID                int64
	BatchDuration          int64 // milliseconds
	NumInputRows           int64
	InputRowsPerSecond     float64
	ProcessedRowsPerSecond float64
	DurationMs             map[string]int64  // milliseconds by step
	EventTime              map[string]string // watermark, min, max, avg; empty without a watermark
	StateOperators         []StateOperatorProgress
	Sources                []SourceProgress
	Sink                   SinkProgress
	ObservedMetrics        map[string]Row // of DataFrame.Observe, by name

	json string
}

// StateOperatorProgress is one stateful operator of a micro-batch.
type StateOperatorProgress struct {
	OperatorName                                 string
	NumRowsTotal, NumRowsUpdated, NumRowsRemoved int64
	NumRowsDroppedByWatermark                    int64
	AllUpdatesTimeMs, AllRemovalsTimeMs          int64
	CommitTimeMs                                 int64
	MemoryUsedBytes                              int64
	NumShufflePartitions, NumStateStoreInstances int64
	CustomMetrics                                map[string]int64
}

// SourceProgress is one source of a micro-batch. Offsets are the JSON of the
// offset log, "null" for none.
type SourceProgress struct {
	Description                          string
	StartOffset, EndOffset, LatestOffset json.RawMessage
	NumInputRows                         int64
	InputRowsPerSecond                   float64
	ProcessedRowsPerSecond               float64
	Metrics                              map[string]string
}

// SinkProgress is the sink of a micro-batch.
type SinkProgress struct {
	Description   string
	NumOutputRows int64
	Metrics       map[string]string
}

// JSON returns the report as one line, in Spark's form.
func (p *StreamingQueryProgress) JSON() string { return p.json }

// String is JSON.
func (p *StreamingQueryProgress) String() string { return p.json }

func progressOf(p *query.Progress) *StreamingQueryProgress {
	if p == nil {
		return nil
	}
	out := &StreamingQueryProgress{
		ID: p.ID, RunID: p.RunID, Timestamp: p.Timestamp, BatchID: p.BatchID, BatchDuration: p.BatchDuration,
		NumInputRows: p.NumInputRows, InputRowsPerSecond: float64(p.InputRowsPerSecond), ProcessedRowsPerSecond: float64(p.ProcessedRowsPerSecond),
		DurationMs: p.DurationMs, EventTime: p.EventTime, Sink: SinkProgress(p.Sink), json: p.JSON(),
	}
	if p.Name != nil {
		out.Name = *p.Name
	}
	for name, m := range p.ObservedMetrics {
		if out.ObservedMetrics == nil {
			out.ObservedMetrics = map[string]Row{}
		}
		out.ObservedMetrics[name] = newRow(m.Row, 0)
	}
	for _, s := range p.Sources {
		out.Sources = append(out.Sources, SourceProgress{
			Description: s.Description, StartOffset: s.StartOffset, EndOffset: s.EndOffset, LatestOffset: s.LatestOffset,
			NumInputRows: s.NumInputRows, InputRowsPerSecond: float64(s.InputRowsPerSecond), ProcessedRowsPerSecond: float64(s.ProcessedRowsPerSecond), Metrics: s.Metrics,
		})
	}
	for _, o := range p.StateOperators {
		out.StateOperators = append(out.StateOperators, StateOperatorProgress{
			OperatorName: o.OperatorName, NumRowsTotal: o.NumRowsTotal, NumRowsUpdated: o.NumRowsUpdated, NumRowsRemoved: o.NumRowsRemoved,
			NumRowsDroppedByWatermark: o.NumRowsDroppedByWatermark, AllUpdatesTimeMs: o.AllUpdatesTimeMs, AllRemovalsTimeMs: o.AllRemovalsTimeMs,
			CommitTimeMs: o.CommitTimeMs, MemoryUsedBytes: o.MemoryUsedBytes, NumShufflePartitions: o.NumShufflePartitions,
			NumStateStoreInstances: o.NumStateStoreInstances, CustomMetrics: o.CustomMetrics,
		})
	}
	return out
}
