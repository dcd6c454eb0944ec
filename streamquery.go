package spate

import (
	"context"
	"fmt"

	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/query"
)

// StreamingQuery is a query that runs, or has ended. Two values may stand for
// the same query: compare RunID.
type StreamingQuery struct {
	q *query.Query
	d *DataFrame // nil if it had ended when Streams found it
}

// ID is the id of the query's checkpoint, the same in every run from it.
func (q *StreamingQuery) ID() string { return q.q.ID() }

// RunID is the id of this run.
func (q *StreamingQuery) RunID() string { return q.q.RunID() }

// Name is the name given to the query, "" for none.
func (q *StreamingQuery) Name() string { return q.q.Name() }

// IsActive reports whether the query still runs.
func (q *StreamingQuery) IsActive() bool { return q.q.IsActive() }

// Done is closed when the query has ended.
func (q *StreamingQuery) Done() <-chan struct{} { return q.q.Done() }

// StreamingQueryStatus is what a query is doing.
type StreamingQueryStatus struct {
	Message         string `json:"message"`
	IsDataAvailable bool   `json:"isDataAvailable"`
	IsTriggerActive bool   `json:"isTriggerActive"`
}

// Status returns what the query is doing right now.
func (q *StreamingQuery) Status() StreamingQueryStatus { return StreamingQueryStatus(q.q.Status()) }

// LastProgress returns the newest progress report, nil before the first.
func (q *StreamingQuery) LastProgress() *StreamingQueryProgress {
	return progressOf(q.q.LastProgress())
}

// RecentProgress returns the newest progress reports, at most 100, oldest first.
func (q *StreamingQuery) RecentProgress() []*StreamingQueryProgress {
	var out []*StreamingQueryProgress
	for _, p := range q.q.RecentProgress() {
		out = append(out, progressOf(p))
	}
	return out
}

// Exception returns why the query failed, nil if it has not.
func (q *StreamingQuery) Exception() error { return q.q.Exception() }

// Explain prints the plan of the query; nothing of one that Streams found at
// its end.
func (q *StreamingQuery) Explain(extended ...bool) error {
	if q.d == nil {
		return nil
	}
	mode := plan.ExplainSimple
	if len(extended) > 0 && extended[0] {
		mode = plan.ExplainExtended
	}
	text, err := q.d.s.in.Explain(q.d.s.root, q.d.rel, mode)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(q.d.s.out, text)
	return err
}

// ProcessAllAvailable waits until everything the sources have now is processed
// and written. It is for tests: with a source that never rests it does not
// return.
func (q *StreamingQuery) ProcessAllAvailable(ctx context.Context) error {
	return q.q.ProcessAllAvailable(ctx)
}

// AwaitTermination waits until the query has ended and returns its failure, or
// the error of ctx.
func (q *StreamingQuery) AwaitTermination(ctx context.Context) error {
	return q.q.AwaitTermination(ctx)
}

// Stop ends the query after the micro-batch under way and waits for it, at most
// until ctx ends.
func (q *StreamingQuery) Stop(ctx context.Context) error { return q.q.Stop(ctx) }
