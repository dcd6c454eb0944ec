package spate

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/plan"
	"github.com/spatestream/spate/internal/session"
	"github.com/spatestream/spate/internal/sql/parser"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/sparkerr"
)

// Session is the way into the engine: it reads relations, keeps configuration,
// temporary views and functions, and knows the running queries. It is safe for
// concurrent use.
type Session struct {
	in    *session.Session
	err   error     // why the session could not be made; every action returns it
	out   io.Writer // of Show, PrintSchema, Explain and the console sink
	ids   *atomic.Int64
	heard *heard
	// root bounds what has no context of its own (SQL commands, schemas); end
	// cancels it.
	root context.Context
	end  context.CancelFunc
}

// settings are what the options make.
type settings struct {
	conf       map[string]string
	connectors []connector.Connector
	out        io.Writer
	log        *slog.Logger
	env        *env.Env // given by tests, nil otherwise
	tempDir    string
}

// Option configures a session.
type Option func(*settings)

// Conf sets a configuration key, as SparkSession.builder.config. Keys are
// Spark's (spark.sql.shuffle.partitions) or Spate's own (spate.parallelism).
func Conf(key, value string) Option { return func(s *settings) { s.conf[key] = value } }

// Connectors gives the session further formats. One whose name is known already
// replaces the old one. Linked by default are the light ones: csv, json, text;
// rate, socket; console, memory, noop.
func Connectors(c ...connector.Connector) Option {
	return func(s *settings) { s.connectors = append(s.connectors, c...) }
}

// Output makes Show, PrintSchema, Explain and the console sink print to w
// instead of the standard output.
func Output(w io.Writer) Option { return func(s *settings) { s.out = w } }

// Log gives the logger of warnings; nothing is logged otherwise.
func Log(l *slog.Logger) Option { return func(s *settings) { s.log = l } }

// TempDir sets the folder of temporary checkpoints and spilled rows; the
// default is that of the operating system.
func TempDir(path string) Option { return func(s *settings) { s.tempDir = path } }

// NewSession makes a session with an engine of its own, embedded in this
// process. It never fails: a wrong option shows at the first action.
func NewSession(opts ...Option) *Session {
	set := &settings{conf: map[string]string{}, out: os.Stdout, log: slog.New(slog.DiscardHandler), tempDir: filepath.ToSlash(os.TempDir())}
	for _, o := range opts {
		o(set)
	}
	s := &Session{out: set.out, ids: &atomic.Int64{}, heard: newHeard()}
	s.root, s.end = context.WithCancel(context.Background())
	e := set.env
	if e == nil {
		seed := env.RandomSeed()
		e = &env.Env{Clock: env.System{}, Seed: seed, FS: vfs.OS(seed), Log: set.log}
	}
	s.in, s.err = session.New(session.Config{
		Env:        e,
		Connectors: append(lightConnectors(set.out), set.connectors...),
		Conf:       set.conf,
		Spill:      func() (memory.Space, error) { return memory.NewSpace(e.FS, set.tempDir), nil },
		TempDir:    set.tempDir,
		NewID:      env.RandomID,
		Note:       func(key string) { e.NoteIdle(key, session.Meant(key)) },
	})
	if s.err != nil { // an empty session stands in, so that builders work
		s.in, _ = session.New(session.Config{Env: e, NewID: env.RandomID, TempDir: set.tempDir})
	}
	return s
}

// Stop stops every streaming query after the epoch under way and waits for
// them, at most until ctx ends. What is asked of the session and its frames
// afterwards fails, and says where Stop was called.
func (s *Session) Stop(ctx context.Context) error {
	at := callSite()
	defer s.end()
	defer func() {
		s.in.End(sparkerr.New("", "the session was stopped at "+at.String()+" and runs nothing any more; call Stop last, or make another session with NewSession"))
	}()
	var errs []error
	for _, q := range s.in.Queries().Active() {
		errs = append(errs, q.Stop(ctx))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return s.in.Close()
}

// clone returns a session with the same engine and a copy of the configuration
// and the temporary views, as foreachBatch gets one.
func (s *Session) clone() *Session {
	c := *s
	c.in = s.in.Clone()
	return &c
}

// SQL runs a statement. Of a query it returns the relation, which runs when an
// action asks for its rows; a command runs at once, bounded by the life of the
// session, and the result has its rows.
func (s *Session) SQL(text string) *DataFrame {
	b := s.build()
	st, err := parser.Statement(text, s.in.ParserOptions())
	if err != nil {
		return b.fail(written(err, b.at))
	}
	r, err := s.in.Statement(s.root, st)
	if err != nil {
		return b.fail(written(err, b.at))
	}
	return b.frame(r)
}

// Table returns a table or view by name: "events", "db.events".
func (s *Session) Table(name string) *DataFrame { return s.Read().Table(name) }

// Range returns the numbers from start to end, exclusive, in a column id of
// type BIGINT.
func (s *Session) Range(start, end int64) *DataFrame { return s.RangeStep(start, end, 1) }

// RangeStep is Range in steps other than one; step is not 0 and may be
// negative.
func (s *Session) RangeStep(start, end, step int64) *DataFrame {
	b := s.build()
	if step == 0 {
		return b.fail(sparkerr.New("", "the step of a range must not be 0"))
	}
	return b.frame(&plan.Range{Node: b.node(), Start: start, End: end, Step: step})
}

// Read starts to describe a batch relation that is read through a connector.
func (s *Session) Read() *DataFrameReader { return &DataFrameReader{reader{s: s, b: s.build()}} }

// ReadStream starts to describe a streaming relation.
func (s *Session) ReadStream() *DataStreamReader {
	return &DataStreamReader{reader{s: s, b: s.build(), streaming: true}}
}
