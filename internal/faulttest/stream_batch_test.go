package faulttest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/internal/query"
	"github.com/spatestream/spate/internal/session"
	"github.com/spatestream/spate/internal/vfs"
	"github.com/spatestream/spate/internal/vfs/simfs"
)

// equivalent are queries whose stream must give what the batch gives. SRC
// stands for the table, with a watermark if it is a stream.
var equivalent = []struct {
	name, sql string
	mode      connector.Mode
}{
	{"stateless", "SELECT k, v, x, upper(k) AS u, ts FROM SRC WHERE v % 3 <> 0 OR v IS NULL", connector.Append},
	{"group by in complete mode", "SELECT k, count(*), count(x), sum(v), min(v), max(k), min(x + 0.0D), max(x + 0.0D), avg(v) FROM SRC GROUP BY k", connector.Complete},
	{"group by odd doubles", "SELECT x, count(*), sum(v) FROM SRC GROUP BY x", connector.Complete},
	{"no keys", "SELECT count(*), sum(v), max(k), max(ts) FROM SRC", connector.Complete},
	{"windows, flushed", "SELECT window.start, k, count(*), sum(v), max(x + 0.0D) FROM SRC GROUP BY window(ts, '10 seconds'), k", connector.Append},
	{"sliding windows, flushed", "SELECT window.start, count(k), min(v) FROM SRC GROUP BY window(ts, '10 seconds', '4 seconds')", connector.Append},
	{"sessions, flushed", "SELECT session_window.start, session_window.end, k, count(*), sum(v) FROM SRC GROUP BY session_window(ts, '3 seconds'), k", connector.Append},
	{"distinct", "SELECT DISTINCT k, x FROM SRC", connector.Complete},
	{"deduplicated", "SELECT k, x + 0.0D AS x FROM SRC", connector.Append},
	{"join with a table", "SELECT s.k, s.v, d.name FROM SRC s LEFT JOIN (VALUES ('a', 'first'), ('ß', 'second'), (NULL, 'none')) AS d(k, name) ON s.k = d.k", connector.Append},
	{"join of streams", "SELECT l.k, l.v, r.v FROM (SELECT * FROM SRC) l JOIN (SELECT * FROM SRC) r ON l.k = r.k AND r.ts > l.ts AND r.ts <= l.ts + INTERVAL 4 SECONDS", connector.Append},
	{"left join of streams, flushed", "SELECT l.k, l.v, r.v FROM (SELECT * FROM SRC) l LEFT JOIN (SELECT * FROM SRC) r ON l.k = r.k AND r.ts > l.ts AND r.ts <= l.ts + INTERVAL 2 SECONDS", connector.Append},
}

const table = `CREATE TABLE src (k STRING, v BIGINT, x DOUBLE, ts TIMESTAMP) USING json OPTIONS (path '/in', maxFilesPerTrigger '%d');`

// However rows fall into files, files into micro-batches and micro-batches into
// lives of a process that dies at any point and comes back with another
// parallelism: the result of the stream is that of the batch over all rows.
func TestStreamIsBatch(t *testing.T) {
	rounds := uint64(6)
	if long {
		rounds = 100
	}
	for _, q := range equivalent {
		t.Run(q.name, func(t *testing.T) {
			t.Parallel()
			for seed := range rounds {
				var dedup []string
				if q.name == "deduplicated" {
					dedup = []string{"k", "x"}
				}
				if err := streamIsBatch(q.sql, q.mode, dedup, seed); err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
			}
		})
	}
}

func streamIsBatch(sql string, mode connector.Mode, dedup []string, seed uint64) error {
	rng := rand.New(rand.NewPCG(seed, 17))
	now := time.Unix(1_767_000_000, 0)
	d := simfs.New(seed, func() time.Time { now = now.Add(time.Second); return now })
	if err := errors.Join(d.MkdirAll("/in"), d.MkdirAll("/tmp")); err != nil {
		return err
	}
	out := &ledger{epochs: map[connector.Epoch][]string{}, dedup: dedup}
	stream := strings.ReplaceAll(sql, "SRC", "STREAM src WATERMARK ts DELAY OF INTERVAL 1 HOUR")
	if strings.Contains(sql, "SRC s") {
		stream = strings.ReplaceAll(sql, "SRC s", "STREAM src s")
	}
	n := 0
	for range 4 { // lives, each with new files
		for range 1 + rng.IntN(3) {
			if err := vfs.WriteAtomic(d, fmt.Sprintf("/in/%d.json", n), randomRows(rng), vfs.NoOverwrite); err != nil {
				return err
			}
			n++
		}
		if err := liveOnce(d, rng, stream, mode, out, rng.IntN(4)); err != nil {
			return err
		}
	}
	if err := liveOnce(d, rng, stream, mode, out, 0); err != nil {
		return err
	}
	batch := strings.ReplaceAll(sql, "SRC", "src")
	if out.dedup != nil {
		batch = "SELECT DISTINCT * FROM (" + batch + ")"
	}
	want, err := life{fs: d}.ask(fmt.Sprintf(table, 1), batch)
	if err != nil {
		return err
	}
	if strings.Contains(sql, "ts") && mode == connector.Append { // the windows leave
		flush := []byte(`{"ts":"2027-01-01T00:00:00Z","v":0}` + "\n")
		if err := vfs.WriteAtomic(d, "/in/last.json", flush, vfs.NoOverwrite); err != nil {
			return err
		}
		if err := liveOnce(d, rng, stream, mode, out, 0); err != nil {
			return err
		}
	}
	if got := out.text(mode); got != want {
		return fmt.Errorf("%d files: the stream gives\n%s\nthe batch\n%s", n, got, want)
	}
	return nil
}

// liveOnce is one life with another parallelism, over all there is or a few
// epochs, that dies at a random point if kind is 1.
func liveOnce(d *simfs.Disk, rng *rand.Rand, sql string, mode connector.Mode, out *ledger, kind int) error {
	l := life{fs: d, seed: rng.Uint64(), conf: map[string]string{
		"spate.parallelism":     fmt.Sprint(1 + rng.IntN(4)),
		"spate.state.keyGroups": fmt.Sprint(64 << rng.IntN(3)), // the checkpoint's wins
	}}
	epochs := 0
	switch kind {
	case 1:
		l.fail = dieAt(points[rng.IntN(len(points))], 1+rng.IntN(3))
	case 2:
		epochs = 1 + rng.IntN(2)
	}
	err := l.stream(fmt.Sprintf(table, 1+rng.IntN(3))+sql, mode, out, epochs)
	d.Kill()
	if errors.Is(err, errDied) {
		return nil
	}
	return err
}

// stream runs the last query of a script into a ledger.
func (l life) stream(script string, mode connector.Mode, out *ledger, epochs int) (err error) {
	s, err := l.session()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	sc := s.NewScript()
	sc.Trigger, sc.Mode, sc.Dedup = query.Trigger{Kind: query.AvailableNow}, mode, out.dedup
	ctx := context.Background()
	flows, err := sc.Run(ctx, script)
	if err != nil {
		return err
	}
	st := &flows[0].Stream
	st.Options, st.MaxEpochs, st.Sink = connector.Options{"checkpointLocation": "/ck"}, epochs, ledgerSink{out, s}
	q, err := s.Start(ctx, flows[0])
	if err != nil {
		return err
	}
	return q.AwaitTermination(ctx)
}

var odd = []string{`"NaN"`, "-0.0", "0.0", `"Infinity"`, "1.5", "-2e300", "null", "3"}

var keys = []string{`"a"`, `"b"`, `""`, `"ß"`, `"日本"`, `"q\"\\\n"`, "null", `"A"`}

// randomRows is a file of up to 20 rows within ten minutes.
func randomRows(rng *rand.Rand) []byte {
	var b strings.Builder
	for range rng.IntN(20) {
		v := fmt.Sprint(rng.IntN(100) - 50)
		if rng.IntN(10) == 0 {
			v = "null"
		}
		at := time.UnixMilli(1_767_225_600_000 + int64(rng.IntN(60_000))).UTC().Format("2006-01-02T15:04:05.000Z")
		fmt.Fprintf(&b, "{\"k\":%s,\"v\":%s,\"x\":%s,\"ts\":\"%s\"}\n", keys[rng.IntN(len(keys))], v, odd[rng.IntN(len(odd))], at)
	}
	return []byte(b.String())
}

// ledger keeps committed epochs as text; it outlives the process.
type ledger struct {
	epochs map[connector.Epoch][]string
	dedup  []string // columns of dropDuplicates
}

// text is the result: the last epoch's rows of a query in complete mode, else
// all.
func (l *ledger) text(mode connector.Mode) string {
	last := connector.Epoch(-1)
	for e := range l.epochs {
		last = max(last, e)
	}
	var rows []string
	for e, r := range l.epochs {
		if mode == connector.Append || e == last {
			rows = append(rows, r...)
		}
	}
	sort.Strings(rows)
	return strings.Join(rows, "\n")
}

type ledgerSink struct {
	l *ledger
	s *session.Session
}

func (ledgerSink) Guarantee() connector.Guarantee { return connector.ByEpoch }
func (s ledgerSink) Writer(context.Context, connector.Epoch, int) (connector.Writer, error) {
	return &ledgerWriter{s: s.s}, nil
}

func (s ledgerSink) Commit(_ context.Context, e connector.Epoch, receipts []connector.Receipt) error {
	if _, done := s.l.epochs[e]; done {
		return nil
	}
	s.l.epochs[e] = nil
	for _, r := range receipts {
		var rows []string
		if err := json.Unmarshal(r, &rows); err != nil {
			return err
		}
		s.l.epochs[e] = append(s.l.epochs[e], rows...)
	}
	return nil
}

func (ledgerSink) Abort(context.Context, connector.Epoch, []connector.Receipt) error { return nil }
func (ledgerSink) Close() error                                                      { return nil }

type ledgerWriter struct {
	s    *session.Session
	rows []string
}

func (w *ledgerWriter) Write(_ context.Context, b *columnar.Batch) error {
	w.rows = append(w.rows, lines(w.s, b)...)
	return nil
}

func (w *ledgerWriter) Prepare(context.Context) (connector.Receipt, error) {
	return json.Marshal(w.rows)
}

func (w *ledgerWriter) Abort() error { return nil }

// A query that has changed since the checkpoint was written is refused, and
// told what has changed.
func TestChangedQueries(t *testing.T) {
	const counts = "SELECT k, count(*), sum(v) FROM STREAM src GROUP BY k"
	for _, c := range []struct{ before, after, class, says string }{
		{counts, "SELECT k AS key, count(*) AS c, sum(v) AS t FROM STREAM src GROUP BY k", "", ""},
		{counts, "SELECT v, count(*), sum(v) FROM STREAM src GROUP BY v", "STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE", "STRING"},
		{counts, "SELECT k, x, count(*), sum(v) FROM STREAM src GROUP BY k, x", "STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE", "DOUBLE"},
		{counts, "SELECT k, count(*), sum(x) FROM STREAM src GROUP BY k", "STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE", "DOUBLE"},
		{counts, "SELECT k, count(*) FROM STREAM src GROUP BY k", "STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE", "BIGINT"},
		{counts, "SELECT k, v FROM STREAM src", "STREAMING_STATEFUL_OPERATOR_NOT_MATCH_IN_STATE_METADATA", "aggregate"},
		{"SELECT k, v FROM STREAM src", counts, "STREAMING_STATEFUL_OPERATOR_MISSING_STATE_DIRECTORY", "state"},
		{counts, "SELECT k, count(*), sum(v) FROM (SELECT * FROM STREAM src UNION ALL SELECT * FROM STREAM src) GROUP BY k", "STREAMING_QUERY_SOURCES_CHANGED", "2"},
	} {
		d := newDisk(t, 1)
		run := func(sql string) error {
			mode := connector.Update
			if !strings.Contains(sql, "GROUP BY") {
				mode = connector.Append
			}
			defer d.Kill()
			return life{fs: d}.stream(fmt.Sprintf(table, 100)+sql, mode, &ledger{epochs: map[connector.Epoch][]string{}}, 0)
		}
		if err := run(c.before); err != nil {
			t.Fatal(err)
		}
		if err := vfs.WriteAtomic(d, "/in/new.json", []byte("{\"k\":\"a\",\"v\":1}\n"), vfs.NoOverwrite); err != nil {
			t.Fatal(err)
		}
		err := run(c.after)
		if c.class == "" && err != nil || c.class != "" && (err == nil || !strings.Contains(err.Error(), "["+c.class+"]") || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s\nthen %s\ngives %v\nwant %s", c.before, c.after, err, c.class)
		}
	}
}
