package topology

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/files"
	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/flow"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
)

// Job is a graph of components. It is built by one goroutine.
type Job struct {
	name       string
	site       sparkerr.Origin // the call of NewJob
	env        *env.Env
	components []*component
	mistakes   []error
	batch      int // events an edge's batch may have
	credit     int // events an edge may hold, 0: flow's default

	checkpoints *checkpoints // nil: none
	delivery    *delivery    // nil: events are not tracked
	onError     ErrorPolicy
	restart     RestartPolicy
	pass        int           // of a BatchPass; 0: the job follows a stream
	stall       time.Duration // 0: stalls are not noticed
	stop        time.Duration // StopTimeout; 0: none was given

	running struct {
		mu         sync.Mutex
		flow       *flow.Flow        // guarded by mu; nil: it does not run
		plan       *plan             // guarded by mu: of the flow
		began      time.Time         // guarded by mu: the flow
		base       []int64           // guarded by mu: what components had received then
		asked      observer          // guarded by mu: at the last Status
		restarts   int               // guarded by mu
		replaced   int               // guarded by mu: instances that began again alone
		checkpoint *CheckpointStatus // guarded by mu: the last one
	}

	watch  *watch // nil: nobody wants to know
	beside []func(context.Context, *Job) (func() error, error)
}

// Option configures a job.
type Option func(*Job)

// NewJob returns a job without components. The name stands in its plan, its
// logs and its errors.
func NewJob(name string, options ...Option) *Job {
	seed := env.RandomSeed()
	j := &Job{
		name:  name,
		site:  exec.CallSite(),
		batch: defaultBatch,
		env:   &env.Env{Clock: env.System{}, Seed: seed, FS: vfs.OS(seed), Log: slog.Default()},
	}
	for _, o := range options {
		if j.given("NewJob", o != nil); o != nil {
			o(j)
		}
	}
	return j
}

// Clock makes the job tell the time by c.
func Clock(c connector.Clock) Option {
	return func(j *Job) { j.given("Clock", !isNil(c)); j.env.Clock = c }
}

// Files makes the job keep its checkpoint in fs.
func Files(fs files.FS) Option {
	return func(j *Job) { j.given("Files", !isNil(fs)); j.env.FS = fs }
}

// Inside hands a value to the engine that only packages of this module can make,
// such as the fail points of a test; others have no effect.
func Inside(value any) Option {
	return func(j *Job) {
		if f, ok := value.(env.FailPoint); ok {
			j.env.Fail = f
		}
	}
}

// Log makes the job log to l.
func Log(l *slog.Logger) Option {
	return func(j *Job) { j.given("Log", l != nil); j.env.Log = l }
}

// QueueSize bounds the events that wait on the edge from one instance to
// another; 4096 without it. A producer that finds it full waits.
func QueueSize(events int) Option {
	return func(j *Job) {
		if events < 1 {
			j.mistake("QueueSize(%d): an edge must hold at least one event", events)
			return
		}
		j.credit, j.batch = events, min(j.batch, max(1, events/8)) // a producer that waited is back before the edge is empty
	}
}

// Name returns the job's name.
func (j *Job) Name() string { return j.name }

// mistake notes what is wrong with the graph, for Validate, and where.
func (j *Job) mistake(format string, args ...any) {
	j.mistakes = append(j.there().mistakes, j.wrong(exec.CallSite(), format, args...))
}

// wrong is an error of a line of the program; none if that is not known.
func (j *Job) wrong(at sparkerr.Origin, format string, args ...any) error {
	err := fmt.Errorf("job %s: "+format, append([]any{j.name}, args...)...)
	if at == (sparkerr.Origin{}) {
		return err
	}
	return fmt.Errorf("%w; %s", err, at)
}

// Validate returns every mistake of the graph, joined; nil if there is none.
func (j *Job) Validate() error {
	mistakes := append([]error(nil), j.mistakes...)
	of := func(c *component, format string, args ...any) {
		mistakes = append(mistakes, j.wrong(c.site, format, args...))
	}
	add := func(format string, args ...any) { of(&component{site: j.site}, format, args...) }
	names := map[string]bool{}
	sources := 0
	if j.onError == Replay && j.delivery == nil {
		add("OnError(Replay) needs AtLeastOnce: without it no source keeps what it gave")
	}
	for _, c := range j.components {
		if names[c.name] {
			of(c, "two components are called %q; names are unique, as state and metrics go by them", c.name)
		}
		names[c.name] = true
		if c.parallelism < 1 {
			of(c, "component %q has parallelism %d; it needs at least 1", c.name, c.parallelism)
		}
		if c.parallelism > cells.KeyGroups {
			of(c, "component %q has parallelism %d; there are %d key groups to share out", c.name, c.parallelism, cells.KeyGroups)
		}
		if c.role == source {
			sources++
		}
		for i, ch := range c.channels {
			if ch.optional || c.read(i) {
				continue
			}
			of(c, "nobody reads channel %q of component %q; send it somewhere, or to topology.Discard", ch.name(), c.name)
		}
	}
	if c := j.checkpoints; c != nil {
		for _, comp := range j.components {
			if comp.lacks != "" && (c.aligned || comp.role != sink) {
				of(comp, "%s %q %s, so it cannot be part of a job with checkpoints", comp.role, comp.name, comp.lacks)
			}
		}
	}
	for _, c := range j.components {
		if c.sheds() && (j.checkpoints != nil || j.delivery != nil) {
			of(c, "%s %q reads a stream that may drop events (Shed), and the job promises to lose none", c.role, c.name)
		}
	}
	if j.checkpoints != nil && j.delivery != nil {
		add("AtLeastOnce does not go with checkpoints, which have a guarantee of their own: a source would be ahead of what it gives again")
	}
	if sources == 0 {
		add("there is no source; begin with AddSource")
	}
	return errors.Join(mistakes...)
}

// Run runs the job until its sources have ended and every event is through, a
// component fails, whose error it returns, or ctx ends. All goroutines have
// ended on return, and every instance that was set up is closed, but for those
// that did not return in time; see StopTimeout.
func (j *Job) Run(ctx context.Context) (err error) {
	if err := j.Validate(); err != nil {
		return err
	}
	stop, err := j.accompany(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	return j.listened(func() error {
		return j.runs(ctx, j.env.Clock.Sleep, func(f *flow.Flow) error { return f.Run(ctx) })
	})
}

// VirtualClock is a clock that stands until it is set.
type VirtualClock interface {
	connector.Clock
	Set(time.Time)
}

// Simulate runs the job on the calling goroutine alone, for tests: see package
// topologytest. Again and again it lets one of the instances that could go on do
// a step, the one of number pick(n) in [0, n); when none can, the clock moves to
// the next time that anybody waits for. Sources are called with a context that
// has ended, so that they give what they have and do not wait.
func (j *Job) Simulate(ctx context.Context, clock VirtualClock, pick func(n int) int) error {
	if err := j.Validate(); err != nil {
		return err
	}
	j.env.Clock = flow.Simulated(clock)
	if j.checkpoints != nil {
		j.checkpoints.simulated = true
	}
	wait := func(_ context.Context, d time.Duration) error {
		clock.Set(clock.Now().Add(d))
		return nil
	}
	if j.watch != nil {
		j.watch.listeners.InTurn = true
	}
	return j.listened(func() error {
		return j.runs(ctx, wait, func(f *flow.Flow) error { return f.Simulate(ctx, clock, pick) })
	})
}

// now says which flow runs, nil: none.
func (j *Job) now(f *flow.Flow, p *plan) {
	j.running.mu.Lock()
	defer j.running.mu.Unlock()
	j.running.flow, j.running.plan = f, p
	j.running.began, j.running.base = j.env.Clock.Now(), j.counted()
}
