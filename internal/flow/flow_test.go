package flow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/env"
)

// numbers is a payload of tests: each number is source*1e6 + position.
type numbers struct{ xs []int }

func (p *numbers) Len() int   { return len(p.xs) }
func (p *numbers) Bytes() int { return 8 * len(p.xs) }

// sender spreads numbers over the targets of all outputs; each output gets all.
type sender struct {
	out  *Outputs
	open [][]*numbers
	size int
}

func newSender(out *Outputs, size int) *sender {
	s := &sender{out: out, size: size, open: make([][]*numbers, len(out.edges))}
	for o := range s.open {
		s.open[o] = make([]*numbers, out.Targets(o))
		for t := range s.open[o] {
			s.open[o][t] = &numbers{}
		}
	}
	out.OnFlush(s.flush)
	return s
}

func (s *sender) emit(x int) {
	for o := range s.open {
		t := x % len(s.open[o])
		s.open[o][t].xs = append(s.open[o][t].xs, x)
		if len(s.open[o][t].xs) >= s.size {
			s.send(o, t)
		}
	}
}

func (s *sender) send(o, t int) {
	back, _ := s.out.Send(o, t, s.open[o][t]).(*numbers)
	if back == nil {
		back = &numbers{}
	}
	back.xs = back.xs[:0]
	s.open[o][t] = back
}

func (s *sender) flush(all bool) {
	for o := range s.open {
		for t := range s.open[o] {
			if len(s.open[o][t].xs) > 0 && (all || s.out.Starving(o, t)) {
				s.send(o, t)
			}
		}
	}
}

// counting is a source of n numbers, some at each Poll.
type counting struct {
	*world
	*sender
	id, n, at int
}

func (c *counting) Open(_ context.Context, in *Instance, out *Outputs) error {
	c.sender = newSender(out, c.batch)
	return nil
}

func (c *counting) Poll(context.Context) (bool, error) {
	if c.at == c.n {
		return false, io.EOF
	}
	for range min(3, c.n-c.at) {
		c.emit(c.id*1e6 + c.at)
		c.at++
	}
	c.out.Advance(eventtime.Watermark(c.at))
	return true, nil
}

func (c *counting) Receive(int, Payload) error        { panic("a source has no input") }
func (c *counting) Advance(eventtime.Watermark) error { panic("a source has no input") }
func (c *counting) Barrier(e Epoch) error             { c.note(e, c.id, c.at); return nil }
func (c *counting) Close() error                      { return nil }

// passing hands numbers on.
type passing struct {
	*world
	*sender
	last map[int]int
	w    eventtime.Watermark
	fail int // the number at which it panics
}

func (p *passing) Open(_ context.Context, _ *Instance, out *Outputs) error {
	p.sender, p.last, p.w = newSender(out, p.batch), map[int]int{}, NoWatermark
	return nil
}

func (p *passing) Receive(_ int, b Payload) error {
	for _, x := range b.(*numbers).xs {
		if x == p.fail {
			panic(fmt.Sprint("number ", x))
		}
		p.emit(x)
	}
	return nil
}

func (p *passing) Advance(w eventtime.Watermark) error {
	if w <= p.w {
		return fmt.Errorf("watermark %d after %d", w, p.w)
	}
	p.w = w
	return nil
}
func (p *passing) Barrier(Epoch) error { return nil }
func (p *passing) Close() error        { return nil }

// keeping is a sink.
type keeping struct {
	*world
	id  int
	got []int
	w   eventtime.Watermark
}

func (k *keeping) Open(context.Context, *Instance, *Outputs) error { return nil }
func (k *keeping) Receive(_ int, b Payload) error {
	k.got = append(k.got, b.(*numbers).xs...)
	return nil
}
func (k *keeping) Advance(w eventtime.Watermark) error { k.w = w; return nil }
func (k *keeping) Barrier(e Epoch) error               { k.note(e, -1-k.id, len(k.got)); return nil }
func (k *keeping) Close() error                        { return nil }

// world is what the nodes of a test share.
type world struct {
	batch int
	mu    sync.Mutex
	notes map[Epoch]map[int]int // what a source had given (id >= 0), a sink received (id < 0)
}

func (w *world) note(e Epoch, id, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.notes[e] == nil {
		w.notes[e] = map[int]int{}
	}
	w.notes[e][id] = n
}

// everyStep wants a barrier as often as it can get one, up to a limit.
type everyStep struct {
	clock env.Clock
	n     Epoch
	limit Epoch
	done  []Epoch
}

func (c *everyStep) Due() time.Time {
	if c.n >= c.limit {
		return time.Time{}
	}
	return c.clock.Now()
}
func (c *everyStep) Begin(time.Time) (Epoch, bool) { c.n++; return c.n - 1, true }
func (c *everyStep) Saved(e Epoch) error           { c.done = append(c.done, e); return nil }

type testClock struct{ now time.Time }

func (c *testClock) Now() time.Time                                   { return c.now }
func (c *testClock) Sleep(ctx context.Context, _ time.Duration) error { <-ctx.Done(); return ctx.Err() }
func (c *testClock) Set(t time.Time)                                  { c.now = t }

// layered is a random graph: sources, layers of passing vertices each fed by
// some vertices before, one sink fed by all that nobody else reads.
func layered(r *rand.Rand, w *world, n int) (*Graph, *[]*keeping, []int) {
	g := &Graph{}
	sinks := &[]*keeping{}
	copies := []int{} // ways from a vertex's events to the sink, counted below
	sources := 1 + r.IntN(3)
	for s := range sources {
		g.Vertices = append(g.Vertices, Vertex{ID: fmt.Sprint("source", s), Parallelism: 1, Build: func(int) (Node, error) {
			return &counting{world: w, id: s, n: n}, nil
		}})
	}
	mids := r.IntN(4)
	for m := range mids {
		g.Vertices = append(g.Vertices, Vertex{ID: fmt.Sprint("pass", m), Parallelism: 1 + r.IntN(3), Build: func(int) (Node, error) {
			return &passing{world: w, fail: -1}, nil
		}})
		v := sources + m
		for k := range 1 + r.IntN(2) {
			if from := r.IntN(v); k == 0 || from != g.Edges[len(g.Edges)-1].From {
				g.Edges = append(g.Edges, Edge{From: from, To: v, Events: 1 + r.IntN(20), Forward: g.Vertices[from].Parallelism == g.Vertices[v].Parallelism && r.IntN(2) == 0})
			}
		}
	}
	g.Vertices = append(g.Vertices, Vertex{ID: "sink", Parallelism: 1 + r.IntN(2), Build: func(i int) (Node, error) {
		k := &keeping{world: w, id: i}
		*sinks = append(*sinks, k)
		return k, nil
	}})
	sink := len(g.Vertices) - 1
	for v := range sink {
		read := false
		for _, e := range g.Edges {
			read = read || e.From == v
		}
		if !read {
			g.Edges = append(g.Edges, Edge{From: v, To: sink, Events: 1 + r.IntN(20)})
		}
	}
	ways := make([]int, len(g.Vertices))
	ways[sink] = 1
	for v := sink - 1; v >= 0; v-- {
		for _, e := range g.Edges {
			if e.From == v {
				ways[v] += ways[e.To]
			}
		}
	}
	copies = append(copies, ways[:sources]...)
	return g, sinks, copies
}

// check compares what arrived with a sequential run: every number of a source
// as often as there are ways, and at each barrier exactly what was before it.
func check(t *testing.T, w *world, sinks []*keeping, copies []int, n int) {
	t.Helper()
	seen := map[int]int{}
	for _, k := range sinks {
		for _, x := range k.got {
			seen[x]++
		}
		if k.w != eventtime.End {
			t.Errorf("a sink stands at watermark %d", k.w)
		}
	}
	for s, ways := range copies {
		for i := range n {
			if seen[s*1e6+i] != ways {
				t.Fatalf("number %d of source %d arrived %d times of %d", i, s, seen[s*1e6+i], ways)
			}
		}
	}
	for e, notes := range w.notes {
		want, got := 0, 0
		for id, n := range notes {
			if id >= 0 {
				want += n * copies[id]
			} else {
				got += n
			}
		}
		if want != got {
			t.Errorf("at barrier %d the sources had given %d and the sinks received %d", e, want, got)
		}
	}
}

func testEnv(clock env.Clock) *env.Env {
	return &env.Env{Clock: clock, Seed: 1, Log: slog.New(slog.DiscardHandler)}
}

func TestEveryOrderGivesTheSame(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 7))
		w := &world{batch: 1 + r.IntN(8), notes: map[Epoch]map[int]int{}}
		g, sinks, copies := layered(r, w, 40)
		clock := &testClock{time.Unix(0, 0)}
		f, err := New(g, testEnv(clock), Options{Control: &everyStep{clock: clock, limit: Epoch(r.IntN(6))}})
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Simulate(context.Background(), clock, r.IntN); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		check(t, w, *sinks, copies, 40)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func TestGoroutinesGiveTheSame(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 9))
		w := &world{batch: 1 + r.IntN(64), notes: map[Epoch]map[int]int{}}
		g, sinks, copies := layered(r, w, 3000)
		f, err := New(g, testEnv(env.System{}), Options{Control: &everyStep{clock: env.System{}, limit: 20}})
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		check(t, w, *sinks, copies, 3000)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func line(w *world, n, fail int) *Graph {
	return &Graph{
		Vertices: []Vertex{
			{"numbers", 1, func(int) (Node, error) { return &counting{world: w, n: n}, nil }},
			{"pass", 2, func(int) (Node, error) { return &passing{world: w, fail: fail}, nil }},
			{"sink", 1, func(int) (Node, error) { return &keeping{world: w}, nil }},
		},
		Edges: []Edge{{From: 0, To: 1}, {From: 1, To: 2}},
	}
}

func TestAPanicEndsTheJobByName(t *testing.T) {
	w := &world{batch: 4}
	f, err := New(line(w, 1e6, 777), testEnv(env.System{}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = f.Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "pass, instance 1: ") || !strings.Contains(err.Error(), "number 777") {
		t.Error(err)
	}
}

func TestCancelEndsTheJob(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	f, err := New(line(&world{batch: 4}, 1<<40, -1), testEnv(env.System{}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := f.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestGraphsThatAreNone(t *testing.T) {
	node := func(int) (Node, error) { return &keeping{}, nil }
	for _, c := range []struct {
		g    Graph
		want string
	}{
		{Graph{Vertices: []Vertex{{"a", 1, node}, {"b", 1, node}}, Edges: []Edge{{From: 0, To: 1}, {From: 1, To: 0}}}, "cycle"},
		{Graph{Vertices: []Vertex{{"a", 0, node}}}, "no instance"},
		{Graph{Vertices: []Vertex{{"a", 1, node}, {"b", 2, node}}, Edges: []Edge{{From: 0, To: 1, Forward: true}}}, "as many instances"},
		{Graph{Vertices: []Vertex{{"a", 1, node}}}, "no input"},
	} {
		if _, err := New(&c.g, testEnv(env.System{}), Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, not %q", err, c.want)
		}
	}
}

// blocking gives one number, then waits until it is interrupted.
type blocking struct {
	counting
	polled int
}

func (b *blocking) Poll(ctx context.Context) (bool, error) {
	if b.polled++; b.polled <= 2 {
		b.emit(b.polled)
		return true, nil
	}
	<-ctx.Done()
	return false, nil
}

type signalling struct {
	keeping
	seen chan int
}

func (s *signalling) Receive(_ int, b Payload) error {
	for _, x := range b.(*numbers).xs {
		s.seen <- x
	}
	return nil
}

// What a source has sent reaches an idle consumer though the source waits.
func TestNothingLiesInASourceThatWaits(t *testing.T) {
	w := &world{batch: 100}
	seen := make(chan int, 2)
	g := &Graph{
		Vertices: []Vertex{
			{"source", 1, func(int) (Node, error) { return &blocking{counting: counting{world: w}}, nil }},
			{"sink", 1, func(int) (Node, error) { return &signalling{keeping{world: w}, seen}, nil }},
		},
		Edges: []Edge{{From: 0, To: 1}},
	}
	f, err := New(g, testEnv(env.System{}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- f.Run(ctx) }()
	if a, b := <-seen, <-seen; a != 1 || b != 2 {
		t.Error(a, b)
	}
	cancel()
	<-done
}

func BenchmarkHandOver(b *testing.B) {
	for _, size := range []int{1, 16, 256} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			w := &world{batch: size}
			f, err := New(line(w, b.N, -1), testEnv(env.System{}), Options{})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			if err := f.Run(b.Context()); err != nil {
				b.Fatal(err)
			}
		})
	}
}
