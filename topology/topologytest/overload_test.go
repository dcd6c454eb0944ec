package topologytest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spatestream/spate/topology"
)

// slow takes its time for each event, by the clock of the world. Others have
// theirs at the same time: only one component of a job may be slow.
type slow struct {
	clock *Clock
	takes time.Duration
}

func (s slow) Write(*topology.Context, int) error {
	s.clock.Set(s.clock.Now().Add(s.takes))
	return nil
}

func (s slow) Apply(ctx *topology.Context, v int, out *topology.Emitter[int]) error {
	out.Emit(v)
	return s.Write(ctx, v)
}

// step is how many events a source gives at once, whatever the credit.
const step = 20

// steady gives events at a rate for a time.
func steady(perSecond int, for_ time.Duration) *Script[int] {
	s := NewScript[int]()
	for n := 0; n < int(for_.Seconds())*perSecond; n += step {
		s.At(time.Duration(n)*time.Second/time.Duration(perSecond), numbers(n, step)...)
	}
	return s
}

func numbers(first, n int) (all []int) {
	for i := range n {
		all = append(all, first+i)
	}
	return all
}

// most is the most events that waited, by edge, at the looks of a job.
type most map[string]int

func (m most) hear(n topology.Notice) {
	if n.Kind == topology.Taken {
		for _, e := range n.Status.Edges {
			m[e.To] = max(m[e.To], e.Waiting)
		}
	}
}

// Offered twice what it can do for a minute, a job does what it can all the time,
// and no more waits than the edges hold. That does not thrash, so no source is
// eased.
func TestTwiceTheLoadForAMinute(t *testing.T) {
	const queue, capacity, offered = 1000, 1000, 2000
	script := steady(offered, time.Minute)
	sink, waited := NewSink[int](), most{}
	w := New(5)
	var afterAMinute int
	err := w.Run(t.Context(), func(options ...topology.Option) *topology.Job {
		job := topology.NewJob("twice", append(options, topology.QueueSize(queue),
			topology.Listen(waited.hear), topology.Listen(func(n topology.Notice) {
				if n.At.Sub(Epoch) <= time.Minute {
					afterAMinute = len(sink.Shown())
				}
				if n.Kind == topology.Alarmed || n.Kind == topology.Bottleneck && n.Bottleneck != "" && n.Bottleneck != "slow" {
					t.Errorf("%+v", n)
				}
			}))...)
		in := topology.AddSource(job, "source", script.Source)
		out := topology.Apply(topology.Shuffle(in), "slow", func() slow { return slow{w.Clock, time.Second / capacity} }, topology.Apart())
		topology.To(out, "sink", sink.Sink)
		return job
	})
	if err != nil {
		t.Fatal(err)
	}
	if afterAMinute < 60*capacity*9/10 {
		t.Errorf("%d events were through after a minute", afterAMinute)
	}
	if got := sink.Shown(); len(got) != 60*offered || !slices.IsSorted(got) {
		t.Errorf("%d events came through", len(got))
	}
	if waited["slow"] == 0 || waited["slow"] > queue+step {
		t.Errorf("%d events waited", waited["slow"])
	}
}

// A sink that takes a second for an event gets ten a second for half an hour: it
// takes hours, and nothing is lost.
func TestASlowSink(t *testing.T) {
	const queue = 64
	script := steady(10, 30*time.Minute)
	waited := most{}
	w := New(6)
	var job *topology.Job
	err := w.Run(t.Context(), func(options ...topology.Option) *topology.Job {
		job = topology.NewJob("slow sink", append(options, topology.QueueSize(queue), topology.StatusEvery(10*time.Second), topology.Listen(waited.hear))...)
		in := topology.AddSource(job, "source", script.Source)
		same := topology.Apply(topology.Shuffle(in), "same", func() plus { return plus{0} }, topology.Parallelism(3))
		topology.To(topology.Global(same), "sink", func() slow { return slow{w.Clock, time.Second} })
		return job
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := job.Counts()["sink"].Received; n != 18000 || w.Clock.Now().Sub(Epoch) < 5*time.Hour {
		t.Errorf("%d events after %v", n, w.Clock.Now().Sub(Epoch))
	}
	if most := 3 * (queue + queue/2); waited["same"] > most || waited["sink"] > most || waited["sink"] == 0 { // an instance of three is over by a batch at most
		t.Errorf("%v events waited", waited)
	}
}

// paced gives events at a rate, each when it is due, by the clock of the job.
type paced struct {
	every time.Duration
	left  int
	due   time.Time
}

func (p *paced) Next(ctx context.Context, out *topology.Emitter[int]) error {
	if p.left == 0 {
		return io.EOF
	}
	if now := time.Now(); now.Before(p.due) {
		time.Sleep(p.due.Sub(now)) // of the bubble
	}
	p.left--
	p.due = time.Now().Truncate(p.every).Add(p.every)
	out.Emit(p.left)
	return nil
}

// tired takes its time for each event, by the clock of the bubble.
type tired struct{ takes time.Duration }

func (s tired) Write(*topology.Context, int) error {
	time.Sleep(s.takes)
	return nil
}

// The same with goroutines, on a clock that moves when all of them wait.
func TestTwiceTheLoadWithGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const queue, capacity = 100, 200
		waited, afterAMinute, blocked := most{}, int64(0), 0
		began := time.Now()
		job := topology.NewJob("twice", topology.QueueSize(queue), topology.Log(slog.New(slog.DiscardHandler)),
			topology.Listen(waited.hear), topology.Listen(func(n topology.Notice) {
				if n.Kind == topology.Alarmed {
					t.Errorf("%+v", n.Alarm)
				}
				if n.Kind == topology.Taken && n.At.Sub(began) <= time.Minute {
					afterAMinute = n.Status.Components[1].Received
					if n.Status.Components[0].Blocked > 300 {
						blocked++
					}
				}
			}))
		in := topology.AddSource(job, "source", func() *paced { return &paced{every: time.Second / capacity / 2, left: 60 * 2 * capacity} })
		topology.To(topology.Shuffle(in), "sink", func() tired { return tired{time.Second / capacity} }, topology.Apart())
		if err := job.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if afterAMinute < 60*capacity*9/10 || blocked < 50 {
			t.Errorf("%d events were through after a minute; the source waited for the sink at %d looks", afterAMinute, blocked)
		}
		if n := job.Counts()["sink"].Received; n != 60*2*capacity {
			t.Errorf("%d events came through", n)
		}
		if waited["sink"] == 0 || waited["sink"] > queue+queue/2 {
			t.Errorf("%d events waited", waited["sink"])
		}
	})
}

// bursts gives so many events at once, again and again; 250 in a step, so that
// they come faster than they are taken.
func bursts(events, times int, every time.Duration) *Script[int] {
	s := NewScript[int]()
	for b := range times {
		for n := 0; n < events; n += 250 {
			s.At(time.Duration(b)*every, numbers(b*events+n, 250)...)
		}
	}
	return s
}

// thrash runs a job whose input comes in bursts, and returns what was told.
func thrash(t *testing.T, script *Script[int], options ...topology.Option) (notices []topology.Notice, got int) {
	t.Helper()
	w, sink := New(7), NewSink[int]()
	err := w.Run(t.Context(), func(world ...topology.Option) *topology.Job {
		job := topology.NewJob("bursts", append(append(world, options...), topology.QueueSize(100), topology.Listen(func(n topology.Notice) { notices = append(notices, n) }))...)
		in := topology.AddSource(job, "source", script.Source)
		out := topology.Apply(topology.Shuffle(in), "slow", func() slow { return slow{w.Clock, time.Millisecond} }, topology.Apart())
		topology.To(out, "sink", sink.Sink)
		return job
	})
	if err != nil {
		t.Fatal(err)
	}
	return notices, len(sink.Shown())
}

func alarms(notices []topology.Notice) (all []*topology.Alarm) {
	for _, n := range notices {
		if n.Alarm != nil {
			all = append(all, n.Alarm)
		}
	}
	return all
}

// Pressure that comes and goes raises an alarm, which says what would help.
func TestBackPressureThatComesAndGoes(t *testing.T) {
	// Half a second of work every five seconds.
	notices, got := thrash(t, bursts(500, 28, 5*time.Second), topology.EaseOff(0))
	all := alarms(notices)
	if got != 14000 || len(all) < 2 {
		t.Fatalf("%d events, alarms %+v", got, all)
	}
	if a := all[0]; a.From != "source" || a.To != "slow" || a.Times < 6 || a.Suggested != 1 || !strings.Contains(a.Advice, "bursts") {
		t.Errorf("%+v", a)
	}
	// Three seconds of work every four.
	notices, got = thrash(t, bursts(3000, 28, 4*time.Second), topology.EaseOff(0))
	all = alarms(notices)
	if got != 84000 || len(all) < 2 {
		t.Fatalf("%d events, alarms %+v", got, all)
	}
	if a := all[0]; a.Capacity < 950 || a.Capacity > 1100 || a.Suggested < 3 || a.Suggested > 6 || !strings.Contains(a.Advice, fmt.Sprintf("Parallelism(%d) instead of 1", a.Suggested)) {
		t.Errorf("%+v", a)
	}
}

// What thrashes has the rate of its source halved for a time, and then let go.
func TestEasingOff(t *testing.T) {
	notices, got := thrash(t, bursts(3000, 12, 4*time.Second).Idle(3*time.Minute))
	all := alarms(notices)
	if got != 36000 || len(all) == 0 || all[0].Eased["source"] < 100 {
		t.Fatalf("%d events, alarms %+v", got, all)
	}
	limit := all[0].Eased["source"]
	var eased, free int
	var before *topology.Status
	for _, n := range notices {
		if n.Kind != topology.Taken {
			continue
		}
		s := n.Status
		if s.Eased == nil {
			free++
		} else if eased++; before != nil && before.Eased != nil && s.Components[0].Rate > 1.1*limit+1 {
			t.Errorf("%v: %.0f events/s of %.0f", s.At.Sub(Epoch), s.Components[0].Rate, limit)
		}
		before = s
	}
	if eased < 7 || free < 7 {
		t.Errorf("eased at %d looks, free at %d", eased, free)
	}
}

var errPoison = errors.New("poison")

// picky cannot deal with every seventh event.
type picky struct{ slow }

func (p picky) Apply(ctx *topology.Context, v int, out *topology.Emitter[int]) error {
	if v%7 == 0 {
		return errPoison
	}
	return p.slow.Apply(ctx, v, out)
}

// Whatever is dropped, late or poison: every event is accounted for.
func TestNothingVanishes(t *testing.T) {
	policies := map[string]topology.Shedding{
		"block": {}, "newest": topology.DropNewest, "oldest": topology.DropOldest, "sample": topology.Sample(0.3),
		"priority": topology.DropLeast(func(v int) int { return v % 5 }),
	}
	for name, policy := range policies {
		var dropped, late, dead int64
		for seed := range uint64(20) {
			r := rand.New(rand.NewPCG(seed, 8))
			script := NewScript[int]()
			for n := 0; n < 2000; n += 50 {
				values := numbers(n, 50)
				for i := range values {
					values[i] = max(0, values[i]-r.IntN(200))
				}
				script.At(time.Duration(n/50)*20*time.Millisecond, values...)
			}
			w, sink := New(seed), NewSink[int]()
			var job *topology.Job
			err := w.Run(t.Context(), func(options ...topology.Option) *topology.Job {
				job = topology.NewJob("all", append(options, topology.QueueSize(32), topology.OnError(topology.ToDeadLetters))...)
				in := topology.AddSource(job, "in", script.Source, topology.EventTime(func(v int) time.Time { return Epoch.Add(time.Duration(v) * time.Millisecond) }, 50*time.Millisecond), topology.Parallelism(1+int(seed%2)))
				picked := topology.Apply(topology.Shed(topology.Shuffle(in), policy), "picky", func() picky { return picky{slow{w.Clock, time.Millisecond}} })
				counts := topology.AggregateWindows(topology.Fields(picked, func(v int) int { return v % 3 }), "windows", topology.Fixed(100*time.Millisecond), topology.Aggregate[int, int, int]{
					Add:    func(n, _ int) int { return n + 1 },
					Result: func(_ *topology.Context, _ topology.Window, n int) (int, error) { return n, nil },
				})
				topology.To(counts, "sink", sink.Sink)
				return job
			})
			if err != nil {
				t.Fatal(err)
			}
			c := job.Counts()
			out := int64(0)
			for _, n := range sink.Shown() {
				out += int64(n)
			}
			in, lost := c["in"].Given, c["windows"].Late+c["picky"].Dropped+c["picky"].DeadLettered
			if in != 2000*int64(1+seed%2) || in != out+lost {
				t.Errorf("%s, seed %d: %d in, %d out, %+v", name, seed, in, out, c)
			}
			dropped, late, dead = dropped+c["picky"].Dropped, late+c["windows"].Late, dead+c["picky"].DeadLettered
		}
		if late == 0 || dead == 0 || (dropped == 0) != (name == "block") {
			t.Errorf("%s: %d dropped, %d late, %d dead letters: too few to mean something", name, dropped, late, dead)
		}
	}
}

// plus adds n.
type plus struct{ n int }

func (p plus) Apply(_ *topology.Context, v int, out *topology.Emitter[int]) error {
	out.Emit(v + p.n)
	return nil
}
