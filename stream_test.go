package spate_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spatestream/spate"
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector/memory"
	"github.com/spatestream/spate/eventtime"
	fn "github.com/spatestream/spate/functions"
	registry "github.com/spatestream/spate/internal/expr/fn"
	"github.com/spatestream/spate/sqltype"
)

// lines is a stream of texts and times that a test feeds.
func lines() *memory.Stream {
	return memory.NewStream("lines", sqltype.NewStruct(sqltype.F("value", sqltype.String), sqltype.F("time", sqltype.Timestamp)))
}

func line(text string, seconds int64) columnar.Row {
	return columnar.Row{text, eventtime.Time(seconds * 1e6)}
}

// startMemory starts a query into the memory sink q.
func startMemory(t *testing.T, d *spate.DataFrame, mode string) *spate.StreamingQuery {
	t.Helper()
	q, err := d.WriteStream().Format("memory").QueryName("q").OutputMode(mode).Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func process(t *testing.T, q *spate.StreamingQuery) {
	t.Helper()
	if err := q.ProcessAllAvailable(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestStreamingQuery(t *testing.T) {
	in := lines()
	s, out := newSession(t, spate.Connectors(in))
	var mu sync.Mutex
	var heard []string
	hear := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		heard = append(heard, fmt.Sprintf(format, args...))
	}
	s.Streams().AddListener(&spate.StreamingQueryListener{
		OnQueryStarted:    func(e spate.QueryStartedEvent) { hear("started %s", e.Name) },
		OnQueryProgress:   func(p *spate.StreamingQueryProgress) { hear("progress %d: %d rows", p.BatchID, p.NumInputRows) },
		OnQueryTerminated: func(e spate.QueryTerminatedEvent) { hear("terminated %v", e.Exception) },
	})
	q := startMemory(t, s.ReadStream().Format("lines").Load().GroupBy("value").Count(), "complete")
	in.Add(line("a", 1), line("b", 2), line("a", 3))
	process(t, q)
	in.Add(line("a", 4))
	process(t, q)
	if got := show(t, s.Table("q").OrderBy("value")); !strings.Contains(got, "|    a|    3|") {
		t.Errorf("the sink holds\n%s", got)
	}
	if len(s.Streams().Active()) != 1 || s.Streams().Get(q.ID()).RunID() != q.RunID() || q.Name() != "q" || !q.IsActive() {
		t.Error("the query is not among the active ones")
	}
	if p := q.LastProgress(); p.NumInputRows != 1 || p.BatchID != 1 || len(q.RecentProgress()) != 2 || !strings.Contains(p.JSON(), `"batchId":1`) {
		t.Error(p)
	}
	if err := s.Streams().Get(q.ID()).Explain(); err != nil || !strings.Contains(out.String(), "Physical Plan") {
		t.Error(err, out)
	}
	if err := q.Stop(t.Context()); err != nil || q.IsActive() || q.Exception() != nil {
		t.Error(err, q.Exception())
	}
	want := "started q, progress 0: 3 rows, progress 1: 1 rows, terminated <nil>"
	if got := strings.Join(heard, ", "); got != want {
		t.Errorf("the listener heard %s, want %s", got, want)
	}
	if err := s.Streams().AwaitAny(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestWindowsAndWatermark(t *testing.T) {
	in := lines()
	s, _ := newSession(t, spate.Connectors(in))
	counts := s.ReadStream().Format("lines").Load().WithWatermark("time", "10 seconds").
		GroupBy(fn.Window("time", "10 seconds"), "value").Count()
	q := startMemory(t, counts.Select(fn.Col("window.start").As("start"), "value", "count"), "append")
	in.Add(line("a", 1), line("a", 9), line("a", 12))
	process(t, q)
	in.Add(line("a", 25))
	process(t, q)
	want := strings.TrimSpace(`
+-------------------+-----+-----+
|              start|value|count|
+-------------------+-----+-----+
|1970-01-01 00:00:00|    a|    2|
+-------------------+-----+-----+`)
	if got := strings.TrimSpace(show(t, s.Table("q"))); got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestRefusedStreams(t *testing.T) {
	s, _ := newSession(t, spate.Connectors(lines()))
	in := s.ReadStream().Format("lines").Load()
	start := func(d *spate.DataFrame, mode string) error {
		q, err := d.WriteStream().Format("noop").OutputMode(mode).Start(t.Context())
		if q != nil {
			_ = q.Stop(t.Context())
		}
		return err
	}
	for i, c := range []struct {
		err   error
		class string
	}{
		{start(in.GroupBy("value").Count(), "append"), "STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION"},
		{start(in, "complete"), "STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION"},
		{start(in, "sometimes"), "STREAMING_OUTPUT_MODE.INVALID"},
		{start(s.Range(0, 3), "append"), "WRITE_STREAM_NOT_ALLOWED"},
	} {
		if e := wantClass(t, c.err, c.class); !strings.HasSuffix(e.Origin.File, "stream_test.go") {
			t.Errorf("%d: the error points at %v", i, e.Origin)
		}
	}
	if _, err := in.Collect(t.Context()); err == nil {
		t.Error("a stream was collected")
	}
}

func TestContextBoundsTheRun(t *testing.T) {
	s, _ := newSession(t, spate.Connectors(lines()))
	ctx, cancel := context.WithCancel(t.Context())
	q, err := s.ReadStream().Format("lines").Load().WriteStream().Format("noop").Trigger(spate.ProcessingTime(time.Hour)).Start(ctx)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	<-q.Done()
	if q.IsActive() {
		t.Error("the query outlived its context")
	}
}

// TestNetworkWordCount is the program of Spark's guide.
func TestNetworkWordCount(t *testing.T) {
	if _, ok := registry.Lookup("explode"); !ok {
		t.Skip("the registry has no explode")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { // ends when it has written its lines and closed
		c, err := l.Accept()
		if err == nil {
			_, err = c.Write([]byte("apache spark\napache hadoop\n"))
		}
		if err == nil {
			err = c.Close()
		}
		served <- err
	}()
	s, _ := newSession(t)
	lines := s.ReadStream().Format("socket").Option("host", "127.0.0.1").Option("port", l.Addr().(*net.TCPAddr).Port).Load()
	words := lines.Select(fn.Explode(fn.Split("value", " ")).As("word"))
	q := startMemory(t, words.GroupBy("word").Count(), "complete")
	if err := <-served; err != nil {
		t.Fatal(err)
	}
	counts := ""
	for !strings.Contains(counts, "hadoop") {
		process(t, q)
		counts = show(t, s.Table("q").OrderBy("word"))
	}
	want := strings.TrimSpace(`
+------+-----+
|  word|count|
+------+-----+
|apache|    2|
|hadoop|    1|
| spark|    1|
+------+-----+`)
	if strings.TrimSpace(counts) != want {
		t.Errorf("got\n%s", counts)
	}
	_ = l.Close()
}
