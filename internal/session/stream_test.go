package session

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/expr/render"
	"github.com/spatestream/spate/internal/query"
	"github.com/spatestream/spate/sqltype"
)

// feed is a replayable stream for tests: each step is a batch of (k, ts) rows,
// the offset is the number of steps.
type feed struct {
	mu    sync.Mutex
	steps [][]event
}

type event struct {
	k  string
	ts int64 // seconds
}

func (f *feed) add(events ...event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.steps = append(f.steps, events)
}

func (f *feed) Name() string { return "feed" }

func (f *feed) Source(context.Context, connector.Request) (connector.Source, error) {
	return &feedSource{feed: f}, nil
}

type feedSource struct {
	feed *feed
	end  int // of Snapshot, 0 for none
}

func (s *feedSource) Schema() *sqltype.Struct {
	return sqltype.NewStruct(sqltype.F("k", sqltype.String), sqltype.F("ts", sqltype.Timestamp))
}

func (s *feedSource) Snapshot(context.Context) error {
	s.feed.mu.Lock()
	defer s.feed.mu.Unlock()
	s.end = len(s.feed.steps)
	return nil
}

// Latest admits one step an epoch.
func (s *feedSource) Latest(_ context.Context, from connector.Offset, _ connector.Limit) (connector.Offset, error) {
	s.feed.mu.Lock()
	defer s.feed.mu.Unlock()
	n := 0
	if len(from) > 0 {
		fmt.Sscan(string(from), &n)
	}
	n = min(n+1, len(s.feed.steps))
	if n == 0 {
		return nil, nil
	}
	return connector.Offset(fmt.Sprint(n)), nil
}

func (s *feedSource) Splits(_ context.Context, from, to connector.Offset) ([]connector.Split, error) {
	lo, hi := 0, 0
	if len(from) > 0 {
		fmt.Sscan(string(from), &lo)
	}
	if len(to) > 0 {
		fmt.Sscan(string(to), &hi)
	}
	var out []connector.Split
	for i := lo; i < hi; i++ {
		out = append(out, connector.Split{ID: fmt.Sprint(i), Spec: i})
	}
	return out, nil
}

func (s *feedSource) Open(_ context.Context, sp connector.Split, _ connector.Wanted) (connector.Reader, error) {
	s.feed.mu.Lock()
	defer s.feed.mu.Unlock()
	return &feedReader{events: s.feed.steps[sp.Spec.(int)]}, nil
}

func (s *feedSource) Forget(context.Context, connector.Offset) error { return nil }
func (s *feedSource) Close() error                                   { return nil }

type feedReader struct {
	events []event
	done   bool
}

func (r *feedReader) Read(_ context.Context, b *columnar.Batch) error {
	b.Reset()
	if r.done {
		return io.EOF
	}
	r.done = true
	for _, e := range r.events {
		b.Cols[0].AppendText([]byte(e.k))
		columnar.AppendFixed(b.Cols[1], e.ts*1_000_000)
	}
	b.Len = len(r.events)
	return nil
}

func (r *feedReader) Position() connector.Offset { return nil }
func (r *feedReader) Close() error               { return nil }

// ledger is a sink that keeps committed epochs as text.
type ledger struct {
	s      *Session
	mu     sync.Mutex
	open   map[connector.Epoch][]string
	epochs map[connector.Epoch]string
}

func newLedger(s *Session) *ledger {
	return &ledger{s: s, open: map[connector.Epoch][]string{}, epochs: map[connector.Epoch]string{}}
}

func (l *ledger) Guarantee() connector.Guarantee { return connector.ByEpoch }

func (l *ledger) Writer(_ context.Context, e connector.Epoch, task int) (connector.Writer, error) {
	return &ledgerWriter{l: l, e: e}, nil
}

func (l *ledger) Commit(_ context.Context, e connector.Epoch, rs []connector.Receipt) error {
	var all []string
	for _, r := range rs {
		var rows []string
		if err := json.Unmarshal(r, &rows); err != nil {
			return err
		}
		all = append(all, rows...)
	}
	sort.Strings(all)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.epochs[e] = strings.Join(all, " ")
	return nil
}

func (l *ledger) Abort(context.Context, connector.Epoch, []connector.Receipt) error { return nil }
func (l *ledger) Close() error                                                      { return nil }

// text returns the epochs in order.
func (l *ledger) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []string
	for e := connector.Epoch(0); int(e) < len(l.epochs); e++ {
		out = append(out, fmt.Sprintf("%d: %s", e, l.epochs[e]))
	}
	return strings.Join(out, "\n")
}

type ledgerWriter struct {
	l    *ledger
	e    connector.Epoch
	rows []string
}

func (w *ledgerWriter) Write(_ context.Context, b *columnar.Batch) error {
	p := w.l.s.Printer(render.Hive)
	for k := range b.Rows() {
		var cells []string
		for _, c := range b.Cols {
			if c.Type.Kind() == sqltype.KindTimestamp {
				cells = append(cells, fmt.Sprint(int64(columnar.At[eventtime.Time](c, b.RowAt(k)))/1_000_000))
				continue
			}
			cells = append(cells, string(p.Append(nil, c, b.RowAt(k))))
		}
		w.rows = append(w.rows, strings.Join(cells, ","))
	}
	return nil
}

func (w *ledgerWriter) Prepare(context.Context) (connector.Receipt, error) {
	return json.Marshal(append([]string{}, w.rows...))
}

func (w *ledgerWriter) Abort() error { return nil }

// stream runs a script's last query over the feed until all of it is processed.
func stream(t *testing.T, f *feed, sink func(*Session) *ledger, dir, script string, mode connector.Mode) *ledger {
	t.Helper()
	return streamWith(t, f, nil, sink, dir, script, mode)
}

// streamWith is stream under a configuration.
func streamWith(t *testing.T, f *feed, conf map[string]string, sink func(*Session) *ledger, dir, script string, mode connector.Mode) *ledger {
	t.Helper()
	s := newTestSession(t)
	for k, v := range conf {
		if err := s.conf.Set(k, v); err != nil {
			t.Fatal(err)
		}
	}
	s.connectors["feed"] = f
	sc := s.NewScript()
	sc.Mode, sc.Trigger = mode, query.Trigger{Kind: query.AvailableNow}
	flows, err := sc.Run(context.Background(), "CREATE TABLE t USING feed;"+script)
	if err != nil {
		t.Fatal(err)
	}
	l := sink(s)
	flows[0].Stream.Sink = l
	flows[0].Stream.Options = connector.Options{"checkpointLocation": dir}
	q, err := s.Start(context.Background(), flows[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := q.AwaitTermination(context.Background()); err != nil {
		t.Fatal(err)
	}
	return l
}

const windowedCount = `SELECT window.start AS s, k, count(*) AS n
	FROM STREAM t WATERMARK ts DELAY OF INTERVAL 10 SECONDS
	GROUP BY window(ts, '5 seconds'), k`

// W4 and a restart: a window leaves when the watermark has passed its end, in
// an epoch without data if need be; what comes late is dropped.
func TestWindowedCountAcrossRestarts(t *testing.T) {
	f := &feed{}
	dir := t.TempDir()
	f.add(event{"a", 10}, event{"a", 11}, event{"b", 12}, event{"a", 15})
	l := stream(t, f, newLedger, dir, windowedCount, connector.Append)
	f.add(event{"a", 25})
	keep := func(s *Session) *ledger { l.s = s; return l }
	stream(t, f, keep, dir, windowedCount, connector.Append)
	f.add(event{"a", 10}, event{"c", 40})
	stream(t, f, keep, dir, windowedCount, connector.Append)
	want := "0: \n1: \n2: \n3: 10,a,2 10,b,1\n4: \n5: 15,a,1 25,a,1"
	if got := l.text(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestOutputModes(t *testing.T) {
	for _, c := range []struct {
		mode connector.Mode
		want string
	}{
		{connector.Update, "0: a,1 b,1\n1: a,2"},
		{connector.Complete, "0: a,1 b,1\n1: a,2 b,1"},
	} {
		f := &feed{}
		f.add(event{"a", 1}, event{"b", 2})
		f.add(event{"a", 3})
		l := stream(t, f, newLedger, t.TempDir(), "SELECT k, count(*) FROM STREAM t GROUP BY k", c.mode)
		if got := l.text(); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.mode, got, c.want)
		}
	}
}

// What was merged, and the manifests of old epochs, do not stay: the state of a
// query that has run long takes what its rows take.
func TestStateIsSwept(t *testing.T) {
	for _, c := range []struct {
		form string
		most map[string]int // files of a folder
	}{
		{"files", map[string]int{"state/epochs": 70, "offsets": 20, "commits": 20}},
		{"segments", map[string]int{"log": 3, "state/aggregate-0": 8}},
	} {
		f, dir := &feed{}, t.TempDir()
		const epochs = 160
		for i := range epochs {
			f.add(event{"a", int64(i)}, event{fmt.Sprint(i % 7), int64(i)})
		}
		conf := map[string]string{"spark.sql.streaming.minBatchesToRetain": "3", "spate.checkpoint.log": c.form}
		l := streamWith(t, f, conf, newLedger, dir, "SELECT k, count(*) FROM STREAM t GROUP BY k", connector.Complete)
		for folder, most := range c.most {
			entries, err := os.ReadDir(filepath.Join(dir, folder))
			if err != nil || len(entries) > most {
				t.Errorf("%s holds %d files after %d epochs, more than %d (%v)", folder, len(entries), epochs, most, err)
			}
		}
		f.add(event{"a", 0})
		keep := func(s *Session) *ledger { l.s = s; return l }
		streamWith(t, f, conf, keep, dir, "SELECT k, count(*) FROM STREAM t GROUP BY k", connector.Complete)
		if want := fmt.Sprintf("a,%d", epochs+1); !strings.Contains(l.text(), want) {
			t.Errorf("after a restart the count is not %s: %s", want, l.text())
		}
	}
}
