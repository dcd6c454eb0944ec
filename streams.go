package spate

import (
	"context"
	"sync"

	"github.com/spatestream/spate/internal/query"
	"github.com/spatestream/spate/internal/session"
)

// StreamingQueryManager knows the streaming queries of a session.
type StreamingQueryManager struct {
	queries *session.Queries
	heard   *heard
}

// heard remembers which listener stands behind which of the engine's, and what
// the running queries were made of.
type heard struct {
	mu     sync.Mutex
	by     map[*StreamingQueryListener]*query.Listener // guarded by mu
	frames map[string]*DataFrame                       // by run id; guarded by mu
}

func newHeard() *heard {
	return &heard{by: map[*StreamingQueryListener]*query.Listener{}, frames: map[string]*DataFrame{}}
}

// following returns the listener that keeps d known while its query runs.
func (h *heard) following(d *DataFrame) query.Listener {
	return query.Listener{
		Started: func(e query.Started) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.frames[e.RunID] = d
		},
		Terminated: func(e query.Terminated) {
			h.mu.Lock()
			defer h.mu.Unlock()
			delete(h.frames, e.RunID)
		},
	}
}

// found is a running query of the engine.
func (m *StreamingQueryManager) found(q *query.Query) *StreamingQuery {
	m.heard.mu.Lock()
	defer m.heard.mu.Unlock()
	return &StreamingQuery{q: q, d: m.heard.frames[q.RunID()]}
}

// Streams returns what knows the session's streaming queries.
func (s *Session) Streams() *StreamingQueryManager {
	return &StreamingQueryManager{queries: s.in.Queries(), heard: s.heard}
}

// Active returns the running queries, by name.
func (m *StreamingQueryManager) Active() []*StreamingQuery {
	var out []*StreamingQuery
	for _, q := range m.queries.Active() {
		out = append(out, m.found(q))
	}
	return out
}

// Get returns the running query of that ID, nil if there is none.
func (m *StreamingQueryManager) Get(id string) *StreamingQuery {
	if q := m.queries.Get(id); q != nil {
		return m.found(q)
	}
	return nil
}

// AwaitAny waits until a query has ended since the session was made or
// ResetTerminated was called. It returns the failure if one has failed, or the
// error of ctx.
func (m *StreamingQueryManager) AwaitAny(ctx context.Context) error { return m.queries.AwaitAny(ctx) }

// ResetTerminated forgets the queries that have ended, so that AwaitAny waits
// for the next.
func (m *StreamingQueryManager) ResetTerminated() { m.queries.ResetTerminated() }

// StreamingQueryListener hears of queries; nil callbacks are skipped. They run
// on the goroutine of the query: a slow listener slows it. OnQueryStarted runs
// before Start returns.
type StreamingQueryListener struct {
	OnQueryStarted    func(QueryStartedEvent)
	OnQueryProgress   func(*StreamingQueryProgress)
	OnQueryIdle       func(QueryIdleEvent)
	OnQueryTerminated func(QueryTerminatedEvent)
}

// QueryStartedEvent says that a query has started.
type QueryStartedEvent struct{ ID, RunID, Name, Timestamp string }

// QueryIdleEvent says that a query has had nothing to do for a while.
type QueryIdleEvent struct{ ID, RunID, Timestamp string }

// QueryTerminatedEvent says that a query has ended; Exception is nil after a
// clean end.
type QueryTerminatedEvent struct {
	ID, RunID string
	Exception error
}

// AddListener tells l of every query started from now on.
func (m *StreamingQueryManager) AddListener(l *StreamingQueryListener) {
	in := &query.Listener{}
	if l.OnQueryStarted != nil {
		in.Started = func(e query.Started) { l.OnQueryStarted(QueryStartedEvent(e)) }
	}
	if l.OnQueryProgress != nil {
		in.Progress = func(p *query.Progress) { l.OnQueryProgress(progressOf(p)) }
	}
	if l.OnQueryIdle != nil {
		in.Idle = func(e query.Idle) { l.OnQueryIdle(QueryIdleEvent(e)) }
	}
	if l.OnQueryTerminated != nil {
		in.Terminated = func(e query.Terminated) { l.OnQueryTerminated(QueryTerminatedEvent{e.ID, e.RunID, e.Err}) }
	}
	m.heard.mu.Lock()
	m.heard.by[l] = in
	m.heard.mu.Unlock()
	m.queries.AddListener(in)
}

// RemoveListener stops telling l of queries that are started later.
func (m *StreamingQueryManager) RemoveListener(l *StreamingQueryListener) {
	m.heard.mu.Lock()
	in := m.heard.by[l]
	delete(m.heard.by, l)
	m.heard.mu.Unlock()
	if in != nil {
		m.queries.RemoveListener(in)
	}
}
