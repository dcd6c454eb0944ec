package session

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/connector/file/text"
	"github.com/spatestream/spate/internal/query"
	"github.com/spatestream/spate/sparkerr"
)

// start starts SELECT k FROM the feed into sink.
func start(t *testing.T, f *feed, sink func(*Session) connector.Sink, trigger query.Trigger, heard query.Listener) *query.Query {
	t.Helper()
	s := newTestSession(t)
	s.connectors["feed"] = f
	ctx := context.Background()
	if _, err := s.SQL(ctx, "CREATE TABLE t USING feed"); err != nil {
		t.Fatal(err)
	}
	r, err := s.SQL(ctx, "SELECT k FROM STREAM t")
	if err != nil {
		t.Fatal(err)
	}
	q, err := s.StartStream(ctx, r, Stream{Name: "q", Sink: sink(s), Trigger: trigger, Listeners: []query.Listener{heard},
		Options: connector.Options{"checkpointLocation": t.TempDir()}})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// calls are the callbacks of a listener in order.
type calls struct {
	mu   sync.Mutex
	list []string
}

func (c *calls) add(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, what)
}

func (c *calls) text() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.list, " ")
}

func (c *calls) listener() query.Listener {
	return query.Listener{
		Started:  func(query.Started) { c.add("started") },
		Progress: func(p *query.Progress) { c.add("progress" + itoa(int(p.BatchID))) },
		Terminated: func(e query.Terminated) {
			if c.add("terminated"); e.Err != nil {
				c.add("failed")
			}
		},
	}
}

func TestProcessAllAvailableAndStop(t *testing.T) {
	f, c, ctx := &feed{}, &calls{}, context.Background()
	f.add(event{"a", 1})
	var l *ledger
	q := start(t, f, func(s *Session) connector.Sink { l = newLedger(s); return l }, query.Trigger{}, c.listener())
	if err := q.ProcessAllAvailable(ctx); err != nil || l.text() != "0: a" {
		t.Fatalf("%q %v", l.text(), err)
	}
	f.add(event{"b", 2}, event{"c", 3})
	if err := q.ProcessAllAvailable(ctx); err != nil || l.text() != "0: a\n1: b c" {
		t.Fatalf("%q %v", l.text(), err)
	}
	if !q.IsActive() {
		t.Error("a query without end has ended")
	}
	if err := q.Stop(ctx); err != nil || q.IsActive() || q.Exception() != nil {
		t.Errorf("after Stop: %v, active %v, %v", err, q.IsActive(), q.Exception())
	}
	if err := q.Stop(ctx); err != nil {
		t.Errorf("Stop of a stopped query: %v", err)
	}
	if got := c.text(); got != "started progress0 progress1 terminated" {
		t.Errorf("listeners heard %s", got)
	}
}

// Once runs one epoch over everything, AvailableNow as many as the source has.
func TestTriggersThatEnd(t *testing.T) {
	for _, c := range []struct {
		kind query.TriggerKind
		want string
	}{
		{query.Once, "started progress0 terminated"},
		{query.AvailableNow, "started progress0 progress1 terminated"},
	} {
		f, heard := &feed{}, &calls{}
		f.add(event{"a", 1})
		f.add(event{"b", 2})
		q := start(t, f, func(s *Session) connector.Sink { return newLedger(s) }, query.Trigger{Kind: c.kind}, heard.listener())
		if err := q.AwaitTermination(context.Background()); err != nil {
			t.Fatal(err)
		}
		if got := heard.text(); got != c.want {
			t.Errorf("%v: listeners heard %s", c.kind, got)
		}
	}
}

// broken is a sink that cannot commit.
type broken struct{ *ledger }

func (broken) Commit(context.Context, connector.Epoch, []connector.Receipt) error {
	return errors.New("the disk is gone")
}

func TestFailureEndsTheQuery(t *testing.T) {
	f, heard := &feed{}, &calls{}
	f.add(event{"a", 1})
	q := start(t, f, func(s *Session) connector.Sink { return broken{newLedger(s)} }, query.Trigger{}, heard.listener())
	err := q.AwaitTermination(context.Background())
	if err == nil || !strings.Contains(err.Error(), "the disk is gone") || sparkerr.ClassOf(err) != "STREAM_FAILED" {
		t.Errorf("the query ended with %v", err)
	}
	if got := heard.text(); got != "started terminated failed" {
		t.Errorf("listeners heard %s", got)
	}
	if err := q.ProcessAllAvailable(context.Background()); err == nil {
		t.Error("ProcessAllAvailable of a failed query says nothing")
	}
}

// The names of a progress report are Spark's, at every level.
func TestProgressShape(t *testing.T) {
	f := &feed{}
	f.add(event{"a", 1}, event{"b", 2})
	q := start(t, f, func(s *Session) connector.Sink { return newLedger(s) }, query.Trigger{Kind: query.AvailableNow}, query.Listener{})
	if err := q.AwaitTermination(context.Background()); err != nil {
		t.Fatal(err)
	}
	p := q.LastProgress()
	if p == nil || p.NumInputRows != 2 || p.BatchID != 0 || p.Name == nil || *p.Name != "q" || p.ID != q.ID() || p.RunID != q.RunID() {
		t.Fatalf("progress %+v", p)
	}
	var top map[string]any
	if err := json.Unmarshal([]byte(p.JSON()), &top); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		of   any
		want string
	}{
		{top, "batchDuration batchId durationMs id inputRowsPerSecond name numInputRows processedRowsPerSecond runId sink sources stateOperators timestamp"},
		{top["sources"].([]any)[0], "description endOffset inputRowsPerSecond latestOffset numInputRows processedRowsPerSecond startOffset"},
		{top["sink"], "description numOutputRows"},
		{top["durationMs"], "addBatch commitOffsets getBatch latestOffset queryPlanning triggerExecution walCommit"},
	} {
		if got := keysOf(c.of.(map[string]any)); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
	if !reflect.DeepEqual(q.RecentProgress(), []*query.Progress{p}) {
		t.Error("the last progress is not the recent one")
	}
}

func keysOf(m map[string]any) string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return strings.Join(out, " ")
}

// Lines that the source leaves out because of the filter are rows read.
func TestSkippedLinesAreInput(t *testing.T) {
	dir := t.TempDir()
	lines := strings.Repeat("nothing here\n", 10_000) + "a needle\n" + strings.Repeat("nothing here\n", 10_000)
	if err := os.WriteFile(filepath.Join(dir, "1.txt"), []byte(lines), 0o644); err != nil {
		t.Fatal(err)
	}
	s, ctx := newTestSession(t), context.Background()
	s.connectors["text"] = text.Connector()
	if _, err := s.SQL(ctx, "CREATE TABLE lines (value STRING) USING text OPTIONS (path '"+dir+"')"); err != nil {
		t.Fatal(err)
	}
	r, err := s.SQL(ctx, "SELECT value AS k FROM STREAM lines WHERE value LIKE '%needle'")
	if err != nil {
		t.Fatal(err)
	}
	q, err := s.StartStream(ctx, r, Stream{Name: "q", Sink: newLedger(s), Trigger: query.Trigger{Kind: query.AvailableNow},
		Options: connector.Options{"checkpointLocation": t.TempDir()}})
	if err != nil {
		t.Fatal(err)
	}
	if err := q.AwaitTermination(ctx); err != nil {
		t.Fatal(err)
	}
	if p := q.LastProgress(); p == nil || p.NumInputRows != 20_001 || p.Sink.NumOutputRows != 1 {
		t.Errorf("progress %+v", p)
	}
}
