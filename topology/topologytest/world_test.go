package topologytest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/topology"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Random graphs in random orders, dying at random steps on a disk that loses
// what was not synced, started again with other numbers of instances, show what
// a sequential run shows, each once.
func TestEveryGraphOrderAndCrash(t *testing.T) {
	seeds := uint64(400)
	switch {
	case testing.Short():
		seeds = 150
	case os.Getenv("SPATE_LONG") != "":
		seeds = 10000
	}
	defer debug.SetGCPercent(debug.SetGCPercent(800)) // each world is small, and gone at once
	crashes, shown := 0, 0
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 3))
		g := newGraph(r)
		sink := NewSink[string]()
		w := New(seed).Crash(100+r.IntN(200), 2)
		if err := w.Run(t.Context(), func(options ...topology.Option) *topology.Job { return g.build(r, sink, options...) }); err != nil {
			t.Fatalf("%+v\n%v", g.vertices, err)
		}
		crashes += w.Crashes
		got, want := net(sink.Shown()), net(g.model())
		if shown += len(got); !slices.Equal(got, want) {
			t.Fatalf("seed %d, %d crashes, %+v: got\n%s\nwant\n%s", seed, w.Crashes, g.vertices, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	if crashes < int(seeds) || shown < 10*int(seeds) {
		t.Errorf("%d crashes and %d events in %d runs: too few to mean something", crashes, shown, seeds)
	}
}

// net returns what was shown and not retracted, sorted.
func net(shown []string) (out []string) {
	for _, s := range shown {
		if !retracted.MatchString(s) {
			out = append(out, s)
		}
	}
	for _, s := range shown {
		if m := retracted.FindStringSubmatch(s); m != nil {
			at := slices.Index(out, m[1]+m[2])
			if at < 0 {
				return []string{s + " was never given"}
			}
			out = slices.Delete(out, at, at+1)
		}
	}
	slices.Sort(out)
	return out
}

// retracted is an event of a negative number.
var retracted = regexp.MustCompile(`^(\d+: \d+ )-(.*)$`)

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

// A window is over when its source says that the time has come, without an event;
// what comes then is late.
func TestAScriptThatTellsTheTime(t *testing.T) {
	script := NewScript[ev]().
		At(1*s, ev{1, 1, Epoch.Add(2 * s)}, ev{1, 2, Epoch.Add(8 * s)}).
		Reach(3*s, 10*s+feedDelay).
		At(5*s, ev{1, 4, Epoch.Add(9 * s)}, ev{1, 5, Epoch.Add(12 * s)})
	for seed := range uint64(20) {
		sink := NewSink[string]()
		if err := New(seed).CrashAt(4*s).Run(t.Context(), func(options ...topology.Option) *topology.Job {
			job := topology.NewJob("tells", append(options, topology.ExactlyOnce("checkpoint", topology.Every(s/2)))...)
			in := topology.AddSource(job, "script", script.Source, topology.EventTime(ev.time, feedDelay))
			windows := topology.WindowsOf(topology.Fields(in, ev.key), "windows", topology.Fixed(10*s))
			shown := topology.Apply(windows, "show", func() sized { return sized{} })
			late := topology.MapFunc(topology.LateEvents[ev](windows), "late", func(e ev) string { return fmt.Sprint("late ", e) })
			topology.To(topology.Merge(shown, late), "sink", sink.Sink, topology.Parallelism(1))
			return job
		}); err != nil {
			t.Fatal(err)
		}
		want := []string{"1 from 10s at 5s", "2 from 0s at 3s", "late 1 4 @9s"}
		if got := slices.Sorted(slices.Values(sink.Shown())); !slices.Equal(got, want) {
			t.Fatalf("seed %d: %q", seed, got)
		}
	}
}

// sized tells how many events a window has, and when it was given.
type sized struct{}

func (sized) Apply(ctx *topology.Context, w topology.WindowOf[ev], out *topology.Emitter[string]) error {
	out.Emit(fmt.Sprint(len(w.Events), " from ", w.Start.Sub(Epoch), " at ", ctx.Now().Sub(Epoch)))
	return nil
}

// Only a source that has event time can tell it.
func TestReachNeedsEventTime(t *testing.T) {
	err := New(1).Run(t.Context(), func(options ...topology.Option) *topology.Job {
		job := topology.NewJob("untimed", options...)
		topology.To(topology.AddSource(job, "script", NewScript[int]().Reach(0, s).Source), "sink", NewSink[int]().Sink)
		return job
	})
	if err == nil || !strings.Contains(err.Error(), "Reach is for sources that have an EventTime") {
		t.Error(err)
	}
}
