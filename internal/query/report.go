package query

import (
	"encoding/json"
	"time"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/checkpoint"
	"github.com/spatestream/spate/internal/exec"
)

// idleEvery is how long a query is silent before it says that it is idle
// (spark.sql.streaming.noDataProgressEventInterval).
const idleEvery = 10 * time.Second

// reporter gathers what one trigger does and makes a Progress of it. It belongs
// to the query's goroutine.
type reporter struct {
	q         *Query
	began     time.Time
	before    time.Time // start of the trigger before the last epoch's
	spoke     time.Time // last progress or idle event
	durations map[string]time.Duration
	run       checkpoint.Run
	result    exec.Result
	observed  map[string]Observed
	retries   int64
}

func (r *reporter) begin(now time.Time) {
	r.began = now
	if r.spoke.IsZero() {
		r.spoke = now
	}
	r.durations = map[string]time.Duration{}
}

// took adds to the time spent in a phase.
func (r *reporter) took(phase string, d time.Duration) {
	if r.durations != nil && phase != "" {
		r.durations[phase] += d
	}
}

// retried notes that something is tried again.
func (r *reporter) retried() { r.retries++ }

// epoch notes what is about to run.
func (r *reporter) epoch(run checkpoint.Run, _ eventtime.Watermark) { r.run = run }

func (r *reporter) ran(result exec.Result, o map[string]Observed) { r.result, r.observed = result, o }

// nothing says now and then that the query is idle.
func (r *reporter) nothing(connector.Epoch) {
	if r.began.Sub(r.spoke) < idleEvery {
		return
	}
	r.spoke = r.began
	for _, l := range r.q.cfg.Listeners {
		if l.Idle != nil {
			l.Idle(Idle{r.q.ID(), r.q.RunID(), stamp(r.began.UnixMilli())})
		}
	}
}

// publish makes the report of the epoch that has just been committed.
func (r *reporter) publish() {
	now := r.q.cfg.Env.Clock.Now()
	if r.began.IsZero() { // an epoch finished by recovery
		r.begin(r.q.start)
	}
	total := now.Sub(r.began)
	p := &Progress{
		ID: r.q.ID(), RunID: r.q.RunID(), Timestamp: stamp(r.began.UnixMilli()),
		BatchID: int64(r.run.Epoch), BatchDuration: total.Milliseconds(), DurationMs: map[string]int64{},
		StateOperators: []StateOperator{}, Sources: []SourceProgress{},
	}
	if name := r.q.cfg.Name; name != "" {
		p.Name = &name
	}
	for phase, d := range r.durations {
		p.DurationMs[phase] = d.Milliseconds()
	}
	p.Retries, r.retries = r.retries, 0
	p.DurationMs["triggerExecution"] = total.Milliseconds()
	r.sources(p, total)
	r.eventTime(p)
	r.operators(p)
	p.ObservedMetrics = r.observed
	p.Sink = SinkProgress{Description: describe(r.q.cfg.Sink), NumOutputRows: r.result.RowsOut}
	if m, ok := r.q.cfg.Sink.(connector.Metrics); ok {
		p.Sink.Metrics = m.Metrics()
	}
	r.before, r.spoke, r.result = r.began, now, exec.Result{}
	r.observed = nil
	r.q.publish(p)
}

func (r *reporter) sources(p *Progress, total time.Duration) {
	var since time.Duration
	if !r.before.IsZero() {
		since = r.began.Sub(r.before)
	}
	for i, s := range r.q.cfg.Sources {
		sp := SourceProgress{Description: describe(s)}
		if i < len(r.run.To) {
			sp.StartOffset, sp.EndOffset = offset(r.run.From[i]), offset(r.run.To[i])
		}
		if i < len(r.result.RowsIn) {
			sp.NumInputRows = r.result.RowsIn[i]
		}
		sp.ProcessedRowsPerSecond = rate(sp.NumInputRows, total)
		if since > 0 {
			sp.InputRowsPerSecond = rate(sp.NumInputRows, since)
		}
		if m, ok := s.(connector.Metrics); ok {
			sp.Metrics = m.Metrics()
		}
		p.NumInputRows += sp.NumInputRows
		p.Sources = append(p.Sources, sp)
	}
	p.ProcessedRowsPerSecond = rate(p.NumInputRows, total)
	if since > 0 {
		p.InputRowsPerSecond = rate(p.NumInputRows, since)
	}
}

func offset(o connector.Offset) json.RawMessage {
	if len(o) == 0 {
		return nil
	}
	return json.RawMessage(o)
}

func (r *reporter) eventTime(p *Progress) {
	if len(r.q.cfg.Delays) == 0 {
		return
	}
	p.EventTime = map[string]string{"watermark": stamp(int64(r.run.Evict))}
	var count int64
	var sum float64
	lo, hi := int64(1)<<62, int64(-1)<<62
	for _, n := range r.result.EventTimes {
		if n.Count > 0 {
			count, sum = count+n.Count, sum+n.Sum
			lo, hi = min(lo, n.Min), max(hi, n.Max)
		}
	}
	if count > 0 {
		p.EventTime["min"], p.EventTime["max"] = stamp(lo), stamp(hi)
		p.EventTime["avg"] = stamp(int64(sum / float64(count)))
	}
}

func (r *reporter) operators(p *Progress) {
	for _, o := range r.result.Operators {
		p.StateOperators = append(p.StateOperators, StateOperator{
			OperatorName: o.Name, NumRowsTotal: o.Rows, NumRowsUpdated: o.Updated, NumRowsRemoved: o.Removed,
			AllUpdatesTimeMs: o.UpdateNanos / 1e6, AllRemovalsTimeMs: o.RemovalNanos / 1e6,
			MemoryUsedBytes: o.Bytes, NumRowsDroppedByWatermark: o.Dropped,
			NumShufflePartitions: int64(r.q.cfg.Groups), NumStateStoreInstances: int64(r.result.Tasks),
			CustomMetrics: o.Custom,
		})
	}
}
