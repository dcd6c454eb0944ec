package topologytest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/topology"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type sum struct{ n *topology.Value[int] }

func (s *sum) Setup(ctx *topology.Context) error {
	s.n = topology.NewValue[int](ctx, "sum")
	return nil
}

func (s *sum) Apply(ctx *topology.Context, v int, out *topology.Emitter[string]) error {
	n, _ := s.n.Get()
	s.n.Set(n + v)
	out.Emit(fmt.Sprint(v%5, ":", n+v))
	return nil
}

type plus struct{ n int }

func (p plus) Apply(_ *topology.Context, v int, out *topology.Emitter[int]) error {
	out.Emit(v + p.n)
	return nil
}

// graph is a random job: sources, layers of operators at random parallelism and
// grouping, a keyed sum, a sink. It returns what an undisturbed run shows of
// each key, which does not depend on the order if every value is equal to others
// of its key.
type graph struct {
	sources int
	layers  []int // what each layer adds
	events  int
}

func randomGraph(r *rand.Rand) graph {
	g := graph{sources: 1 + r.IntN(3), events: 1 + r.IntN(40)}
	for range r.IntN(3) {
		g.layers = append(g.layers, 5*r.IntN(3))
	}
	return g
}

func (g graph) build(r *rand.Rand, sink *Sink[string], options ...topology.Option) *topology.Job {
	job := topology.NewJob("random", append(options, topology.ExactlyOnce("checkpoint", topology.Every(time.Duration(1+r.IntN(20))*time.Millisecond)), topology.QueueSize(1+r.IntN(10)))...)
	var streams []topology.Stream[int]
	for s := range g.sources {
		script := NewScript[int]()
		for i := range g.events {
			script.At(time.Duration(i)*time.Millisecond, i%5)
		}
		streams = append(streams, topology.AddSource(job, fmt.Sprint("source", s), script.Source))
	}
	in := topology.Merge(streams[0], streams[1:]...)
	for i, n := range g.layers {
		groupings := []func(topology.Stream[int]) topology.Stream[int]{topology.Shuffle[int], topology.LocalOrShuffle[int], topology.Global[int]}
		in = topology.Apply(groupings[r.IntN(3)](in), fmt.Sprint("plus", i), func() plus { return plus{n} }, topology.Parallelism(1+r.IntN(3)))
	}
	byKey := topology.Fields(in, func(v int) int { return v % 5 })
	topology.To(topology.Apply(byKey, "sum", func() *sum { return &sum{} }, topology.Parallelism(1+r.IntN(4))), "sink", sink.Sink, topology.Parallelism(1+r.IntN(2)))
	return job
}

// model is the same, one event after another.
func (g graph) model() []string {
	var out []string
	sums := map[int]int{}
	add := 0
	for _, n := range g.layers {
		add += n
	}
	for range g.sources {
		for i := range g.events {
			v := i%5 + add
			sums[v%5] += v
			out = append(out, fmt.Sprint(v%5, ":", sums[v%5]))
		}
	}
	slices.Sort(out)
	return out
}

// Random graphs in random orders, dying at random steps on a disk that loses
// what was not synced, started again with other numbers of instances, show what
// a sequential run shows, each once.
func TestEveryGraphOrderAndCrash(t *testing.T) {
	seeds := uint64(1000)
	switch {
	case testing.Short():
		seeds = 200
	case os.Getenv("SPATE_LONG") != "":
		seeds = 10000
	}
	crashes := 0
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 3))
		g := randomGraph(r)
		sink := NewSink[string]()
		w := New(seed).Crash(150, 4)
		if err := w.Run(t.Context(), func(options ...topology.Option) *topology.Job { return g.build(r, sink, options...) }); err != nil {
			t.Fatal(err)
		}
		crashes += w.Crashes
		got := sink.Shown()
		slices.Sort(got)
		if want := g.model(); !slices.Equal(got, want) {
			t.Fatalf("seed %d, %d crashes: %d shown, %d wanted\n%v\n%v", seed, w.Crashes, len(got), len(want), got, want)
		}
	}
	if crashes < int(seeds) {
		t.Errorf("%d crashes in %d runs: too few to mean something", crashes, seeds)
	}
}

type late struct{}

func (late) Apply(ctx *topology.Context, at time.Duration, out *topology.Emitter[string]) error {
	out.Emit(fmt.Sprint(ctx.EventTime().Sub(Epoch), " at ", ctx.Now().Sub(Epoch)))
	ctx.SetTimer(topology.Timer{Name: "later", At: ctx.Now().Add(time.Hour), Clock: true})
	return nil
}

func (late) OnTimer(ctx *topology.Context, t topology.Timer, out *topology.Emitter[string]) error {
	out.Emit(fmt.Sprint("timer of ", t.At.Sub(Epoch), " at ", ctx.Now().Sub(Epoch)))
	return nil
}

// An afternoon passes at once, and in order.
func TestTheClockIsVirtual(t *testing.T) {
	script := NewScript[time.Duration]().At(0, time.Hour).At(30*time.Minute, 2*time.Hour).Idle(3 * time.Hour)
	sink := NewSink[string]()
	err := New(1).Run(t.Context(), func(options ...topology.Option) *topology.Job {
		job := topology.NewJob("afternoon", options...)
		in := topology.AddSource(job, "script", script.Source, topology.EventTime(func(d time.Duration) time.Time { return Epoch.Add(d) }, 0))
		topology.To(topology.Apply(in, "late", func() late { return late{} }), "sink", sink.Sink)
		return job
	})
	want := []string{"1h0m0s at 0s", "2h0m0s at 30m0s", "timer of 1h30m0s at 1h30m0s"}
	if got := sink.Shown(); err != nil || !slices.Equal(got, want) {
		t.Error(got, err)
	}
}

func TestAScriptThatFails(t *testing.T) {
	broken := errors.New("broken")
	sink := NewSink[int]()
	err := New(7).Run(t.Context(), func(options ...topology.Option) *topology.Job {
		job := topology.NewJob("fails", options...)
		topology.To(topology.AddSource(job, "script", NewScript[int]().At(0, 1).Fail(time.Second, broken).Source), "sink", sink.Sink)
		return job
	})
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "seed 7") || len(sink.Shown()) != 1 {
		t.Error(err, sink.Shown())
	}
}
