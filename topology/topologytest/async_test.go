package topologytest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spatestream/spate/connector"
	"github.com/spatestream/spate/topology"
)

// question is an event that is asked about: the answer takes its time, and fails
// as often as it says first.
type question struct {
	Name  string
	Takes time.Duration
	Fails int
}

func (q question) key() string { return q.Name[:1] }

// oracle answers questions, and writes down what it is asked.
type oracle struct {
	clock connector.Clock
	asked *[]string
	fails map[string]int // by question, so far
}

func (o *oracle) Setup(ctx *topology.Context) error {
	o.clock = ctx.Env().Clock
	return nil
}

var errSilent = errors.New("the oracle is silent")

func (o *oracle) Call(ctx context.Context, q question) (string, error) {
	*o.asked = append(*o.asked, fmt.Sprint(q.Name, " at ", o.clock.Now().Sub(Epoch)))
	if err := o.clock.Sleep(ctx, q.Takes); err != nil {
		return "", err
	}
	if o.fails[q.Name]++; o.fails[q.Name] <= q.Fails {
		return "", errSilent
	}
	return fmt.Sprint(q.Name, " at ", o.clock.Now().Sub(Epoch)), nil
}

// ask runs a script of questions through an Async operator on a virtual clock.
func ask(t *testing.T, seed uint64, script *Script[question], options []topology.Option, settings ...topology.Setting) (asked, got, dead []string, err error) {
	t.Helper()
	sink, graves := NewSink[string](), NewSink[string]()
	err = New(seed).Run(t.Context(), func(own ...topology.Option) *topology.Job {
		job := topology.NewJob("ask", append(own, options...)...)
		in := topology.Fields(topology.AddSource(job, "questions", script.Source), question.key)
		topology.To(topology.Async(in, "ask", func() *oracle { return &oracle{asked: &asked, fails: map[string]int{}} }, settings...), "answers", sink.Sink)
		letters := topology.MapFunc(topology.DeadLetters[question](job, "ask"), "letters", func(d topology.DeadLetter[question]) string { return fmt.Sprint(d.Event.Name, ": ", d.Err) })
		topology.To(letters, "graves", graves.Sink)
		return job
	})
	return asked, sink.Shown(), graves.Shown(), err
}

const s = time.Second // of scripts

func TestAsyncTimeLines(t *testing.T) {
	four := NewScript[question]().At(0, question{"a1", 5 * s, 0}, question{"a2", 1 * s, 0}, question{"b1", 2 * s, 0}, question{"b2", 1 * s, 0})
	for _, c := range []struct {
		name     string
		script   *Script[question]
		settings []topology.Setting
		asked    string
		got      string
	}{
		{"ordered", four, nil, "a1 at 0s, a2 at 0s, b1 at 0s, b2 at 0s", "a1 at 5s, a2 at 1s, b1 at 2s, b2 at 1s"},
		{"unordered", four, []topology.Setting{topology.Unordered()}, "a1 at 0s, a2 at 0s, b1 at 0s, b2 at 0s", "a2 at 1s, b2 at 1s, b1 at 2s, a1 at 5s"},
		{"by key", four, []topology.Setting{topology.KeyOrder()}, "a1 at 0s, b1 at 0s, b2 at 2s, a2 at 5s", "b1 at 2s, b2 at 3s, a1 at 5s, a2 at 6s"},
		{"two in flight", four, []topology.Setting{topology.InFlight(2), topology.Unordered()}, "a1 at 0s, a2 at 0s, b1 at 1s, b2 at 3s", "a2 at 1s, b1 at 3s, b2 at 4s, a1 at 5s"},
		{"one in flight", four, []topology.Setting{topology.InFlight(1)}, "a1 at 0s, a2 at 5s, b1 at 6s, b2 at 8s", "a1 at 5s, a2 at 6s, b1 at 8s, b2 at 9s"},
		{"again", NewScript[question]().At(0, question{"a", 1 * s, 3}), []topology.Setting{topology.Retry(5, 2*s, 5*s)},
			"a at 0s, a at 3s, a at 8s, a at 14s", "a at 15s"},
		{"again, others go on", NewScript[question]().At(0, question{"a", 1 * s, 1}, question{"b", 3 * s, 0}), []topology.Setting{topology.Retry(2, 10*s, 10*s), topology.InFlight(2), topology.Unordered()},
			"a at 0s, b at 0s, a at 11s", "b at 3s, a at 12s"},
	} {
		for seed := range uint64(20) {
			asked, got, _, err := ask(t, seed, c.script, nil, c.settings...)
			// What happens at one time happens in any order.
			if a, g := inTime(asked), inTime(got); err != nil || a != inTime(strings.Split(c.asked, ", ")) || c.name != "ordered" && g != inTime(strings.Split(c.got, ", ")) || c.name == "ordered" && strings.Join(got, ", ") != c.got {
				t.Fatalf("%s, seed %d: asked %v, got %v, %v", c.name, seed, asked, got, err)
			}
		}
	}
}

// inTime sorts by what stands behind "at", then by name.
func inTime(lines []string) string {
	out := slices.Clone(lines)
	slices.SortStableFunc(out, func(a, b string) int {
		_, at, _ := strings.Cut(a, " at ")
		_, bt, _ := strings.Cut(b, " at ")
		x, _ := time.ParseDuration(at)
		y, _ := time.ParseDuration(bt)
		if x != y {
			return int(x - y)
		}
		return strings.Compare(a, b)
	})
	return strings.Join(out, ", ")
}

// A call that takes too long has failed, whether it heeds its context or not; in
// the end it is a dead letter.
func TestAsyncTimeOut(t *testing.T) {
	script := NewScript[question]().At(0, question{"slow", time.Hour, 0}, question{"wrong", s, 9}, question{"good", s, 0})
	for seed := range uint64(20) {
		asked, got, dead, err := ask(t, seed, script, []topology.Option{topology.OnError(topology.ToDeadLetters)},
			topology.CallTimeout(10*s), topology.Retry(2, s, s), topology.RetryIf(func(err error) bool { return !errors.Is(err, errSilent) }))
		slices.Sort(dead)
		if err != nil || inTime(asked) != "good at 0s, slow at 0s, wrong at 0s, slow at 11s" || strings.Join(got, ", ") != "good at 1s" ||
			strings.Join(dead, ", ") != "slow: after 2 attempts: the call took longer than 10s: context deadline exceeded, wrong: the oracle is silent" {
			t.Fatal(seed, asked, got, dead, err)
		}
	}
	if _, _, _, err := ask(t, 1, script, nil, topology.CallTimeout(10*s)); !errors.Is(err, errSilent) && !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

// heard emits an answer with its time and the watermark.
type heard struct{}

func (heard) Apply(ctx *topology.Context, v string, out *topology.Emitter[string]) error {
	w := "none"
	if at := ctx.Watermark(); !at.IsZero() {
		w = fmt.Sprint(at.Add(time.Millisecond).Sub(Epoch))
	}
	out.Emit(fmt.Sprint(v, " of ", ctx.EventTime().Sub(Epoch), " behind ", w))
	return nil
}

// The watermark stays behind what is being asked about, called directly or on an
// edge.
func TestAsyncHoldsTheWatermark(t *testing.T) {
	script := NewScript[question]().At(0, question{"a", 10 * s, 0}).At(2*s, question{"b", 1 * s, 0}).At(5*s, question{"c", 1 * s, 0}).At(20*s, question{"d", 0, 0})
	at := map[string]time.Duration{"a": 0, "b": 2 * s, "c": 5 * s, "d": 20 * s}
	for seed := range uint64(20) {
		for _, setting := range [][]topology.Setting{nil, {topology.Apart()}} {
			sink := NewSink[string]()
			var asked []string
			err := New(seed).Run(t.Context(), func(options ...topology.Option) *topology.Job {
				job := topology.NewJob("watermark", options...)
				in := topology.AddSource(job, "questions", script.Source, topology.EventTime(func(q question) time.Time { return Epoch.Add(at[q.Name]) }, 0), topology.IdleAfter(s))
				answers := topology.Async(in, "ask", func() *oracle { return &oracle{asked: &asked, fails: map[string]int{}} }, topology.Unordered())
				topology.To(topology.Apply(answers, "hear", func() heard { return heard{} }, setting...), "sink", sink.Sink)
				return job
			})
			want := "b at 3s of 2s behind none, c at 6s of 5s behind none, a at 10s of 0s behind none, d at 20s of 20s behind 5s"
			if got := strings.Join(sink.Shown(), ", "); err != nil || got != want {
				t.Fatalf("seed %d: %s, %v", seed, got, err)
			}
		}
	}
}

// moody answers at random: late, not at all, not the first time.
type moody struct {
	chance *rand.Rand
	clock  connector.Clock
	under  map[string]bool // keys that are being asked about
	most   int             // calls at a time
	now    int
	byKey  bool
	fault  *error
}

func (m *moody) Setup(ctx *topology.Context) error {
	m.clock, m.under = ctx.Env().Clock, map[string]bool{}
	return nil
}

func (m *moody) Call(ctx context.Context, v int) (int, error) {
	key := fmt.Sprint(v % 5)
	if m.now++; m.now > m.most || m.byKey && m.under[key] {
		*m.fault = fmt.Errorf("%d calls at a time, or two of key %s", m.now, key)
	}
	m.under[key] = true
	defer func() { m.now--; delete(m.under, key) }()
	for range m.chance.IntN(3) {
		if err := m.clock.Sleep(ctx, time.Duration(m.chance.IntN(50))*time.Millisecond); err != nil {
			return 0, err
		}
	}
	if m.chance.IntN(8) == 0 {
		return 0, errSilent
	}
	return v * 10, nil
}

// Whatever crashes, under whatever order and parallelism, each event has one
// result in a job that is ExactlyOnce, in the order that was asked for.
func TestAsyncThroughCrashes(t *testing.T) {
	const n = 60
	crashes := 0
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 9))
		sink, world := NewSink[int](), New(seed).Crash(150, 4)
		script := NewScript[int]()
		for i := range n {
			script.At(time.Duration(i)*3*time.Millisecond, i)
		}
		order := r.IntN(3)
		parallel := 1
		if order > 0 {
			parallel = 3
		}
		var fault error
		err := world.Run(t.Context(), func(options ...topology.Option) *topology.Job {
			job := topology.NewJob("moody", append(options, topology.ExactlyOnce("checkpoint", topology.Every(time.Duration(1+r.IntN(40))*time.Millisecond)), topology.QueueSize(1+r.IntN(10)))...)
			most := 1 + r.IntN(8)
			settings := []topology.Setting{topology.InFlight(most), topology.Retry(100, time.Millisecond, 20*time.Millisecond), topology.Parallelism(1 + r.IntN(parallel))}
			if order > 0 {
				settings = append(settings, []topology.Setting{topology.Unordered(), topology.KeyOrder()}[order-1])
			}
			if r.IntN(2) == 0 {
				settings = append(settings, topology.CallTimeout(time.Duration(30+r.IntN(100))*time.Millisecond))
			}
			in := topology.AddSource(job, "numbers", script.Source)
			if order == 2 || r.IntN(2) == 0 {
				in = topology.Fields(in, func(v int) int { return v % 5 })
			}
			asked := topology.Async(in, "ask", func() *moody {
				return &moody{chance: r, most: most, byKey: order == 2, fault: &fault}
			}, settings...)
			topology.To(asked, "sink", sink.Sink, topology.Parallelism(1))
			return job
		})
		if err = errors.Join(err, fault); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		crashes += world.Crashes
		got := sink.Shown()
		checkOrder(t, seed, order, got)
		slices.Sort(got)
		for i, v := range got {
			if len(got) != n || v != i*10 {
				t.Fatalf("seed %d, order %d, %d crashes: %v", seed, order, world.Crashes, got)
			}
		}
	}
	if crashes < 100 {
		t.Errorf("%d crashes mean little", crashes)
	}
}

// checkOrder wants ordered results of the whole (0), or of each key (2).
func checkOrder(t *testing.T, seed uint64, order int, got []int) {
	t.Helper()
	last := map[int]int{}
	for _, v := range got {
		of := 0
		if order == 2 {
			of = v / 10 % 5
		}
		if order != 1 && v < last[of] {
			t.Fatalf("seed %d: %d after %d in %v", seed, v, last[of], got)
		}
		last[of] = v
	}
}

// AtLeastOnce no event is lost, however often calls and the job fail, and one is
// through only when its result is.
func TestAsyncAtLeastOnce(t *testing.T) {
	const n = 40
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 11))
		sink := NewSink[int]()
		var fault error
		script := NewScript[int]()
		for i := range n {
			script.At(time.Duration(i)*3*time.Millisecond, i)
		}
		var job *topology.Job
		err := New(seed).Run(t.Context(), func(options ...topology.Option) *topology.Job {
			// The time-out is shorter than many calls are: it must not count for them.
			job = topology.NewJob("moody", append(options, topology.AtLeastOnce(topology.AckTimeout(20*time.Millisecond), topology.MaxAttempts(1000), topology.ReplayBackoff(0, 0), topology.MaxPending(1+r.IntN(20))), topology.OnError(topology.Replay))...)
			in := topology.Fields(topology.AddSource(job, "numbers", script.Source), func(v int) int { return v % 5 })
			settings := []topology.Setting{topology.InFlight(20), topology.Parallelism(1 + r.IntN(2)), topology.Retry(2, 0, 0)}
			if r.IntN(2) == 0 {
				settings = append(settings, topology.Unordered())
			}
			asked := topology.Async(in, "ask", func() *moody { return &moody{chance: r, most: 20, fault: &fault} }, settings...)
			topology.To(asked, "sink", sink.Sink, topology.Parallelism(1))
			return job
		})
		if err = errors.Join(err, fault); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		seen := map[int]bool{}
		for _, v := range sink.Shown() {
			seen[v] = true
		}
		counts := job.Counts()
		if len(seen) != n || counts["numbers"].Acked != n || counts["numbers"].Replays != counts["ask"].Failed || counts["ask"].Asking != 0 {
			t.Fatalf("seed %d: %d of %d; %+v, %+v", seed, len(seen), n, counts["numbers"], counts["ask"])
		}
	}
}
