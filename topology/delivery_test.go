package topology

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// standClock stands until it is set; a sleep takes its whole time at once.
type standClock struct {
	mu  sync.Mutex
	now time.Time
}

func newStandClock() *standClock { return &standClock{now: time.Unix(0, 0)} }

func (c *standClock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }
func (c *standClock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}
func (c *standClock) Sleep(_ context.Context, d time.Duration) error {
	c.Set(c.Now().Add(d))
	return nil
}

// simulate runs a job step by step in an order drawn from a seed, with its
// restarts.
func simulate(j *Job, clock *standClock, r *rand.Rand) error {
	return j.Simulate(context.Background(), clock, r.IntN)
}

var slogDiscard = slog.New(slog.DiscardHandler)

// flaky fails events at random, some by panic, until its budget is used up.
type flaky struct {
	r      *rand.Rand
	rate   float64
	budget *int
}

func (f *flaky) Apply(_ *Context, v int, out *Emitter[int]) error {
	for range 1 + f.r.IntN(2) {
		if f.r.Float64() < f.rate && *f.budget > 0 {
			*f.budget--
			if f.r.IntN(4) == 0 {
				panic(fmt.Sprint("panic at ", v))
			}
			return fmt.Errorf("error at %d", v)
		}
		out.Emit(v)
	}
	return nil
}

// resuming gives 0 to n-1 and goes on where the instance before it stood.
type resuming struct {
	upTo
	stand *int
}

func (u *resuming) Next(_ context.Context, out *Emitter[int]) error {
	if *u.stand >= u.n {
		return io.EOF
	}
	*u.stand++
	out.Emit(*u.stand - 1)
	return nil
}

// resumingTo makes sources that share where they stand.
func resumingTo(n int) func() *resuming {
	stand := 0
	return func() *resuming { return &resuming{upTo{n: n}, &stand} }
}

// randomJob is a few layers of flaky operators, read by one sink that fails at
// times too.
func randomJob(r *rand.Rand, h *heap[int], n int, rate float64, budget *int, options ...Option) *Job {
	j := NewJob("random", append(options, Log(slogDiscard), QueueSize(1+r.IntN(40)))...)
	streams := []Stream[int]{}
	for s := range 1 + r.IntN(2) {
		streams = append(streams, AddSource(j, fmt.Sprint("source", s), resumingTo(n), Parallelism(1+r.IntN(2))))
	}
	for o := range r.IntN(4) {
		in := streams[r.IntN(len(streams))]
		switch r.IntN(4) {
		case 0:
			in = Shuffle(in)
		case 1:
			in = Fields(in, func(v int) int { return v % 7 })
		case 2:
			in = All(in)
		}
		var settings []Setting
		if r.IntN(2) == 0 {
			settings = append(settings, Apart())
		}
		if r.IntN(2) == 0 {
			settings = append(settings, Parallelism(1+r.IntN(3)))
		}
		streams = append(streams, Apply(in, fmt.Sprint("flaky", o), func() *flaky { return &flaky{r, rate, budget} }, settings...))
	}
	all := streams[0]
	for _, s := range streams[1:] {
		all = Merge(all, s)
	}
	To(all, "keep", h.sink, Parallelism(1+r.IntN(2)))
	return j
}

func TestNothingIsLostWhateverFails(t *testing.T) {
	for seed := range uint64(1500) {
		r := rand.New(rand.NewPCG(seed, 3))
		var h heap[int]
		options := []Option{AtLeastOnce(AckTimeout(time.Duration(1+r.IntN(1000))*time.Second), MaxPending(1+r.IntN(60)), MaxAttempts(1000), ReplayBackoff(time.Millisecond, time.Second))}
		if r.IntN(2) == 0 {
			options = append(options, OnError(Replay))
		} else {
			options = append(options, Restart(FixedDelay(1e6, time.Second)))
		}
		budget := r.IntN(60)
		j := randomJob(r, &h, 30, r.Float64()*0.3, &budget, options...)
		if err := simulate(j, newStandClock(), r); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		seen := map[int]bool{}
		for _, v := range h.got {
			seen[v] = true
		}
		if len(seen) != 30 {
			t.Fatalf("seed %d: %d of 30 events arrived", seed, len(seen))
		}
	}
}

func TestNothingIsLostByGoroutines(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 5))
		j := NewJob("goroutines", Log(slogDiscard), AtLeastOnce(MaxPending(1+r.IntN(500)), MaxAttempts(1000), ReplayBackoff(0, 0)), OnError(Replay))
		var h heap[int]
		in := AddSource(j, "numbers", countTo(3000), Parallelism(2))
		var failures [3000]atomic.Int32
		odd := mapped(func(_ *Context, v int) (int, error) {
			if v%7 == 3 && failures[v].Add(1) < 4 {
				return 0, errors.New("not yet")
			}
			return v, nil
		})
		two := Apply(Shuffle(in), "one", odd, Parallelism(3))
		To(Merge(Apply(Fields(two, func(v int) int { return v }), "two", odd, Parallelism(2), Apart()), two), "keep", h.sink, Parallelism(1))
		run(t, j)
		times := [3000]int{}
		for _, v := range h.got {
			times[v]++
		}
		for v, n := range times {
			if n < 2 || v%7 != 3 && n > 2 {
				t.Fatalf("seed %d: %d came %d times", seed, v, n)
			}
		}
		if c := j.Counts()["numbers"]; c.Acked != 3000 || c.Replays == 0 {
			t.Errorf("%+v", c)
		}
	}
}

// every seventh of n numbers is poison.
func poison(_ *Context, v int) (int, error) {
	switch v % 14 {
	case 0:
		return 0, fmt.Errorf("poison %d", v)
	case 7:
		panic(fmt.Sprint("poison ", v))
	}
	return v, nil
}

func TestPoliciesForPoison(t *testing.T) {
	const n, bad = 700, 100
	for _, options := range [][]Option{nil, {AtLeastOnce()}} {
		for _, setting := range [][]Setting{nil, {Apart()}} {
			for _, policy := range []ErrorPolicy{ToDeadLetters, Skip} {
				j := NewJob("poison", append(options, OnError(policy), Log(slogDiscard))...)
				var good heap[int]
				var dead heap[DeadLetter[int]]
				To(Apply(AddSource(j, "numbers", countTo(n)), "taste", mapped(poison), setting...), "keep", good.sink, setting...)
				To(DeadLetters[int](j, "taste"), "bury", dead.sink)
				run(t, j)
				c := j.Counts()
				if got := c["taste"]; got.Received != n || got.DeadLettered+got.Skipped != bad || c["keep"].Received != n-bad || len(good.got) != n-bad {
					t.Errorf("policy %d: %+v, %d", policy, got, len(good.got))
				}
				if policy == Skip != (len(dead.got) == 0) {
					t.Errorf("policy %d: %d dead letters", policy, len(dead.got))
				}
				for _, d := range dead.got {
					if d.Component != "taste" || d.Event%7 != 0 || !strings.Contains(d.Err.Error(), fmt.Sprint("poison ", d.Event)) {
						t.Errorf("%+v", d)
					}
				}
			}
		}
	}
}

func TestPoisonThatIsTriedAgain(t *testing.T) {
	job := func() (*Job, *heap[int]) {
		j := NewJob("poison", OnError(Replay), AtLeastOnce(MaxAttempts(5)), Log(slogDiscard))
		h := &heap[int]{}
		To(Apply(AddSource(j, "numbers", countTo(70)), "taste", mapped(poison), Apart()), "keep", h.sink)
		return j, h
	}
	j, h := job()
	var dead heap[DeadLetter[int]]
	To(DeadLetters[int](j, "numbers"), "bury", dead.sink)
	clock := newStandClock()
	if err := simulate(j, clock, rand.New(rand.NewPCG(1, 1))); err != nil {
		t.Fatal(err)
	}
	c := j.Counts()
	if len(h.got) != 60 || len(dead.got) != 10 || c["taste"].Failed != 50 || c["numbers"].Acked != 70 || c["numbers"].DeadLettered != 10 {
		t.Error(len(h.got), len(dead.got), c)
	}
	for _, d := range dead.got {
		if d.Attempts != 5 || d.Component != "numbers" || !strings.Contains(d.Err.Error(), "taste: ") {
			t.Errorf("%+v", d)
		}
	}
	if took := clock.Now().Sub(time.Unix(0, 0)); took < 1500*time.Millisecond {
		t.Errorf("the attempts came within %v, the back-off is 0.1, 0.2, 0.4 and 0.8 seconds", took)
	}
	j, _ = job()
	if err := simulate(j, newStandClock(), rand.New(rand.NewPCG(1, 1))); err == nil || !strings.Contains(err.Error(), "an event failed 5 times, and nobody reads the source's DeadLetters: taste: poison") {
		t.Error(err)
	}
}

func TestMistakesOfDelivery(t *testing.T) {
	j := NewJob("mistakes", OnError(Replay))
	var h heap[DeadLetter[string]]
	var k heap[int]
	To(AddSource(j, "numbers", countTo(1)), "keep", k.sink)
	To(DeadLetters[string](j, "keep"), "bury", h.sink)
	To(DeadLetters[string](j, "nobody"), "bury too", h.sink)
	err := errors.Join(j.Validate(), NewJob("wrong", AtLeastOnce(MaxPending(0), AckTimeout(0), MaxAttempts(0), ReplayBackoff(time.Second, 0))).Validate(), NewJob("both", AtLeastOnce(), ExactlyOnce("x")).Validate())
	for _, want := range []string{"OnError(Replay) needs AtLeastOnce", `DeadLetters of "keep": its events are no string`, `no component "nobody"`, "MaxPending(0): it is 1 to ", "AckTimeout(0s)", "MaxAttempts(0)", "ReplayBackoff(1s, 0s)", "does not go with checkpoints"} {
		if err == nil || strings.Count(err.Error(), want) != 1 {
			t.Errorf("not once %q in\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), `no component "keep"`) {
		t.Error(err)
	}
}

// numbered gives numbers with ids and notes what is said of them.
type numbered struct {
	upTo
	acks  *[]int64
	fails *[]int64
	again []int64
}

func (s *numbered) Next(_ context.Context, out *Emitter[int]) error {
	if len(s.again) > 0 {
		out.EmitID(int(s.again[0]), s.again[0])
		s.again = s.again[1:]
		return nil
	}
	if s.at == s.n {
		return io.EOF
	}
	out.EmitID(s.at, int64(s.at))
	s.at++
	return nil
}

func (s *numbered) Ack(id int64) { *s.acks = append(*s.acks, id) }

// again gives failed numbers again itself.
type again struct{ numbered }

func (s *again) Fail(id int64, _ error) {
	*s.fails = append(*s.fails, id)
	s.again = append(s.again, id)
}

func TestSourcesLearnWhatIsThrough(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 1))
		j := NewJob("ids", AtLeastOnce(), OnError(Replay), Log(slogDiscard))
		var acks, fails []int64
		budget := 20
		var h heap[int]
		in := AddSource(j, "numbers", func() *numbered { return &numbered{upTo: upTo{n: 50}, acks: &acks} })
		To(Apply(Shuffle(in), "flaky", func() *flaky { return &flaky{r, 0.2, &budget} }, Parallelism(2)), "keep", h.sink)
		if err := simulate(j, newStandClock(), r); err != nil {
			t.Fatal(err)
		}
		slices.Sort(acks)
		if len(acks) != 50 || len(slices.Compact(acks)) != 50 || len(fails) > 0 {
			t.Fatalf("seed %d: acks of %v", seed, acks)
		}
	}
}

// A source that replays itself is told of each failure, and ends only when what
// it gave is through: what fails behind its end is lost unless it waits, so this
// one ends late.
func TestASourceThatReplaysItself(t *testing.T) {
	j := NewJob("ids", AtLeastOnce(), OnError(Replay), Log(slogDiscard))
	var acks, fails []int64
	var h heap[int]
	failed := map[int]bool{}
	in := AddSource(j, "numbers", func() *again { return &again{numbered{upTo: upTo{n: 50}, acks: &acks, fails: &fails}} })
	To(Apply(in, "once", mapped(func(_ *Context, v int) (int, error) {
		if v%10 == 0 && !failed[v] {
			failed[v] = true
			return 0, errors.New("not at first")
		}
		return v, nil
	})), "keep", h.sink)
	if err := simulate(j, newStandClock(), rand.New(rand.NewPCG(1, 1))); err != nil {
		t.Fatal(err)
	}
	slices.Sort(h.got)
	if len(fails) != 5 || len(acks) != 50 || len(h.got) != 50 {
		t.Error(fails, acks, h.got)
	}
}

// adding holds events until it has three, or the end comes, and emits their sum.
type adding struct {
	held []*Held
	sum  int
}

func (a *adding) Apply(ctx *Context, v int, out *Emitter[int]) error {
	a.held, a.sum = append(a.held, ctx.Hold()), a.sum|1<<v
	if len(a.held) == 3 || a.sum>>30&1 == 1 {
		ctx.Release(a.held, func() { out.Emit(a.sum) })
		a.held, a.sum = nil, 0
	}
	return nil
}

func TestHeldEventsComeAgainIfWhatTheyBecameFails(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		j := NewJob("held", AtLeastOnce(MaxAttempts(1000), MaxPending(1+r.IntN(5))), OnError(Replay), Log(slogDiscard))
		budget := r.IntN(30)
		var h heap[int]
		in := AddSource(j, "numbers", countTo(31))
		sums := Apply(in, "add", func() *adding { return &adding{} }, [][]Setting{nil, {Apart()}}[r.IntN(2)]...)
		To(Apply(Shuffle(sums), "flaky", func() *flaky { return &flaky{r, 0.3, &budget} }, Parallelism(2)), "keep", h.sink)
		if err := simulate(j, newStandClock(), r); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		all := 0
		for _, sum := range h.got {
			all |= sum
		}
		if all != 1<<31-1 {
			t.Fatalf("seed %d: %b arrived", seed, all)
		}
		if c := j.Counts(); c["add"].Held != 0 {
			t.Errorf("seed %d: %+v", seed, c)
		}
	}
}

// forgetting holds every event and lets go of it at a second attempt only.
type forgetting struct{ seen map[int]bool }

func (f *forgetting) Apply(ctx *Context, v int, out *Emitter[int]) error {
	if f.seen[v] {
		out.Emit(v)
		return nil
	}
	f.seen[v] = true
	ctx.Hold()
	return nil
}

func TestWhoHoldsForEverIsNamed(t *testing.T) {
	var log bytes.Buffer
	j := NewJob("leak", AtLeastOnce(AckTimeout(16*time.Second)), Log(slog.New(slog.NewTextHandler(&log, nil))))
	var h heap[int]
	To(Apply(AddSource(j, "numbers", countTo(5)), "forget", func() *forgetting { return &forgetting{map[int]bool{}} }, Apart()), "keep", h.sink)
	clock := newStandClock()
	if err := simulate(j, clock, rand.New(rand.NewPCG(1, 1))); err != nil {
		t.Fatal(err)
	}
	c := j.Counts()
	if len(h.got) != 5 || c["forget"].Expired != 5 || c["numbers"].Replays != 5 {
		t.Error(h.got, c)
	}
	if took := clock.Now().Sub(time.Unix(0, 0)); took < 16*time.Second || took > 18*time.Second {
		t.Errorf("after %v", took)
	}
	if !strings.Contains(log.String(), "by=forget") {
		t.Error(log.String())
	}
}

// slow takes a second of the job's clock for each event.
type slow struct {
	clock *standClock
	heaping[int]
}

func (s slow) Write(ctx *Context, v int) error {
	s.clock.Set(s.clock.Now().Add(time.Second))
	return s.heaping.Write(ctx, v)
}

// A time-out shorter than what waits in queues must not make a storm of replays
// that never ends.
func TestAReplayStormDrains(t *testing.T) {
	for seed := range uint64(20) {
		clock := newStandClock()
		j := NewJob("storm", AtLeastOnce(AckTimeout(16*time.Second), MaxAttempts(1000), ReplayBackoff(time.Second, time.Minute)), Log(slogDiscard))
		var h heap[int]
		in := AddSource(j, "numbers", countTo(400))
		To(Apply(in, "pass", func() identity { return identity{} }, Apart()), "keep", func() slow { return slow{clock, h.sink()} }, Apart())
		if err := simulate(j, clock, rand.New(rand.NewPCG(seed, 1))); err != nil {
			t.Fatal(err)
		}
		seen := map[int]bool{}
		for _, v := range h.got {
			seen[v] = true
		}
		if len(seen) != 400 || len(h.got) > 2000 {
			t.Errorf("seed %d: %d events arrived %d times, %v", seed, len(seen), len(h.got), j.Counts()["numbers"])
		}
	}
}

func TestRestartPolicies(t *testing.T) {
	s := time.Second
	for name, c := range map[string]struct {
		policy RestartPolicy
		ran    []time.Duration // of each run that fails
		want   []time.Duration // delays; fewer: then it gives up
	}{
		"fixed":       {FixedDelay(2, s), []time.Duration{s, s, s}, []time.Duration{s, s}},
		"exponential": {ExponentialDelay(s, 5*s, 60*s), []time.Duration{0, s, s, s, 60 * s, s}, []time.Duration{s, 2 * s, 4 * s, 5 * s, s, 2 * s}},
		"rate":        {FailureRate(2, 10*s, s), []time.Duration{0, 0, 20 * s, 0, 0}, []time.Duration{s, s, s, s}},
	} {
		next, now := c.policy.flow.Begin(), time.Unix(0, 0)
		var got []time.Duration
		for _, ran := range c.ran {
			now = now.Add(ran)
			d, ok := next(now, ran)
			if !ok {
				break
			}
			got, now = append(got, d), now.Add(d)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestARestartMakesAllAnew(t *testing.T) {
	made := 0
	j := NewJob("restart", Restart(FixedDelay(3, time.Minute)), Log(slogDiscard))
	var h heap[int]
	in := AddSource(j, "numbers", resumingTo(10))
	To(Apply(in, "fail", func() *mapping[int, int] {
		made++
		mine := made
		return mapped(func(_ *Context, v int) (int, error) {
			if v == mine {
				return 0, errors.New("at its number")
			}
			return v, nil
		})()
	}), "keep", h.sink)
	clock := newStandClock()
	if err := simulate(j, clock, rand.New(rand.NewPCG(1, 1))); err == nil || !strings.Contains(err.Error(), "at its number") {
		t.Error(err)
	}
	if made != 4 || !slices.Equal(h.got, []int{0}) || clock.Now().Sub(time.Unix(0, 0)) != 3*time.Minute {
		t.Error(made, h.got, clock.Now())
	}
}

// biding holds readings until their time has come, and emits them then.
type biding struct{ held []*Held }

func (w *biding) Apply(ctx *Context, _ reading, _ *Emitter[int]) error {
	w.held = append(w.held, ctx.Hold())
	ctx.SetTimer(Timer{Name: "hour", At: ctx.EventTime().Add(time.Hour)})
	return nil
}

func (w *biding) OnTimer(ctx *Context, _ Timer, out *Emitter[int]) error {
	for i := range w.held {
		ctx.Release(w.held[i:i+1], func() { out.Emit(i) })
	}
	w.held = nil
	return nil
}

// Held events that wait for the end of time come through when the source ends,
// and are in time behind it.
func TestHeldEventsComeWithTheEnd(t *testing.T) {
	for _, setting := range [][]Setting{nil, {Apart()}} {
		j := NewJob("end", AtLeastOnce(), QueueSize(2))
		var h heap[int]
		in := AddSource(j, "readings", script(1, 2, 3, 4, 5), EventTime(reading.time, 0))
		late := false
		out := Apply(in, "wait", func() *biding { return &biding{} }, setting...)
		To(Apply(out, "watch", mapped(func(ctx *Context, v int) (int, error) {
			late = late || !ctx.Watermark().IsZero() && !ctx.Watermark().Before(ctx.EventTime())
			return v, nil
		}), Apart()), "keep", h.sink)
		run(t, j)
		if c := j.Counts()["readings"]; len(h.got) != 5 || c.Acked != 5 || c.Replays > 0 || late {
			t.Error(h.got, c, late)
		}
	}
}

// The time-out is found out by the real clock, too.
func TestTimeOutsByTheClock(t *testing.T) {
	j := NewJob("clock", AtLeastOnce(AckTimeout(20*time.Millisecond), ReplayBackoff(0, 0), MaxAttempts(1000)), Log(slogDiscard))
	var h heap[int]
	To(Apply(Shuffle(AddSource(j, "numbers", countTo(50))), "forget", func() *forgetting { return &forgetting{map[int]bool{}} }), "keep", h.sink)
	run(t, j)
	slices.Sort(h.got)
	if len(slices.Compact(h.got)) != 50 || j.Counts()["forget"].Expired == 0 {
		t.Error(h.got)
	}
}
