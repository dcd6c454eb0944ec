package session

import (
	"context"
	"errors"
	"sort"
	"sync"

	"github.com/spatestream/spate/internal/query"
	"github.com/spatestream/spate/sparkerr"
)

// Queries are the streaming queries of a session and who listens to them. Safe
// for concurrent use.
type Queries struct {
	starting sync.Mutex // one start at a time; taken before mu

	mu        sync.Mutex
	active    map[string]*query.Query // by id; guarded by mu, as all below
	over      map[string]bool         // run ids that ended before start had added them
	listeners []*query.Listener
	ended     chan struct{} // closed when a query has ended since the last reset
	failure   error         // of the first that failed since the last reset
}

func newQueries() *Queries {
	return &Queries{active: map[string]*query.Query{}, over: map[string]bool{}, ended: make(chan struct{})}
}

// Active returns the running queries, by name and id.
func (qs *Queries) Active() []*query.Query {
	qs.mu.Lock()
	defer qs.mu.Unlock()
	out := make([]*query.Query, 0, len(qs.active))
	for _, q := range qs.active {
		out = append(out, q)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name()+out[i].ID() < out[j].Name()+out[j].ID() })
	return out
}

// Get returns the running query of that id, nil if there is none.
func (qs *Queries) Get(id string) *query.Query {
	qs.mu.Lock()
	defer qs.mu.Unlock()
	return qs.active[id]
}

// AwaitAny waits until a query has ended since the last ResetTerminated, and
// returns its failure; a failure wins over clean ends.
func (qs *Queries) AwaitAny(ctx context.Context) error {
	qs.mu.Lock()
	ended := qs.ended
	qs.mu.Unlock()
	select {
	case <-ended:
		qs.mu.Lock()
		defer qs.mu.Unlock()
		return qs.failure
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ResetTerminated forgets the queries that have ended, for AwaitAny.
func (qs *Queries) ResetTerminated() {
	qs.mu.Lock()
	defer qs.mu.Unlock()
	qs.ended, qs.failure = make(chan struct{}), nil
}

// AddListener tells l of every query started from now on.
func (qs *Queries) AddListener(l *query.Listener) {
	qs.mu.Lock()
	defer qs.mu.Unlock()
	qs.listeners = append(qs.listeners, l)
}

// RemoveListener stops telling l of queries that are started later.
func (qs *Queries) RemoveListener(l *query.Listener) {
	qs.mu.Lock()
	defer qs.mu.Unlock()
	for i, x := range qs.listeners {
		if x == l {
			qs.listeners = append(qs.listeners[:i:i], qs.listeners[i+1:]...)
			return
		}
	}
}

// start checks the name, adds the listeners and starts the query. Callbacks run
// without mu, so that a listener may ask for the active queries.
func (qs *Queries) start(ctx context.Context, cfg query.Config) (*query.Query, error) {
	qs.starting.Lock()
	defer qs.starting.Unlock()
	for _, q := range qs.Active() {
		if cfg.Name != "" && q.Name() == cfg.Name {
			return nil, sparkerr.New("QUERY_NAME_IN_USE", "a query called "+cfg.Name+" runs already; stop it or choose another name")
		}
	}
	cfg.Listeners = append(append(cfg.Listeners, qs.heard()...), query.Listener{Terminated: qs.terminated})
	q, err := query.Start(ctx, cfg)
	if err != nil {
		return nil, err
	}
	qs.mu.Lock()
	defer qs.mu.Unlock()
	if qs.over[q.RunID()] {
		delete(qs.over, q.RunID())
	} else {
		qs.active[q.ID()] = q
	}
	return q, nil
}

// heard returns the listeners of a query that starts now.
func (qs *Queries) heard() []query.Listener {
	qs.mu.Lock()
	defer qs.mu.Unlock()
	out := make([]query.Listener, len(qs.listeners))
	for i, l := range qs.listeners {
		out[i] = *l
	}
	return out
}

// terminated runs on the query's goroutine.
func (qs *Queries) terminated(t query.Terminated) {
	qs.mu.Lock()
	defer qs.mu.Unlock()
	if qs.active[t.ID] == nil {
		qs.over[t.RunID] = true
	}
	delete(qs.active, t.ID)
	if qs.failure == nil {
		qs.failure = t.Err
	}
	select {
	case <-qs.ended:
	default:
		close(qs.ended)
	}
}

// stopAll stops every query and waits.
func (qs *Queries) stopAll(ctx context.Context) error {
	var errs []error
	for _, q := range qs.Active() {
		errs = append(errs, q.Stop(ctx))
	}
	return errors.Join(errs...)
}
