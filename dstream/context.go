package dstream

import (
	"cmp"
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/rdd"
	"github.com/spatestream/spate/sparkerr"
)

// State is where a context is in its life, which goes one way.
type State int

// The states of a context.
const (
	Initialized State = iota
	Active
	Stopped
)

// String returns the state as a word.
func (s State) String() string { return [...]string{"initialized", "active", "stopped"}[s] }

// Context cuts time into batches and runs the output operations of each, what
// StreamingContext is. Streams are defined on one goroutine before Start; the
// other methods are safe for concurrent use.
type Context struct {
	sc    *rdd.Context
	env   *env.Env
	batch time.Duration
	own   bool // sc was made here

	mu         sync.Mutex // the graph lock: guards what follows and what the nodes generate; see node.outside
	state      State
	err        error // what is wrong with the program
	nodes      []*node
	inputs     []input
	outputs    []*output
	remembered time.Duration
	zero       instant              // batches are at zero + n*batch, n > 0
	newest     instant              // the last batch that was cut
	run        *run                 // set by Start
	caller     *node                // whose function of the program the generator is in, nil for none
	left       bool                 // the generator is left behind, and makes no more batches
	unfinished []instant            // batches that were cut and have not ended, ascending
	lost       map[instant]struct{} // batches that have failed: a recovery runs them again

	checkpoints string     // the checkpoint directory, "" for none
	dir         *directory // open from GetOrCreate or Start until the end
	recovered   *metadata  // what GetOrCreate found

	estimator func() RateEstimator // nil: Spark's

	listeners  listeners
	failed     failure
	over       chan struct{} // closed by end
	ending     sync.Once
	statistics statistics
}

// NewContext makes a streaming context, and an rdd.Context of its own, that
// cuts a batch every interval. It never fails: what is wrong shows at Start.
func NewContext(app string, interval time.Duration, opts ...rdd.Option) *Context {
	c := NewContextOn(rdd.NewContext(app, opts...), interval)
	c.own = true
	return c
}

// NewContextOn makes a streaming context over an rdd.Context, of which one at a
// time can be active.
func NewContextOn(sc *rdd.Context, interval time.Duration) *Context {
	c := &Context{sc: sc, env: sc.Inside((*env.Env)(nil)).(*env.Env), batch: interval, lost: map[instant]struct{}{}, over: make(chan struct{})}
	if interval < time.Millisecond || interval%time.Millisecond != 0 {
		c.err = sparkerr.New("", "the batch interval must be a whole number of milliseconds and at least one, not "+interval.String()).At(exec.CallSite())
		c.batch = time.Second // so that the definitions that follow can be made
	}
	c.failed.init()
	c.listeners.log = c.env.Log
	c.statistics.retain = c.number("spark.streaming.ui.retainedBatches", 1000)
	return c
}

// RDDContext returns the context of the RDDs.
func (c *Context) RDDContext() *rdd.Context { return c.sc }

// State returns where the context is in its life.
func (c *Context) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state
}

// Err returns what is wrong with the program so far: the first definition that
// is refused, also one that comes too late. Start returns it.
func (c *Context) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Remember makes every stream remember its RDDs for d at least, for queries
// from other goroutines. It can be called once, before Start.
func (c *Context) Remember(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.err != nil:
	case c.remembered != 0:
		c.err = sparkerr.New("", "Remember was called already, with "+c.remembered.String()).At(exec.CallSite())
	case c.state != Initialized:
		c.err = sparkerr.New("", "Remember is called before the context starts").At(exec.CallSite())
	}
	c.remembered = d
}

// Start checks the program and begins to cut batches, the first at the next
// multiple of the interval. The run ends with Stop, or when ctx ends: then at
// once.
func (c *Context) Start(ctx context.Context) error {
	if ctx == nil {
		return exec.NotGiven("Start").At(exec.CallSite())
	}
	var estimators []RateEstimator
	var err error
	if c.State() == Initialized {
		estimators, err = c.estimators()
	}
	c.mu.Lock()
	was := c.state
	err = c.start(ctx, estimators, err)
	c.mu.Unlock()
	if err == nil && was == Initialized {
		c.listeners.tell(func(l *Listener) { call(l.StreamingStarted, StreamingStarted{Time: c.env.Clock.Now()}) })
	}
	return err
}

// start runs under the graph lock; wrong is why there are no estimators.
func (c *Context) start(ctx context.Context, estimators []RateEstimator, wrong error) error {
	switch c.state {
	case Active:
		c.env.Log.Warn("the streaming context has been started already")
		return nil
	case Stopped:
		return sparkerr.New("", "the streaming context has been stopped and cannot start again: make another").At(exec.CallSite())
	}
	release, err := c.prepare(wrong)
	if err == nil {
		c.control(estimators)
		if err = c.begin(ctx, release); err != nil {
			c.run = nil
			release()
		}
	}
	if err != nil {
		c.state = Stopped
		err = c.closeDirectory(err)
		c.failed.set(err)
		return err
	}
	return nil
}

// prepare takes what the run needs for itself.
func (c *Context) prepare(wrong error) (release func(), err error) {
	if err := cmp.Or(c.validate(), wrong); err != nil {
		return nil, err
	}
	if err := c.openDirectory(); err != nil {
		return nil, err
	}
	if c.dir != nil && c.recovered == nil && len(c.dir.old) > 0 {
		c.env.Log.Warn("the program begins anew over the checkpoint of an earlier run, which is removed; GetOrCreate would continue it", "checkpoint", c.checkpoints)
	}
	release, err = c.sc.Claim("a streaming context")
	if err == nil && c.dir != nil && (c.recovered != nil || len(c.dir.old) == 0) {
		c.sweep()
	}
	return release, err
}

// validate returns what is wrong with the program.
func (c *Context) validate() error {
	if c.err != nil {
		return c.err
	}
	if len(c.outputs) == 0 {
		return sparkerr.New("", "no output operation is defined, so there is nothing to run: call Print, ForEachRDD or one of the Save methods on a stream")
	}
	if err := c.checkSettings(); err != nil {
		return err
	}
	c.noteIdle()
	if n := c.number("spark.streaming.concurrentJobs", 1); n < 1 {
		return sparkerr.New("INVALID_CONF_VALUE.DEFAULT_MESSAGE", "spark.streaming.concurrentJobs is "+strconv.Itoa(n)+": give a number from 1",
			"confName", "spark.streaming.concurrentJobs", "confValue", strconv.Itoa(n))
	}
	for _, in := range c.inputs {
		if x, ok := in.(interface{ valid() error }); ok {
			if err := x.valid(); err != nil {
				return err
			}
		}
	}
	for _, n := range c.nodes {
		if err := n.validate(c.checkpointDir()); err != nil {
			return err
		}
	}
	for _, o := range c.outputs {
		o.on.keep(0)
	}
	return nil
}

// begin starts the run. After an error nothing runs.
func (c *Context) begin(ctx context.Context, release func()) error {
	now := instantOf(c.env.Clock.Now())
	if c.recovered == nil {
		c.zero = now.floor(c.batch, 0)
		c.newest = c.zero
	}
	first := max(now.floor(c.batch, c.zero), c.newest).plus(c.batch)
	c.state = Active
	c.run = newRun(c, release)
	for i, in := range c.inputs {
		if err := in.start(c.run.ctx, c.zero); err != nil {
			c.run.cancel(err)
			for _, started := range c.inputs[:i] {
				_ = started.stop(context.Background())
			}
			c.closeInputs()
			return err
		}
	}
	c.run.start(ctx, first)
	return nil
}

// AwaitTermination waits until the context has stopped or a batch has failed,
// and returns the batch's error; the context then still runs until Stop. It
// waits at most until ctx ends.
func (c *Context) AwaitTermination(ctx context.Context) error { return c.failed.wait(ctx) }

// Done returns a channel that is closed when the context has stopped, whoever
// stopped it and whatever batches have failed.
func (c *Context) Done() <-chan struct{} { return c.over }

func (c *Context) end() { c.ending.Do(func() { close(c.over) }) }

// AwaitTerminationOrTimeout is AwaitTermination for at most d; it reports
// whether the context has stopped.
func (c *Context) AwaitTerminationOrTimeout(ctx context.Context, d time.Duration) (bool, error) {
	if env.Within(ctx, c.env.Clock, d, c.failed.done) {
		return c.State() == Stopped, c.failed.get()
	}
	return false, context.Cause(ctx)
}

// StopOption changes how a context stops.
type StopOption func(*stopping)

type stopping struct{ graceful, keepRDDs bool }

// Gracefully lets everything that was received be processed first.
func Gracefully() StopOption { return func(s *stopping) { s.graceful = true } }

// KeepRDDContext leaves the rdd.Context running.
func KeepRDDContext() StopOption { return func(s *stopping) { s.keepRDDs = true } }

// Stop ends the run: at once, so that batches under way are cut off, unless
// Gracefully is given. It returns when nothing of the run is left, or when
// ctx has ended and what goes on all the same has had its time. That is left
// behind, and the error names it: a receiver's Run after spate.streaming.receiverStopTimeout (10 s),
// an output operation or a function of Transform after spate.streaming.outputStopTimeout
// (10 s, also when Stop's ctx ends earlier), whose batch runs again after a
// recovery. It may be called in any state, and again. A listener cannot call it;
// an output operation and a function of Transform can, and then it returns before
// the run has ended.
func (c *Context) Stop(ctx context.Context, opts ...StopOption) error {
	caller := callerOf()
	if caller == byListener {
		return sparkerr.New("", "a listener cannot stop the streaming context, which waits for its listeners: stop it from another goroutine").At(exec.CallSite())
	}
	s := stopping{keepRDDs: !c.flag("spark.streaming.stopSparkContextByDefault", true)}
	for _, o := range opts {
		o(&s)
	}
	c.mu.Lock()
	r := c.run
	var err error
	if r == nil {
		c.state = Stopped
		err = c.closeDirectory(nil)
		c.end()
	}
	c.mu.Unlock()
	switch {
	case r != nil && caller == byJob:
		r.stopLater(s)
		return nil
	case r != nil:
		err = r.stop(ctx, s.graceful)
	}
	c.stopped(r, s)
	return err
}

// stopped is the end of Stop; r is nil if nothing ran.
func (c *Context) stopped(r *run, s stopping) {
	c.failed.set(nil)
	switch {
	case s.keepRDDs:
	case r != nil && r.behind:
		go c.sc.Stop() // ends with the tasks of jobs that were left behind
	default:
		c.sc.Stop()
	}
}

// failure is the first error of a run, or its end.
type failure struct {
	once sync.Once
	done chan struct{} // closed when err is set
	err  error
}

func (f *failure) init() { f.done = make(chan struct{}) }

func (f *failure) set(err error) {
	f.once.Do(func() {
		f.err = err
		close(f.done)
	})
}

// get returns the error, once done is closed.
func (f *failure) get() error { return f.err }

func (f *failure) wait(ctx context.Context) error {
	select {
	case <-f.done:
		return f.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
