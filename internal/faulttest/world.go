package faulttest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"sort"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/connector/file/json"
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/expr/render"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/query"
	"github.com/spatestream/spate/internal/session"
	"github.com/spatestream/spate/internal/vfs"
)

// The queries the suite runs: one without state, one that counts in windows and
// lets them go, one that remembers every key. Each reads the JSON files of /in,
// one a micro-batch, and appends to /out.
const (
	filter = `CREATE STREAMING TABLE out USING json OPTIONS (path '/out') AS
		SELECT k, v FROM STREAM src WHERE v % 2 = 0`
	windows = `CREATE STREAMING TABLE out USING json OPTIONS (path '/out') AS
		SELECT window.start AS s, k, count(*) AS n, sum(v) AS t FROM STREAM src WATERMARK ts DELAY OF INTERVAL 5 SECONDS
		GROUP BY window(ts, '10 seconds'), k`
	distinct = `CREATE STREAMING TABLE out USING json OPTIONS (path '/out') AS
		SELECT DISTINCT w, k FROM (SELECT window(ts, '10 seconds') AS w, k FROM STREAM src WATERMARK ts DELAY OF INTERVAL 0 SECONDS)`
)

// In front of a query: how its checkpoint keeps its logs.
const (
	inFiles    = "SET spate.checkpoint.log = files; "
	inSegments = "SET spate.checkpoint.log = segments; "
)

// canonical are the queries in both forms of a checkpoint.
var canonical = []struct{ name, sql string }{
	{"filter", inFiles + filter}, {"window", inSegments + windows}, {"distinct", inSegments + distinct},
	{"filter in segments", inSegments + filter}, {"window in files", inFiles + windows}, {"distinct in files", inFiles + distinct},
}

const declare = `CREATE TABLE src (k STRING, v BIGINT, ts TIMESTAMP) USING json OPTIONS (path '/in', maxFilesPerTrigger '1');`

// life is what one process of the simulated machine is made of.
type life struct {
	fs         vfs.FS
	connectors []connector.Connector
	fail       env.FailPoint
	seed       uint64
	conf       map[string]string // of the session, besides what all have
}

// tick is a clock that moves a millisecond at each look and never waits long.
type tick struct{ millis atomic.Int64 }

func (t *tick) Now() time.Time { return time.UnixMilli(t.millis.Add(1)) }

func (t *tick) Sleep(ctx context.Context, d time.Duration) error {
	t.millis.Add(d.Milliseconds())
	return ctx.Err()
}

// newTick is a clock that starts with the year 2026.
func newTick() *tick {
	t := &tick{}
	t.millis.Store(1_767_225_600_000)
	return t
}

// session opens a session of the life, on one task, so that the calls come in
// one order.
func (l life) session() (*session.Session, error) {
	n, unique := 0, vfs.Checksum([]byte(l.fs.Temp("id")))
	if l.connectors == nil {
		l.connectors = []connector.Connector{json.Connector()}
	}
	conf := map[string]string{"spate.parallelism": "1", "spark.sql.session.timeZone": "UTC"}
	maps.Copy(conf, l.conf)
	return session.New(session.Config{
		Env:        &env.Env{Clock: newTick(), Seed: 7 + l.seed, FS: l.fs, Fail: l.fail, Log: slog.New(slog.NewTextHandler(io.Discard, nil))},
		Connectors: l.connectors,
		Conf:       conf,
		NewID:      func() string { n++; return fmt.Sprintf("%08x-0000-4000-8000-%012d", unique, n) },
		TempDir:    "/tmp",
		Spill:      func() (memory.Space, error) { return memory.NewSpace(l.fs, "/tmp"), nil },
	})
}

// run processes all that is there and ends.
func (l life) run(sql string) (err error) {
	s, err := l.session()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	sc := s.NewScript()
	sc.Trigger = query.Trigger{Kind: query.AvailableNow}
	flows, err := sc.Run(context.Background(), declare+sql)
	if err != nil {
		return err
	}
	flows[0].Stream.Options["checkpointLocation"] = "/ck"
	q, err := s.Start(context.Background(), flows[0])
	if err != nil {
		return err
	}
	return q.AwaitTermination(context.Background())
}

// flushed adds a last file, whose time lets every window go, processes it and
// returns the output. Without it a restart could leave the last windows for
// later: as in Spark, no epoch without data comes first after a restart.
func (l life) flushed(sql string) (string, error) {
	if err := lastInput(l.fs); err != nil {
		return "", err
	}
	if err := l.run(sql); err != nil {
		return "", err
	}
	return l.output()
}

// lastInput writes the last file.
func lastInput(fs vfs.FS) error {
	return vfs.WriteAtomic(fs, "/in/last.json", []byte(`{"k":"last","v":0,"ts":"2026-02-01T00:00:00Z"}`+"\n"), vfs.NoOverwrite)
}

// output reads the result as a batch query does, one line a row, sorted.
func (l life) output() (string, error) { return l.ask("", "SELECT * FROM json.`/out`") }

// ask runs a script and then a query, and returns its rows, sorted.
func (l life) ask(script, query string) (_ string, err error) {
	s, err := l.session()
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	ctx := context.Background()
	if _, err := s.NewScript().Run(ctx, script); err != nil {
		return "", err
	}
	r, err := s.SQL(ctx, query)
	if err != nil {
		return "", err
	}
	var rows []string
	err = s.Execute(ctx, r, func(b *columnar.Batch) error {
		rows = append(rows, lines(s, b)...)
		return nil
	})
	sort.Strings(rows)
	return strings.Join(rows, "\n"), err
}

// lines prints the rows of a batch, their cells joined by commas.
func lines(s *session.Session, b *columnar.Batch) []string {
	var rows []string
	p := s.Printer(render.Hive)
	for k := range b.Rows() {
		var cells []string
		for _, c := range b.Cols {
			cells = append(cells, string(p.Append(nil, c, b.RowAt(k))))
		}
		rows = append(rows, strings.Join(cells, ","))
	}
	return rows
}

// files is how many input files there are, one a micro-batch.
const files = 6

// input writes the input: keys that repeat, times that move on, some late.
func input(fs vfs.FS) error {
	if err := fs.MkdirAll("/in"); err != nil {
		return err
	}
	for f := range files {
		var b strings.Builder
		for i := range 8 {
			at := 20*f + 3*i
			if i == 7 {
				at -= 60 // late: the windows before it are gone
			}
			fmt.Fprintf(&b, "{\"k\":\"k%d\",\"v\":%d,\"ts\":\"%s\"}\n", (f+i)%5, f*10+i, time.Unix(1_767_225_600+int64(at), 0).UTC().Format("2006-01-02T15:04:05Z"))
		}
		if err := vfs.WriteAtomic(fs, fmt.Sprintf("/in/%d.json", f), []byte(b.String()), vfs.NoOverwrite); err != nil {
			return err
		}
	}
	return nil
}
