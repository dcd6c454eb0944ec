package query

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/checkpoint"
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/task"
	"github.com/spatestream/spate/internal/vfs/simfs"
	"github.com/spatestream/spate/sqltype"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock is a time of its own: it moves when somebody sleeps or works.
type clock struct {
	mu    sync.Mutex
	now   time.Duration // since 1970
	slept []time.Duration
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Unix(0, 0).Add(c.now)
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now, c.slept = c.now+d, append(c.slept, d)
	return nil
}

// work is time that passes.
func (c *clock) work(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now += d
}

// world is a query with everything around it: a source whose offsets count
// steps, one operator, a sink that keeps committed epochs. What happens, and
// when, is written down.
type world struct {
	clock  clock
	disk   *simfs.Disk
	cfg    Config
	q      *Query
	form   checkpoint.Form
	story  []string
	report []*Progress
	idles  int

	steps   int // the source ends here
	bounded bool
	latest  func(call int) error // before each answer of Latest, from 1 on
	read    func(step int) error // as a step is read
	write   func(e, n int) error // at the n-th try of epoch e
	commit  func(e, n int) error // likewise
	wants   eventtime.Watermark  // the operator asks for an epoch at it
	seen    map[int]int64        // event times of steps, in ms
	calls   int                  // of Latest
	tries   map[string]int       // of an epoch
	kept    map[connector.Epoch]string
	ends    int           // of Snapshot, -1 for none
	started chan struct{} // closed when q is set
}

func newWorld() *world {
	w := &world{ends: -1, tries: map[string]int{}, kept: map[connector.Epoch]string{}, seen: map[int]int64{}, wants: 1 << 60}
	w.clock.now = 1003 * time.Second
	w.disk = simfs.New(1, w.clock.Now)
	w.cfg = Config{RunID: "run", Parallelism: 1, Groups: 64, NoData: true, Retain: 100, Retry: DefaultRetry}
	return w
}

func (w *world) say(format string, args ...any) {
	at := w.clock.Now().Sub(time.Unix(1003, 0)).Milliseconds()
	w.story = append(w.story, strings.TrimSpace(fmt.Sprintf("%d: ", at)+fmt.Sprintf(format, args...)))
}

func (w *world) start(t *testing.T, ctx context.Context) *Query {
	t.Helper()
	w.started = make(chan struct{})
	e := &env.Env{Clock: &w.clock, Seed: 1, FS: w.disk, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	dir, err := checkpoint.Open(w.disk, "/ck", func() string { return "id" }, w.form)
	if err != nil {
		t.Fatal(err)
	}
	var src connector.Source = (*source)(w)
	if w.bounded {
		src = snapshotter{(*source)(w)}
	}
	c := w.cfg
	c.Env, c.Directory, c.Sources, c.Sink = e, dir, []connector.Source{src}, (*sink)(w)
	c.Runner = exec.NewRunner(e, 1, nil, nil)
	c.Graph = w.graph(src)
	c.Listeners = []Listener{{
		Progress: func(p *Progress) { w.report = append(w.report, p) },
		Idle:     func(Idle) { w.idles++ },
	}}
	if w.q, err = Start(ctx, c); err != nil {
		t.Fatal(err)
	}
	close(w.started)
	return w.q
}

// run runs the query to its end.
func (w *world) run(t *testing.T) error {
	t.Helper()
	return w.start(t, t.Context()).AwaitTermination(t.Context())
}

func (w *world) graph(src connector.Source) *task.Graph {
	return &task.Graph{Stages: []*task.Stage{{ID: "only",
		Inputs: []task.Input{{Scan: &task.Scan{Source: src, Name: "src", Want: connector.Wanted{Columns: []int{0}}}}},
		Build: func(c *task.Context, out task.Outlet) (*task.Chain, error) {
			ch := task.NewChain(c, out)
			ref, err := ch.Add(&watcher{w: w}, task.ToOutlet, 0)
			if err == nil {
				ch.Input(ref, 0)
			}
			return ch, err
		}}}}
}

// watcher passes rows on, tells the event times of steps, and asks for an epoch
// without data at a watermark.
type watcher struct {
	w    *world
	c    *task.Context
	held eventtime.Watermark
}

func (o *watcher) Open(c *task.Context) error { o.c = c; return nil }
func (o *watcher) Close() error               { return nil }

func (o *watcher) Push(_ int, b *columnar.Batch, out task.Out) error {
	for i := range b.Rows() {
		step := int(b.Cols[0].Value(b.RowAt(i)).(int64))
		if ms, ok := o.w.seen[step]; ok {
			n := o.c.Stats.Node(0)
			*n = n.Plus(task.EventTimes{Count: 1, Min: ms, Max: ms, Sum: float64(ms)})
		}
	}
	return out.Emit(b)
}

func (o *watcher) Advance(w eventtime.Watermark, _ task.Out) error { o.held = w; return nil }

func (o *watcher) Wants(w eventtime.Watermark) bool { return w >= o.w.wants && o.held < o.w.wants }

// source is the world as a source: its n-th step is one row that holds n.
type source world

func (s *source) Schema() *sqltype.Struct { return sqltype.NewStruct(sqltype.F("n", sqltype.Long)) }

func (s *source) Latest(_ context.Context, from connector.Offset, l connector.Limit) (connector.Offset, error) {
	<-s.started
	s.calls++
	(*world)(s).say("ask")
	if s.latest != nil {
		if err := s.latest(s.calls); err != nil {
			return nil, err
		}
	}
	n, end := number(from), s.steps
	if s.ends >= 0 {
		end = s.ends
	}
	if n < end && !l.All {
		end = n + 1
	}
	if end == 0 {
		return from, nil
	}
	return connector.Offset(fmt.Sprint(end)), nil
}

func number(o connector.Offset) (n int) {
	_, _ = fmt.Sscan(string(o), &n)
	return n
}

func (s *source) Splits(_ context.Context, from, to connector.Offset) (out []connector.Split, err error) {
	for i := number(from); i < number(to); i++ {
		out = append(out, connector.Split{ID: fmt.Sprint(i), Spec: i})
	}
	return out, nil
}

func (s *source) Open(_ context.Context, sp connector.Split, _ connector.Wanted) (connector.Reader, error) {
	return &reader{w: (*world)(s), step: sp.Spec.(int)}, nil
}

func (s *source) Forget(_ context.Context, to connector.Offset) error {
	(*world)(s).say("forget %s", to)
	return nil
}
func (s *source) Close() error { return nil }

// snapshotter is the source with Trigger.AvailableNow.
type snapshotter struct{ *source }

func (s snapshotter) Snapshot(context.Context) error { s.ends = s.steps; return nil }

type reader struct {
	w    *world
	step int
	done bool
}

func (r *reader) Read(_ context.Context, b *columnar.Batch) error {
	b.Reset()
	if r.done {
		return io.EOF
	}
	r.done = true
	if r.w.read != nil {
		if err := r.w.read(r.step); err != nil {
			return err
		}
	}
	columnar.AppendFixed(b.Cols[0], int64(r.step))
	b.Len = 1
	return nil
}

func (r *reader) Position() connector.Offset { return nil }
func (r *reader) Close() error               { return nil }

// sink is the world as a sink.
type sink world

func (s *sink) Guarantee() connector.Guarantee { return connector.ByEpoch }
func (s *sink) Writer(_ context.Context, e connector.Epoch, _ int) (connector.Writer, error) {
	return &writer{w: (*world)(s), e: e}, s.attempt("write", s.write, e)
}

func (s *sink) attempt(what string, f func(e, n int) error, e connector.Epoch) error {
	key := fmt.Sprint(what, e)
	s.tries[key]++
	if f == nil {
		return nil
	}
	return f(int(e), s.tries[key])
}

func (s *sink) Commit(_ context.Context, e connector.Epoch, r []connector.Receipt) error {
	if err := s.attempt("commit", s.commit, e); err != nil {
		return err
	}
	s.kept[e] = strings.Trim(string(r[0]), `"`)
	(*world)(s).say("commit %d: %s", e, s.kept[e])
	return nil
}

func (s *sink) Abort(context.Context, connector.Epoch, []connector.Receipt) error { return nil }
func (s *sink) Close() error                                                      { return nil }

type writer struct {
	w    *world
	e    connector.Epoch
	rows []string
}

func (w *writer) Write(_ context.Context, b *columnar.Batch) error {
	for i := range b.Rows() {
		w.rows = append(w.rows, fmt.Sprint(b.Cols[0].Value(b.RowAt(i)).(int64)))
	}
	return nil
}

func (w *writer) Prepare(context.Context) (connector.Receipt, error) {
	return connector.Receipt(`"` + strings.Join(w.rows, " ") + `"`), nil
}

func (w *writer) Abort() error { w.rows = nil; return nil }

var errBroken = errors.New("broken")
