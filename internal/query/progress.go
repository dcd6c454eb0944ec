package query

import (
	"encoding/json"
	"math"
	"time"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/datetime"
	jsontext "github.com/spatestream/spate/internal/decode/json"
	"github.com/spatestream/spate/internal/expr/render"
	"github.com/spatestream/spate/internal/operator"
)

// Progress is what one epoch did, in the shape and under the names of Spark's
// StreamingQueryProgress. It is immutable.
type Progress struct {
	ID                     string              `json:"id"`
	RunID                  string              `json:"runId"`
	Name                   *string             `json:"name"`
	Timestamp              string              `json:"timestamp"` // start of the trigger, UTC, milliseconds
	BatchID                int64               `json:"batchId"`
	BatchDuration          int64               `json:"batchDuration"` // milliseconds
	NumInputRows           int64               `json:"numInputRows"`
	InputRowsPerSecond     Rate                `json:"inputRowsPerSecond"`
	ProcessedRowsPerSecond Rate                `json:"processedRowsPerSecond"`
	DurationMs             map[string]int64    `json:"durationMs"`
	Retries                int64               `json:"retries,omitempty"` // tries after transient trouble; not Spark's
	EventTime              map[string]string   `json:"eventTime,omitempty"`
	StateOperators         []StateOperator     `json:"stateOperators"`
	Sources                []SourceProgress    `json:"sources"`
	Sink                   SinkProgress        `json:"sink"`
	ObservedMetrics        map[string]Observed `json:"observedMetrics,omitempty"`
}

// Observed are metrics that the query observes on its way, as one row.
type Observed struct {
	Row  *columnar.Batch
	text []byte
}

// MarshalJSON implements json.Marshaler: the row, nulls included, dates and
// times as in a cast to text.
func (o Observed) MarshalJSON() ([]byte, error) { return o.text, nil }

// observe takes the metrics of an epoch that has run.
func observe(metrics []*operator.Metrics, zone string) (map[string]Observed, error) {
	if len(metrics) == 0 {
		return nil, nil
	}
	z, err := datetime.LoadZone(zone)
	if err != nil {
		return nil, err
	}
	form := &jsontext.Options{WriteNulls: true, Print: &render.Printer{Form: render.Cast, Zone: z}}
	out := map[string]Observed{}
	for _, m := range metrics {
		row, err := m.Take()
		if err != nil {
			return nil, err
		}
		text, err := jsontext.AppendRow(nil, row.Schema, row.Cols, 0, form)
		if err != nil {
			return nil, err
		}
		out[m.Name] = Observed{row, text}
	}
	return out, nil
}

// StateOperator is one stateful operator of an epoch.
type StateOperator struct {
	OperatorName              string           `json:"operatorName"`
	NumRowsTotal              int64            `json:"numRowsTotal"`
	NumRowsUpdated            int64            `json:"numRowsUpdated"`
	AllUpdatesTimeMs          int64            `json:"allUpdatesTimeMs"`
	NumRowsRemoved            int64            `json:"numRowsRemoved"`
	AllRemovalsTimeMs         int64            `json:"allRemovalsTimeMs"`
	CommitTimeMs              int64            `json:"commitTimeMs"`
	MemoryUsedBytes           int64            `json:"memoryUsedBytes"`
	NumRowsDroppedByWatermark int64            `json:"numRowsDroppedByWatermark"`
	NumShufflePartitions      int64            `json:"numShufflePartitions"`
	NumStateStoreInstances    int64            `json:"numStateStoreInstances"`
	CustomMetrics             map[string]int64 `json:"customMetrics,omitempty"`
}

// SourceProgress is one source of an epoch; offsets are the JSON of the log,
// null for none.
type SourceProgress struct {
	Description            string            `json:"description"`
	StartOffset            json.RawMessage   `json:"startOffset"`
	EndOffset              json.RawMessage   `json:"endOffset"`
	LatestOffset           json.RawMessage   `json:"latestOffset"`
	NumInputRows           int64             `json:"numInputRows"`
	InputRowsPerSecond     Rate              `json:"inputRowsPerSecond"`
	ProcessedRowsPerSecond Rate              `json:"processedRowsPerSecond"`
	Metrics                map[string]string `json:"metrics,omitempty"`
}

// SinkProgress is the sink of an epoch.
type SinkProgress struct {
	Description   string            `json:"description"`
	NumOutputRows int64             `json:"numOutputRows"`
	Metrics       map[string]string `json:"metrics,omitempty"`
}

// Rate is rows a second; it prints with one decimal, half up.
type Rate float64

// MarshalJSON implements json.Marshaler.
func (r Rate) MarshalJSON() ([]byte, error) {
	f := math.Floor(float64(r)*10+0.5) / 10
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return []byte("null"), nil
	}
	b, err := json.Marshal(f)
	if err == nil && f == math.Trunc(f) && math.Abs(f) < 1e15 {
		b = append(b, ".0"...)
	}
	return b, err
}

// rate returns rows a second over d, counting less than a millisecond as one.
func rate(rows int64, d time.Duration) Rate {
	return Rate(float64(rows) / max(d, time.Millisecond).Seconds())
}

// JSON returns the progress as one line.
func (p *Progress) JSON() string {
	b, _ := json.Marshal(p)
	return string(b)
}

const timestampForm = "2006-01-02T15:04:05.000Z"

// stamp prints milliseconds since the epoch as progress reports do.
func stamp(ms int64) string { return time.UnixMilli(ms).UTC().Format(timestampForm) }

// Status is what a query is doing right now.
type Status struct {
	Message         string `json:"message"`
	IsDataAvailable bool   `json:"isDataAvailable"`
	IsTriggerActive bool   `json:"isTriggerActive"`
}

// Listener hears of a query. Nil callbacks are skipped. Started is called
// before Start returns; the others on the query's goroutine, in order: a slow
// listener slows the query.
type Listener struct {
	Started    func(Started)
	Progress   func(*Progress)
	Idle       func(Idle)
	Terminated func(Terminated)
}

// Started says that a query has started.
type Started struct {
	ID, RunID, Name, Timestamp string
}

// Idle says that a query has had nothing to do for a while.
type Idle struct {
	ID, RunID, Timestamp string
}

// Terminated says that a query has ended; Err is nil after a clean end.
type Terminated struct {
	ID, RunID string
	Err       error
}
