package session

import (
	"context"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/expr"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/sql/logical"
	"github.com/spatestream/spate/sparkerr"
)

// Config is what a session is made of.
type Config struct {
	Env        *env.Env
	Connectors []connector.Connector
	Conf       map[string]string // initial configuration, static keys too
	// Spill opens a folder for what does not fit in memory.
	Spill func() (memory.Space, error)
	// TempDir is where temporary checkpoints are made.
	TempDir string
	// NewID makes the ids of queries and runs.
	NewID func() string
	// Note hears of configuration keys that are accepted and have no effect.
	Note func(key string)
}

// Session is one user's view of the engine. Safe for concurrent use.
type Session struct {
	cfg        Config
	conf       *Conf
	catalog    *catalog
	funcs      *functions
	vars       *variables
	ids        *logical.IDs
	connectors map[string]connector.Connector // by lower-case name
	budget     *memory.Budget
	queries    *Queries
	told       *told
	over       *atomic.Pointer[sparkerr.Error] // of the session and its clones; set by End

	mu     sync.Mutex
	closed bool // guarded by mu
}

// New makes a session. An unknown or malformed configuration key is an error.
func New(cfg Config) (*Session, error) {
	s := &Session{cfg: cfg, ids: &logical.IDs{}, connectors: map[string]connector.Connector{}, queries: newQueries(), told: &told{once: map[string]bool{}}, over: &atomic.Pointer[sparkerr.Error]{}}
	s.conf = NewConf(cfg.Note)
	for k, v := range cfg.Conf {
		if err := s.conf.Set(k, v); err != nil {
			return nil, err
		}
	}
	for _, c := range cfg.Connectors {
		s.connectors[lower(c.Name())] = c
	}
	s.catalog = newCatalog(func() string { return s.conf.Get("spark.sql.warehouse.dir") })
	s.funcs, s.vars = newFunctions(), &variables{}
	bytes, _ := ParseSize(s.conf.Get("spate.memory.budget"))
	s.budget = memory.NewBudget(bytes)
	return s, nil
}

// Clone returns a session with the same engine, a copy of the configuration
// and of the temporary views, as foreachBatch gets one.
func (s *Session) Clone() *Session {
	c := &Session{cfg: s.cfg, conf: s.conf.Clone(), funcs: s.funcs, vars: &variables{}, ids: s.ids, connectors: s.connectors, budget: s.budget, queries: s.queries, told: s.told, over: s.over}
	c.catalog = s.catalog.clone()
	return c
}

// Conf returns the configuration.
func (s *Session) Conf() *Conf { return s.conf }

// Queries returns the streaming queries.
func (s *Session) Queries() *Queries { return s.queries }

// Env returns what the session was made with.
func (s *Session) Env() *env.Env { return s.cfg.Env }

// Spill opens a folder for what does not fit in memory.
func (s *Session) Spill() (memory.Space, error) { return s.cfg.Spill() }

// Close stops every query and waits for them.
func (s *Session) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	return s.queries.stopAll(context.Background())
}

// End makes every statement and query from now on fail with why.
func (s *Session) End(why *sparkerr.Error) { s.over.CompareAndSwap(nil, why) }

// ended returns why the session takes nothing any more, nil while it does.
func (s *Session) ended() error {
	if e := s.over.Load(); e != nil {
		return e
	}
	return nil
}

// parallelism returns how many tasks a stage gets: as configured, else one a
// core.
func (s *Session) parallelism() int {
	if n, _ := strconv.Atoi(s.conf.Get("spate.parallelism")); n > 0 {
		return n
	}
	cores := runtime.GOMAXPROCS(0)
	if v, ok := s.conf.isSet("spark.sql.shuffle.partitions"); ok {
		if n, _ := strconv.Atoi(v); n > 0 {
			return min(n, cores)
		}
	}
	return cores
}

// keyGroups returns the key groups of a new stateful query.
func (s *Session) keyGroups() int {
	n, _ := strconv.Atoi(s.conf.Get("spate.state.keyGroups"))
	return n
}

// broadcastBytes returns up to which size a join side is sent to every task,
// -1 for never.
func (s *Session) broadcastBytes() int64 {
	n, ok := ParseSize(s.conf.Get("spark.sql.autoBroadcastJoinThreshold"))
	if !ok {
		return -1
	}
	return n
}

// zone returns the session time zone's id.
func (s *Session) zone() string {
	if z := s.conf.Get("spark.sql.session.timeZone"); z != "" {
		return z
	}
	if z := time.Local.String(); z != "Local" {
		return z
	}
	return "UTC"
}

// exprSession is what the analysis of expressions depends on.
func (s *Session) exprSession() *expr.Session {
	return &expr.Session{
		ANSI:          s.conf.Bool("spark.sql.ansi.enabled"),
		Zone:          s.zone(),
		CaseSensitive: s.conf.Bool("spark.sql.caseSensitive"),
		NTZDefault:    lower(s.conf.Get("spark.sql.timestampType")) == "timestamp_ntz",
		Conf:          s.conf.Get,
	}
}

// runner returns a pool of workers for one query.
func (s *Session) runner() *exec.Runner {
	return exec.NewRunner(s.cfg.Env, s.parallelism(), s.budget, s.cfg.Spill)
}

// source returns the connector that reads a format.
func (s *Session) source(format string) (connector.SourceConnector, error) {
	if c, ok := s.connectors[lower(format)].(connector.SourceConnector); ok {
		return c, nil
	}
	return nil, s.noConnector(format, "read")
}

// target returns the connector that writes a format.
func (s *Session) target(format string) (connector.SinkConnector, error) {
	if c, ok := s.connectors[lower(format)].(connector.SinkConnector); ok {
		return c, nil
	}
	return nil, s.noConnector(format, "written")
}

func (s *Session) noConnector(format, verb string) error {
	if _, ok := s.connectors[lower(format)]; ok {
		return sparkerr.New("_LEGACY_ERROR_TEMP_2049", "the data source "+format+" cannot be "+verb+" this way", "className", format)
	}
	return sparkerr.New("DATA_SOURCE_NOT_FOUND",
		"there is no data source "+format+"; the session has "+s.formats()+" (a Go program gives further ones to spate.NewSession: spate.Connectors(parquet.Connector()) of connector/file/parquet)", "provider", format)
}
