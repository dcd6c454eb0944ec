package rdd

import (
	"errors"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"weak"

	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/shuffle"
	"github.com/spatestream/spate/internal/spelling"
	"github.com/spatestream/spate/internal/storage"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
)

// Context is the way into the engine of RDDs, what SparkContext is: it makes
// RDDs, runs their jobs on its workers and keeps what is shared. It is safe for
// concurrent use. Several may live in one process.
type Context struct {
	app     string
	conf    conf
	err     error // why the context could not be made; every action returns it
	workers int
	env     *env.Env
	runner  *exec.Runner
	budget  *memory.Budget // of tasks
	room    *shuffle.Room  // of shuffle output
	store   *storage.Store // of persisted RDDs
	tempDir string
	// speculation is for all jobs, nil for none.
	speculation *exec.Speculation

	rdds, shuffles, jobs, stages, broadcasts atomic.Int64 // next ids
	stopped                                  atomic.Bool
	marks                                    atomic.Int64 // checkpoints asked for and not yet written
	errands                                  atomic.Int64 // of which none is done
	sizes                                    sync.Map     // what is foreseen, by tables

	mu        sync.Mutex
	listeners []*Listener           // guarded by mu; replaced, never changed
	claimed   bool                  // guarded by mu
	running   map[int]*job          // guarded by mu: jobs that have not ended
	sums      map[string]func() any // guarded by mu: named accumulators
	ckptDir   string                // guarded by mu: of reliable checkpoints, "" for none
	// kept are the nodes that are or were persisted, by ID; guarded by mu.
	kept map[int]weak.Pointer[node]
}

// settings are what the options make.
type settings struct {
	conf    conf
	workers int
	log     *slog.Logger
	env     *env.Env
	tempDir string
}

// Option configures a context.
type Option func(*settings)

// Conf sets a configuration key under Spark's name, such as
// spark.default.parallelism.
func Conf(key, value string) Option { return func(s *settings) { s.conf[key] = value } }

// Workers sets how many tasks run at a time, at least 1; the default is the cores.
func Workers(n int) Option { return func(s *settings) { s.workers = n } }

// Log gives the logger of warnings; slog.Default without it.
func Log(l *slog.Logger) Option { return func(s *settings) { s.log = l } }

// TempDir sets the folder of spilled and shuffled data; the default is that of
// the operating system.
func TempDir(path string) Option { return func(s *settings) { s.tempDir = filepath.ToSlash(path) } }

// Inside hands a value to the engine that only packages of this module can
// make, such as the clock and the files of a test; others have no effect.
func Inside(value any) Option {
	return func(s *settings) {
		if e, ok := value.(*env.Env); ok {
			s.env = e
		}
	}
}

// NewContext makes a context with an engine of its own. It never fails: a wrong
// option shows at the first action.
func NewContext(app string, opts ...Option) *Context {
	s := &settings{conf: conf{}, workers: defaultWorkers(), log: slog.Default(), tempDir: filepath.ToSlash(os.TempDir())}
	for _, o := range opts {
		o(s)
	}
	if s.env == nil {
		seed := env.RandomSeed()
		s.env = &env.Env{Clock: env.System{}, Seed: seed, FS: vfs.OS(seed), Log: s.log}
	}
	c := &Context{app: app, conf: s.conf, err: blamed("NewContext", s.check()), workers: max(s.workers, 1), env: s.env, tempDir: s.tempDir}
	budget, _ := ParseBytes(s.conf.get("spate.memory.budget"))
	c.budget = memory.NewBudget(budget - budget/4)
	c.room = shuffle.NewRoom(memory.NewSpace(c.env.FS, c.tempDir), budget/4)
	c.store = storage.New(storage.Options{
		Space: memory.NewSpace(c.env.FS, c.tempDir), Budget: c.budget, Fraction: s.conf.fraction("spark.memory.storageFraction"),
		OffHeap: s.conf.offHeap(), Compress: s.conf.get("spark.rdd.compress") == "true",
	})
	c.runner = exec.NewRunner(s.env, c.workers, c.budget, c.space)
	if c.err == nil {
		c.speculation, c.err = c.conf.speculation(), blamed("NewContext", c.shareByPools())
	}
	for _, key := range c.conf.idle() {
		c.env.NoteIdle(key, spelling.Meant(key, slices.Collect(maps.Keys(defaults))))
	}
	return c
}

// check returns what is wrong with the options.
func (s *settings) check() error {
	if s.workers < 1 {
		return sparkerr.New("", "rdd.Workers was given "+itoa(s.workers)+": give the number of tasks that may run at a time, at least 1")
	}
	return s.conf.check()
}

// Inside returns what Inside handed over, or the context's own: a value of the
// asked type for packages of this module, nil for others.
func (c *Context) Inside(want any) any {
	if _, ok := want.(*env.Env); ok {
		return c.env
	}
	return nil
}

func (c *Context) space() (memory.Space, error) { return memory.NewSpace(c.env.FS, c.tempDir), nil }

// AppName returns the name that NewContext got.
func (c *Context) AppName() string { return c.app }

// Conf returns the value of a configuration key, its default if it is not set,
// "" if it is unknown.
func (c *Context) Conf(key string) string { return c.conf.get(key) }

// Settings returns the configuration that was set, in a map of the caller's.
func (c *Context) Settings() map[string]string { return maps.Clone(c.conf) }

// DefaultParallelism is the number of partitions of what has no number of its
// own: spark.default.parallelism or the number of workers.
func (c *Context) DefaultParallelism() int {
	if c.err != nil {
		return c.workers
	}
	return c.conf.defaultParallelism(c.workers)
}

// DefaultMinPartitions is the least number of partitions of a text file: the
// default parallelism, at most 2.
func (c *Context) DefaultMinPartitions() int { return min(c.DefaultParallelism(), 2) }

// shown makes the value of a named accumulator visible to listeners.
func (c *Context) shown(name string, value func() any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sums == nil {
		c.sums = map[string]func() any{}
	}
	c.sums[name] = value
}

// accumulators returns the values of named accumulators now.
func (c *Context) accumulators() map[string]any {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make(map[string]any, len(c.sums))
	for name, value := range c.sums {
		out[name] = value()
	}
	return out
}

// Claim takes the context for who drives it, of which there is one at a time:
// an active streaming context. release gives it back. A context that can run no job
// is refused.
func (c *Context) Claim(who string) (release func(), err error) {
	if err := c.usable(); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.claimed {
		return nil, sparkerr.New("", who+" is active on this rdd.Context already: stop it first, or make another rdd.Context").At(exec.CallSite())
	}
	c.claimed = true
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.claimed = false
	}, nil
}

// Stop ends the context: running jobs are cancelled and waited for, jobs that
// are asked for afterwards fail, and files of shuffles and of persisted RDDs are
// removed. It may be called more than once, but not from within a task, which it
// would wait for.
func (c *Context) Stop() {
	c.mu.Lock()
	c.stopped.Store(true)
	c.mu.Unlock()
	for _, j := range c.cancelIf(func(*job) string { return "because its rdd.Context was stopped" }) {
		<-j.ended
	}
	c.runner.Wait()
	if err := errors.Join(c.room.Close(), c.store.Close()); err != nil && c.env.Log != nil {
		c.env.Log.Warn("files of shuffles or persisted RDDs cannot be removed", "folder", c.tempDir, "error", err)
	}
}

// usable returns why no job can run.
func (c *Context) usable() error {
	if c.err != nil {
		return c.err
	}
	if c.stopped.Load() {
		return errStopped
	}
	return nil
}

var errStopped = sparkerr.New("", "this rdd.Context has been stopped: make another with rdd.NewContext")
