package query

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/checkpoint"
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/operator"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sparkerr"
)

// Config is everything a query is started with.
type Config struct {
	Env         *env.Env
	Name        string // "" for none
	RunID       string
	Directory   *checkpoint.Directory // closed by the query
	Discard     func() error          // removes a temporary checkpoint after a clean end; nil: keep
	Graph       *task.Graph
	Sources     []connector.Source // by scan ordinal; closed by the query
	Static      []connector.Source // batch sides of joins; closed by the query
	Sink        connector.Sink     // closed by the query
	Runner      *exec.Runner
	Parallelism int
	Groups      int     // key groups; those of the checkpoint win
	Delays      []int64 // watermark nodes: delay in milliseconds
	Metrics     []*operator.Metrics
	Policy      checkpoint.Policy
	// OneWatermark: late rows are judged by the watermark of their own epoch
	// (spark.sql.streaming.statefulOperator.allowMultiple=false).
	OneWatermark bool
	NoData       bool // spark.sql.streaming.noDataMicroBatches.enabled
	Trigger      Trigger
	Retry        Retry
	MaxEpochs    int // end after so many epochs; 0 for no limit
	Retain       int // epochs whose logs are kept
	Zone         string
	ANSI         bool
	Conf         map[string]string // pinned in the offset log
	Listeners    []Listener
}

// recentProgress is how many progress reports a query keeps.
const recentProgress = 100

// Query is a running or ended streaming query. Safe for concurrent use.
type Query struct {
	cfg   Config
	loop  *loop         // owned by the query's goroutine
	done  chan struct{} // closed when the goroutine has ended
	start time.Time
	// waiting ends when the run's context does or Stop is called; it bounds
	// the waits between epochs, not the epochs.
	waiting context.Context
	endWait context.CancelFunc

	mu struct {
		sync.Mutex
		status  Status
		recent  []*Progress
		err     error
		ticks   uint64        // triggers begun
		idle    uint64        // the newest trigger that found nothing
		changed chan struct{} // closed and replaced when idle moves
	}
}

// Start recovers the query from its directory and starts its goroutine, which
// lives until ctx ends, Stop is called, the run is over or fails. Everything in
// cfg that must be closed is closed by the query, also if Start fails.
func Start(ctx context.Context, cfg Config) (*Query, error) {
	q := &Query{cfg: cfg, done: make(chan struct{}), start: cfg.Env.Clock.Now()}
	q.waiting, q.endWait = context.WithCancel(ctx)
	q.mu.changed = make(chan struct{})
	q.mu.status.Message = "Initializing StreamExecution"
	l, err := newLoop(q)
	if err != nil {
		q.endWait()
		return nil, errors.Join(err, closeAll(&cfg))
	}
	q.loop = l
	for _, ls := range cfg.Listeners {
		if ls.Started != nil {
			ls.Started(Started{q.ID(), q.RunID(), cfg.Name, stamp(q.start.UnixMilli())})
		}
	}
	go q.run(ctx)
	return q, nil
}

// run is the query's goroutine.
func (q *Query) run(ctx context.Context) {
	defer close(q.done)
	defer q.endWait()
	err := q.loop.run(ctx)
	if cerr := q.loop.close(err == nil); err == nil {
		err = cerr
	}
	q.finish(err)
}

func (q *Query) finish(err error) {
	if err != nil {
		err = q.failed(err)
	}
	q.mu.Lock()
	q.mu.err = err
	q.mu.status = Status{Message: "Stopped"}
	if err != nil {
		q.mu.status.Message = "Terminated with exception: " + err.Error()
	}
	q.notifyLocked()
	q.mu.Unlock()
	for _, l := range q.cfg.Listeners {
		if l.Terminated != nil {
			l.Terminated(Terminated{q.ID(), q.RunID(), err})
		}
	}
}

// failed wraps what ended the query as STREAM_FAILED.
func (q *Query) failed(err error) error {
	name := q.cfg.Name
	if name != "" {
		name += " "
	}
	return sparkerr.New("STREAM_FAILED",
		"the streaming query "+name+"[id = "+q.ID()+", runId = "+q.RunID()+"] ended with an error",
		"id", q.ID(), "runId", q.RunID(), "message", err.Error()).Because(err)
}

// ID returns the id of the checkpoint, stable over restarts.
func (q *Query) ID() string { return q.cfg.Directory.ID() }

// RunID returns the id of this run.
func (q *Query) RunID() string { return q.cfg.RunID }

// Name returns the name given by the user, "" for none.
func (q *Query) Name() string { return q.cfg.Name }

// Done is closed when the query has ended.
func (q *Query) Done() <-chan struct{} { return q.done }

// IsActive reports whether the query has not ended.
func (q *Query) IsActive() bool {
	select {
	case <-q.done:
		return false
	default:
		return true
	}
}

// Status returns what the query is doing.
func (q *Query) Status() Status {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.mu.status
}

// LastProgress returns the newest report, nil before the first.
func (q *Query) LastProgress() *Progress {
	q.mu.Lock()
	defer q.mu.Unlock()
	if n := len(q.mu.recent); n > 0 {
		return q.mu.recent[n-1]
	}
	return nil
}

// RecentProgress returns the newest reports, oldest first; at most 100.
func (q *Query) RecentProgress() []*Progress {
	q.mu.Lock()
	defer q.mu.Unlock()
	return append([]*Progress(nil), q.mu.recent...)
}

// Exception returns why the query failed, nil if it has not.
func (q *Query) Exception() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.mu.err
}

// Stop ends the query after the epoch under way and waits for it, or for ctx.
// Cancelling the context given to Start drops the epoch instead.
func (q *Query) Stop(ctx context.Context) error {
	q.endWait()
	select {
	case <-q.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// AwaitTermination waits until the query has ended and returns its failure, or
// ctx's error.
func (q *Query) AwaitTermination(ctx context.Context) error {
	select {
	case <-q.done:
		return q.Exception()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ProcessAllAvailable waits until a trigger that began after the call has found
// nothing new, and returns the query's failure if it ends before.
func (q *Query) ProcessAllAvailable(ctx context.Context) error {
	q.mu.Lock()
	target := q.mu.ticks + 1
	for q.mu.idle < target && q.IsActive() {
		changed := q.mu.changed
		q.mu.Unlock()
		select {
		case <-changed:
		case <-q.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		q.mu.Lock()
	}
	defer q.mu.Unlock()
	return q.mu.err
}

// notifyLocked wakes everybody who waits for a change.
func (q *Query) notifyLocked() {
	close(q.mu.changed)
	q.mu.changed = make(chan struct{})
}

func (q *Query) setStatus(message string, data, active bool) {
	q.mu.Lock()
	q.mu.status = Status{message, data, active}
	q.mu.Unlock()
}

// ticked notes that a trigger has begun and returns its number.
func (q *Query) ticked() uint64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.mu.ticks++
	return q.mu.ticks
}

// foundNothing notes that trigger n had nothing to do.
func (q *Query) foundNothing(n uint64) {
	q.mu.Lock()
	q.mu.idle = n
	q.mu.status = Status{Message: "Waiting for data to arrive"}
	q.notifyLocked()
	q.mu.Unlock()
}

func (q *Query) publish(p *Progress) {
	q.mu.Lock()
	if len(q.mu.recent) >= recentProgress {
		q.mu.recent = append(q.mu.recent[:0:0], q.mu.recent[1:]...)
	}
	q.mu.recent = append(q.mu.recent, p)
	q.mu.Unlock()
	for _, l := range q.cfg.Listeners {
		if l.Progress != nil {
			l.Progress(p)
		}
	}
}

// closeAll closes what a query was given.
func closeAll(cfg *Config) error {
	var errs []error
	for _, s := range append(cfg.Sources[:len(cfg.Sources):len(cfg.Sources)], cfg.Static...) {
		errs = append(errs, s.Close())
	}
	errs = append(errs, cfg.Sink.Close(), cfg.Directory.Close())
	return errors.Join(errs...)
}
