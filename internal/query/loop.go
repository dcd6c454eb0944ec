package query

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"time"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/checkpoint"
	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/store"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/sparkerr"
)

// loop is what the query's goroutine owns: the coordinator and the hands that
// carry out its actions.
type loop struct {
	q       *Query
	cfg     *Config
	coord   *checkpoint.Coordinator
	bound   *exec.Bound
	sink    *SinkOutlets
	last    *checkpoint.Manifest           // of the newest decided epoch, nil for none
	pending *checkpoint.Manifest           // of the epoch being saved
	deltas  map[string][]*checkpoint.Delta // by stage and task: memory of the sections
	keeper  *checkpoint.Keeper
	todo    []checkpoint.Action
	ended   bool

	tick   uint64 // number of the trigger under way
	began  time.Time
	idle   bool // the last trigger found nothing
	epochs int
	report reporter

	failures int // transient ones since the last trigger that ended well
}

func newLoop(q *Query) (*loop, error) {
	cfg := &q.cfg
	l := &loop{q: q, cfg: cfg, deltas: map[string][]*checkpoint.Delta{}}
	l.sink = NewSinkOutlets(cfg.Sink)
	l.report = reporter{q: q}
	l.keeper = checkpoint.NewKeeper(cfg.Directory, cfg.Groups, cfg.RunID, cfg.Env.Log)
	recovered, err := cfg.Directory.Recover()
	if err != nil {
		return nil, err
	}
	if err := l.checkSources(recovered); err != nil {
		return nil, err
	}
	if err := l.checkSink(recovered); err != nil {
		return nil, err
	}
	l.compareSinks(recovered)
	l.pin(recovered)
	l.identify()
	if l.bound, err = cfg.Runner.Bind(cfg.Graph, cfg.Parallelism, cfg.Groups, l.sink.Outlet); err != nil {
		return nil, err
	}
	err = l.prepareTrigger()
	if err == nil && !l.bound.Stateful() {
		err = stateVanished(recovered.Manifest)
	}
	if err != nil {
		return nil, errors.Join(err, l.bound.Close())
	}
	l.coord = checkpoint.NewCoordinator(checkpoint.Config{
		Sources: len(cfg.Sources), Delays: cfg.Delays, Policy: cfg.Policy, NoData: cfg.NoData,
		State: l.bound.Stateful(), Once: cfg.Trigger.Kind == Once, Drain: cfg.Trigger.Kind == AvailableNow,
		Ride: cfg.Directory.Rides(),
	})
	l.todo = l.coord.Step(recovered)
	return l, nil
}

// checkSink refuses a sink that has committed epochs the checkpoint knows
// nothing of, and one that lacks some which the checkpoint says are committed.
func (l *loop) checkSink(r checkpoint.Recovered) error {
	c, ok := l.cfg.Sink.(connector.Committer)
	if !ok {
		return nil
	}
	last, err := c.Committed()
	if err == nil && last < r.Committed {
		return l.sinkBehind(last, r.Committed)
	}
	if err != nil || last < 0 || r.Last != nil && r.Last.Epoch >= last {
		return err
	}
	return sparkerr.New("STREAMING_SINK_AHEAD_OF_CHECKPOINT", fmt.Sprintf(
		"%s holds batch %d already, and the checkpoint has no %s: batches up to that would be taken for written and their rows lost; go back to the checkpoint that wrote it, or give the query another output folder too",
		describe(l.cfg.Sink), last, l.cfg.Directory.OffsetsFile(last)))
}

// sinkBehind is the error of a sink that was emptied, or is another than the
// one that took the first epochs: its readers would find a gap.
func (l *loop) sinkBehind(last, committed connector.Epoch) error {
	has := "is empty"
	if last >= 0 {
		has = fmt.Sprintf("ends with batch %d", last)
	}
	return sparkerr.New("STREAMING_SINK_BEHIND_CHECKPOINT", fmt.Sprintf(
		"%s %s, and the checkpoint %s says that the batches up to %d are written: readers of the folder would refuse one with a gap; restore the folder, or give the query another checkpoint, with which it reads its input from the beginning",
		describe(l.cfg.Sink), has, l.cfg.Directory.Root(), committed))
}

// pin lets what the checkpoint says win over the session: key groups and
// watermark policy are fixed when a query first runs.
func (l *loop) pin(r checkpoint.Recovered) {
	if r.Manifest != nil {
		l.cfg.Groups = r.Manifest.Groups
	}
	if r.Last == nil {
		return
	}
	switch r.Last.Conf[policyKey] {
	case "min":
		l.cfg.Policy = checkpoint.Min
	case "max":
		l.cfg.Policy = checkpoint.Max
	default:
		return
	}
	conf := maps.Clone(l.cfg.Conf)
	conf[policyKey] = r.Last.Conf[policyKey]
	l.cfg.Conf = conf
}

const policyKey = "spark.sql.streaming.multipleWatermarkPolicy"

// prepareTrigger makes the sources remember their end for AvailableNow; if one
// cannot, the whole query runs as one epoch over all there is.
func (l *loop) prepareTrigger() error {
	if l.cfg.Trigger.Kind != AvailableNow {
		return nil
	}
	for _, s := range l.cfg.Sources {
		if _, ok := s.(connector.Snapshotter); !ok {
			l.cfg.Env.Log.Warn("a source cannot serve AvailableNow; the query runs as a single batch")
			l.cfg.Trigger.Kind = Once
			return nil
		}
	}
	for _, s := range l.cfg.Sources {
		if err := s.(connector.Snapshotter).Snapshot(context.Background()); err != nil {
			return err
		}
	}
	return nil
}

// run drives the coordinator until the query ends. A panic of ours fails the
// query; the process lives.
func (l *loop) run(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = sparkerr.Internalf("panic in the query's loop: %v\n%s", p, debug.Stack())
		}
	}()
	for {
		if err := l.carryOut(ctx); err != nil || l.ended {
			return err
		}
		l.todo = l.next()
	}
}

// next waits for the trigger and returns what the tick, or the stop, asks for.
func (l *loop) next() []checkpoint.Action {
	if l.stopped() {
		return l.coord.Step(checkpoint.Stop{})
	}
	if l.tick > 0 {
		if wait := l.cfg.Trigger.wait(l.cfg.Env.Clock.Now(), l.began, l.idle); wait > 0 {
			if todo := l.coord.Step(checkpoint.Rest{}); len(todo) > 0 {
				return todo // and then wait
			}
			if err := l.waitForTrigger(wait); err != nil {
				return l.coord.Step(checkpoint.Stop{})
			}
		}
	}
	l.tick, l.began = l.q.ticked(), l.cfg.Env.Clock.Now()
	l.report.begin(l.began)
	return l.coord.Step(checkpoint.Tick{})
}

// waitForTrigger waits until the trigger is due; Stop cuts it short.
func (l *loop) waitForTrigger(d time.Duration) error {
	if l.cfg.Trigger.Interval > 0 {
		l.q.setStatus("Waiting for next trigger", false, false)
	}
	err := l.cfg.Env.Clock.Sleep(l.q.waiting, d)
	if l.stopped() {
		return l.q.waiting.Err()
	}
	return err
}

// stopped reports whether Stop was called or the run's context has ended.
func (l *loop) stopped() bool { return l.q.waiting.Err() != nil }

// carryOut does what is to be done until the coordinator waits or ends. The
// name of each durable action is a fail point, before and after.
func (l *loop) carryOut(ctx context.Context) error {
	for len(l.todo) > 0 && !l.ended {
		a := l.todo[0]
		l.todo = l.todo[1:]
		e, err := l.do(ctx, a)
		if err != nil {
			e, err = l.tryAgain(a, err)
		}
		if err != nil {
			if end, ok := l.coord.Step(checkpoint.Failed{Err: err})[0].(checkpoint.End); ok {
				return end.Err
			}
		}
		if e != nil {
			l.todo = append(l.todo, l.coord.Step(e)...)
		}
	}
	return nil
}

func (l *loop) do(ctx context.Context, a checkpoint.Action) (checkpoint.Event, error) {
	switch a := a.(type) {
	case checkpoint.AskEnds:
		return l.askEnds(ctx, a)
	case checkpoint.LogOffsets:
		a.Entry.Conf = l.cfg.Conf
		return l.durably("LogOffsets", "walCommit", checkpoint.Logged{}, func() error { return l.cfg.Directory.LogOffsets(a.Entry, l.leaks()) })
	case checkpoint.Run:
		var ran checkpoint.Ran
		_, err := l.durably("Run", "", nil, func() (err error) { ran, err = l.runEpoch(ctx, a); return err })
		return ran, err
	case checkpoint.Save:
		return l.durably("Save", "addBatch", checkpoint.Saved{}, func() error { return l.save(a) })
	case checkpoint.Decide:
		return l.durably("Decide", "commitOffsets", checkpoint.Decided{}, func() error { return l.decide(a) })
	case checkpoint.CommitSinks:
		return l.commitSinks(ctx, a)
	case checkpoint.LogCommit:
		return l.durably("LogCommit", "commitOffsets", checkpoint.CommitLogged{}, func() error {
			return l.cfg.Directory.LogCommit(a.Epoch, a.NextWatermark)
		})
	case checkpoint.Flush:
		return l.durably("Flush", "commitOffsets", nil, l.cfg.Directory.Flush)
	case checkpoint.Forget:
		return l.durably("Forget", "triggerExecution", nil, func() error { return l.forget(ctx, a) })
	case checkpoint.Restore:
		return checkpoint.Restored{}, l.restore(a)
	case checkpoint.Report:
		l.reported(a)
	case checkpoint.End:
		l.ended = true
		return nil, a.Err
	}
	return nil, nil
}

// leaks reports whether an epoch may have effects outside before it is decided:
// then its offsets must be durable before it runs, else when it is decided.
func (l *loop) leaks() bool {
	return !l.bound.Stateful() || l.cfg.Sink.Guarantee() != connector.ByEpoch
}

// durably carries out an action between its fail points and notes how long it
// took under Spark's name for the phase; "" for none.
func (l *loop) durably(point, phase string, done checkpoint.Event, act func() error) (checkpoint.Event, error) {
	if err := l.cfg.Env.At("before " + point); err != nil {
		return nil, err
	}
	var err error
	l.timed(phase, func() { err = act() })
	if err != nil {
		return nil, err
	}
	return done, l.cfg.Env.At("after " + point)
}

func (l *loop) askEnds(ctx context.Context, a checkpoint.AskEnds) (checkpoint.Event, error) {
	start := l.cfg.Env.Clock.Now()
	e := checkpoint.Ends{Ends: make([]connector.Offset, len(l.cfg.Sources))}
	limit := connector.Limit{All: l.cfg.Trigger.Kind == Once}
	for i, s := range l.cfg.Sources {
		l.q.setStatus("Getting offsets from "+describe(s), false, true)
		end, err := s.Latest(ctx, a.From[i], limit)
		if err != nil {
			return nil, err
		}
		e.Ends[i] = end
	}
	e.Wants = l.bound.Wants(a.Watermark)
	now := l.cfg.Env.Clock.Now()
	e.Now = eventtime.Time(now.UnixMilli() * 1000)
	l.report.took("latestOffset", now.Sub(start))
	return e, nil
}

// runEpoch runs the stages and prepares the sink's writers.
func (l *loop) runEpoch(ctx context.Context, a checkpoint.Run) (ran checkpoint.Ran, err error) {
	l.q.setStatus("Processing new data", true, true)
	l.report.epoch(a, l.coord.Watermark())
	var e exec.Epoch
	l.timed("getBatch", func() { e = l.epochOf(a) })
	l.timed("queryPlanning", func() { err = l.sink.Begin(ctx, a.Epoch) })
	if err != nil {
		return ran, err
	}
	l.timed("addBatch", func() { ran, err = l.runStages(ctx, e) })
	return ran, err
}

// timed notes how long f took under Spark's name for the phase.
func (l *loop) timed(phase string, f func()) {
	start := l.cfg.Env.Clock.Now()
	f()
	l.report.took(phase, l.cfg.Env.Clock.Now().Sub(start))
}

// epochOf is what the stages are told of an epoch.
func (l *loop) epochOf(a checkpoint.Run) exec.Epoch {
	e := exec.Epoch{Ranges: make([]exec.Range, len(a.To)), OneWatermark: l.cfg.OneWatermark}
	for i := range a.To {
		e.Ranges[i] = exec.Range{From: a.From[i], To: a.To[i]}
	}
	e.Params = task.Params{Epoch: store.Epoch(a.Epoch), Evict: a.Evict}
	e.Params.Expr.ANSI, e.Params.Expr.Zone = l.cfg.ANSI, l.cfg.Zone
	e.Params.Expr.BatchTime, e.Params.Expr.Watermark = a.Time, a.Evict
	e.Params.Expr.Seed = l.cfg.Env.Seed ^ uint64(a.Epoch)*0x9e3779b97f4a7c15
	return e
}

func (l *loop) runStages(ctx context.Context, e exec.Epoch) (checkpoint.Ran, error) {
	result, err := l.bound.RunEpoch(ctx, e)
	if err != nil {
		return checkpoint.Ran{}, errors.Join(err, l.sink.Abort())
	}
	observed, err := observe(l.cfg.Metrics, l.cfg.Zone)
	if err != nil {
		return checkpoint.Ran{}, errors.Join(err, l.sink.Abort())
	}
	receipts, err := l.sink.Prepare(ctx)
	l.report.ran(result, observed)
	return checkpoint.Ran{Receipts: receipts, EventTimes: largest(result.EventTimes)}, err
}

func largest(nodes []task.EventTimes) []int64 {
	out := make([]int64, len(nodes))
	for i, n := range nodes {
		out[i] = checkpoint.NothingSeen
		if n.Count > 0 {
			out[i] = n.Max
		}
	}
	return out
}

func (l *loop) commitSinks(ctx context.Context, a checkpoint.CommitSinks) (checkpoint.Event, error) {
	e, err := l.durably("CommitSinks", "addBatch", checkpoint.Committed{}, func() error {
		return l.cfg.Sink.Commit(ctx, a.Epoch, a.Receipts)
	})
	if errors.Is(err, connector.ErrLost) {
		return checkpoint.Lost{}, nil
	}
	return e, err
}

// forget lets go of what the committed epoch no longer needs. Logs are purged
// now and then, not at every epoch.
func (l *loop) forget(ctx context.Context, a checkpoint.Forget) error {
	for i, s := range l.cfg.Sources {
		if err := s.Forget(ctx, a.To[i]); err != nil {
			return err
		}
	}
	return l.keeper.Forget(a.Epoch, l.cfg.Retain, l.last)
}

func (l *loop) reported(a checkpoint.Report) {
	l.idle = a.Idle
	if a.Idle {
		l.failures = 0
		l.report.nothing(a.Epoch)
		l.q.foundNothing(l.tick)
		return
	}
	l.report.publish()
	l.failures = 0
	if l.epochs++; l.cfg.MaxEpochs > 0 && l.epochs >= l.cfg.MaxEpochs {
		l.todo = append(l.todo, l.coord.Step(checkpoint.Stop{})...)
	}
}

// close ends everything the query was given; a temporary checkpoint is removed
// after a clean end.
func (l *loop) close(clean bool) error {
	l.keeper.End()
	err := errors.Join(l.bound.Close(), closeAll(l.cfg))
	if err == nil && clean && l.cfg.Discard != nil {
		err = l.cfg.Discard()
	}
	return err
}

func describe(x any) string {
	if d, ok := x.(connector.Describer); ok {
		return d.Describe()
	}
	return fmt.Sprintf("%T", x)
}
