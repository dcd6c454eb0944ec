package topology

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// An instance that got no further is restarted, the others go on. What it was at is
// dropped, if nobody gives it again, and counted; what waits behind is dealt with.
func TestAStalledInstanceIsRestartedAlone(t *testing.T) {
	for name, wait := range map[string]func(*stalling, context.Context){"heeding": heeding, "heedless": heedless} {
		var notices []Notice
		x := newStallingJob(t, wait, []Option{StallTimeout(time.Minute), Listen(func(n Notice) {
			if n.Kind == InstanceRestarted || n.Kind == LeftBehind {
				notices = append(notices, n)
			}
		})})
		var all []*wedged
		made := func() *wedged {
			w := x.newWedged()
			all = append(all, w)
			return w
		}
		serial := &constructing[*wedged]{make: made}
		To(Apply(Shuffle(x.numbers()), "wait", serial.next, Parallelism(2)), "keep", x.sink)
		err := x.run(t, func() {
			x.clock.stall()
			x.clock.ended(x.Job, 0)
			if name == "heedless" {
				x.clock.step(time.Minute)
			}
		})
		slices.Sort(x.got)
		if err != nil || !slices.Equal(x.got, []int{0, 1, 2, 3, 5, 6, 7, 8, 9}) {
			t.Errorf("%s: %v, %v", name, err, x.got)
		}
		var got []int // by each that was made, in whatever order
		for _, w := range all {
			got = append(got, w.got)
		}
		slices.Sort(got)
		if !slices.Equal(got, []int{2, 3, 5}) {
			t.Errorf("%s: instances got %v", name, got)
		}
		c, s := x.Counts(), x.Status()
		if c["wait"].Received != 10 || c["wait"].Dropped != 1 || c["keep"].Received != 9 || s.DroppedBy["wait"]["stalled"] != 1 || s.InstanceRestarts != 1 || s.Restarts != 0 {
			t.Errorf("%s: %+v, %+v", name, c, s)
		}
		want := map[string]int{"heeding": 1, "heedless": 2}[name]
		if len(notices) != want || notices[0].Stall.Component != "wait" || notices[0].Stall.Instance != 0 || !strings.Contains(notices[0].Stall.Line, "stall_test.go:") || want == 2 && notices[1].Kind != LeftBehind {
			t.Errorf("%s: %+v", name, notices)
		}
	}
}

// constructing makes constructors wait for each other.
type constructing[T any] struct {
	mu   sync.Mutex
	make func() T
}

func (c *constructing[T]) next() T {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.make()
}

// AtLeastOnce the event is given again; so are those that the instance held.
func TestAStalledEventIsGivenAgain(t *testing.T) {
	for _, name := range []string{"all", "holding"} {
		x := newStallingJob(t, heeding, []Option{StallTimeout(time.Minute), AtLeastOnce(AckTimeout(1000*time.Hour), ReplayBackoff(0, 0))})
		x.at = []int{3}
		if name == "all" {
			To(Apply(x.numbers(), "wait", x.newWedged, Apart()), "keep", x.sink)
		} else {
			to := func() *couples { return &couples{wedged: x.newWedged()} }
			To(Apply(x.numbers(), "wait", to, Apart()), "keep", x.sink)
		}
		err := x.run(t, x.clock.stall)
		slices.Sort(x.got)
		if err != nil || !slices.Equal(slices.Compact(x.got), []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) {
			t.Errorf("%s: %v, %v", name, err, x.got)
		}
		c := x.Counts()
		if c["wait"].Failed != 1 || c["wait"].Dropped != 0 || c["wait"].Held != 0 || c["numbers"].Acked != 10 || x.Status().InstanceRestarts != 1 {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

// couples holds events until there are two.
type couples struct {
	*wedged
	held []*Held
	all  []int
}

func (c *couples) Apply(ctx *Context, v int, out *Emitter[int]) error {
	c.held, c.all = append(c.held, ctx.Hold()), append(c.all, v)
	if c.waitsAt(v) {
		c.inside <- struct{}{}
		c.wait(c.stalling, ctx)
	}
	if len(c.held) < 2 {
		return nil
	}
	ctx.Release(c.held, func() {
		for _, v := range c.all {
			out.Emit(v)
		}
	})
	c.held, c.all = nil, nil
	return nil
}

// What waits within Release is given again, with the event whose call it is in.
func TestAStallWithinRelease(t *testing.T) {
	x := newStallingJob(t, heeding, []Option{StallTimeout(time.Minute), AtLeastOnce(AckTimeout(1000*time.Hour), ReplayBackoff(0, 0))})
	x.at = []int{4}
	calm := newStallingJob(t, heeding, nil)
	calm.at = nil
	groups := Apply(x.numbers(), "group", func() *couples { return &couples{wedged: calm.newWedged()} }, Apart())
	To(Apply(groups, "wait", x.newWedged), "keep", x.sink)
	err := x.run(t, x.clock.stall)
	slices.Sort(x.got)
	if err != nil || !slices.Equal(slices.Compact(x.got), []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) || x.Counts()["group"].Held != 0 {
		t.Errorf("%v, %v, %+v", err, x.got, x.Counts())
	}
}

// unfolding gives what windows hold.
type unfolding struct{ *wedged }

func (l *unfolding) Apply(ctx *Context, in WindowOf[int], out *Emitter[int]) error {
	for _, v := range in.Events {
		if l.waitsAt(v) {
			l.inside <- struct{}{}
			l.wait(l.stalling, ctx)
		}
	}
	for _, v := range in.Events {
		out.Emit(v)
	}
	return nil
}

// Events that a window holds are given again when it hangs at the event that fires
// it, whatever becomes of that one.
func TestAStallWithinAWindow(t *testing.T) {
	for name, options := range map[string][]Option{"given again": nil, "skipped": {OnError(Skip)}} {
		x := newStallingJob(t, heeding, append(options, StallTimeout(time.Minute), AtLeastOnce(AckTimeout(1000*time.Hour), ReplayBackoff(0, 0))))
		x.at = []int{3}
		To(ApplyWindows(x.numbers(), "wait", Count(2).PerInstance(), func() *unfolding { return &unfolding{x.newWedged()} }, Apart()), "keep", x.sink)
		err := x.run(t, x.clock.stall)
		slices.Sort(x.got)
		got := slices.Compact(x.got)
		if name == "skipped" { // but for what its window still waits for at the end
			got = slices.DeleteFunc(got, func(v int) bool { return v == 3 })
			if !slices.Equal(got, []int{0, 1, 2, 4, 5, 6, 7, 8, 9}) || err != nil {
				t.Errorf("%s: %v, %v", name, err, x.got)
			}
		} else if !slices.Equal(got, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) || err != nil {
			t.Errorf("%s: %v, %v", name, err, x.got)
		}
	}
}

// What hangs is a failed event to OnError, of the component that hangs, though
// another one calls it.
func TestAStallIsAnErrorOfItsEvent(t *testing.T) {
	for _, p := range []ErrorPolicy{ToDeadLetters, Skip} {
		x := newStallingJob(t, heeding, []Option{StallTimeout(time.Minute), OnError(p)})
		before := MapFunc(x.numbers(), "before", func(v int) int { return v }, Apart())
		To(Apply(before, "wait", x.newWedged), "keep", x.sink)
		var dead heap[DeadLetter[int]]
		To(DeadLetters[int](x.Job, "wait"), "dead", dead.sink)
		err := x.run(t, x.clock.stall)
		if err != nil || !slices.Equal(x.got, []int{0, 1, 2, 3, 5, 6, 7, 8, 9}) {
			t.Errorf("%v, %v", err, x.got)
		}
		c := x.Counts()
		if c["before"].Received != 10 || c["wait"].Received != 10 || c["wait"].Dropped != 0 || c["wait"].DeadLettered+c["wait"].Skipped != 1 {
			t.Errorf("%+v", c)
		}
		var s *StallError
		if p == ToDeadLetters && (len(dead.got) != 1 || dead.got[0].Event != 4 || !errors.As(dead.got[0].Err, &s) || s.Component != "wait") {
			t.Errorf("%+v", dead.got)
		}
	}
}

// A call that returns while its instance is being taken is through once, or
// dropped once.
func TestACallThatReturnsAtTheLastMoment(t *testing.T) {
	taken := 0
	for round := range 200 {
		let := make(chan struct{})
		x := newStalling(t, func(*stalling, context.Context) { <-let }, []Option{StallTimeout(time.Minute)}, Apart())
		err := x.run(t, func() {
			for range 4 {
				x.clock.step(time.Minute / 4)
			}
			var both sync.WaitGroup
			both.Go(func() {
				for range round * 20 { // early, and late
					runtime.Gosched()
				}
				close(let)
			})
			x.clock.step(time.Minute / 4) // or the job is through
			both.Wait()
		})
		want := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
		c := x.Counts()
		if c["wait"].Dropped == 1 {
			want = slices.Delete(want, 4, 5)
			taken++
		}
		if err != nil || !slices.Equal(x.got, want) || c["wait"].Received != 10 || c["wait"].Dropped > 1 {
			t.Fatalf("%v, %v, %+v", err, x.got, c)
		}
	}
	t.Log(taken, "of 200 were taken")
}

// A call of Async that heeds no context, whose event has failed, does not hold a
// job that is through.
func TestAJobThatIsThroughLeavesCalls(t *testing.T) {
	clock, inside := newSteppedClock(t), make(chan struct{}, 1)
	var left []Notice
	j := NewJob("calls", Clock(clock), StopTimeout(time.Minute), OnError(Skip), Log(slogDiscard), Listen(func(n Notice) {
		if n.Kind == LeftBehind {
			left = append(left, n)
		}
	}))
	ask := &asking{f: func(v int) int {
		inside <- struct{}{}
		<-clock.over.Done()
		return v
	}, closed: make(chan struct{})}
	var h heap[int]
	To(Async(AddSource(j, "numbers", countTo(1)), "ask", func() *asking { return ask }, CallTimeout(time.Second)), "keep", h.sink)
	var steps sync.WaitGroup
	steps.Go(func() {
		clock.held(inside, 1)
		clock.step(time.Second)
		clock.step(time.Minute)
	})
	err := j.Run(t.Context())
	if err != nil || clock.over.Err() != nil || len(h.got) != 0 || j.Counts()["ask"].Skipped != 1 {
		t.Errorf("%v, %v, %v, %+v", err, clock.over.Err(), h.got, j.Counts())
	}
	if len(left) != 1 || left[0].Stall.Component != "ask" || !strings.Contains(left[0].Stall.Line, "replaced_test.go:") {
		t.Errorf("%+v", left)
	}
	clock.end()
	steps.Wait()
	ask.wait(t)
}

// A call that heeds no context and has failed for good ends the job, which leaves it
// behind.
func TestACallThatFailsEndsTheJob(t *testing.T) {
	clock, inside := newSteppedClock(t), make(chan struct{}, 1)
	j := NewJob("calls", Clock(clock), StopTimeout(time.Minute), Log(slogDiscard))
	ask := &asking{f: func(v int) int {
		inside <- struct{}{}
		<-clock.over.Done()
		return v
	}, closed: make(chan struct{})}
	Discard(Async(AddSource(j, "numbers", countTo(1)), "ask", func() *asking { return ask }, CallTimeout(time.Second)))
	var steps sync.WaitGroup
	steps.Go(func() {
		clock.held(inside, 1)
		clock.step(time.Second)
		clock.step(time.Minute)
	})
	err := j.Run(t.Context())
	var left *StallError
	if !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &left) || !left.Left || !strings.Contains(err.Error(), "ask, instance 0: it got no further") || clock.over.Err() != nil {
		t.Errorf("%v, %v", err, clock.over.Err())
	}
	clock.end()
	steps.Wait()
	ask.wait(t)
}

// asking is a Caller by a function that heeds no context.
type asking struct {
	f      func(int) int
	closed chan struct{}
}

func (a *asking) Call(_ context.Context, v int) (int, error) { return a.f(v), nil }

func (a *asking) Close() error { close(a.closed); return nil }

// What hangs for a window has no event: the job goes on without what the instance
// held, which AtLeastOnce is given again, and late by then. How much that is depends
// on how much came before the watermark.
func TestAStallOfAWindow(t *testing.T) {
	for _, tracked := range []bool{false, true} {
		options := []Option{StallTimeout(time.Minute)}
		if tracked {
			options = append(options, AtLeastOnce(AckTimeout(1000*time.Hour), ReplayBackoff(0, 0)))
		}
		x := newStallingJob(t, heeding, options)
		x.at = []int{0 + 1 + 2 + 3 + 4}
		in := AddSource(x.Job, "numbers", func() *replayed { return &replayed{n: 10, failAt: &x.never} }, EmittedTime(0))
		sums := AggregateWindows(in, "sum", Fixed(5*time.Second).PerInstance(), Aggregate[int, int, int]{
			Add: func(sum, v int) int { return sum + v },
			Result: func(ctx *Context, _ Window, sum int) (int, error) {
				if x.waitsAt(sum) {
					x.inside <- struct{}{}
					x.wait(x, ctx)
				}
				return sum, nil
			},
		}, Apart())
		To(sums, "keep", x.sink)
		err := x.run(t, x.clock.stall)
		c := x.Counts()
		again := c["numbers"].Replays
		if err != nil || slices.Contains(x.got, 10) || c["sum"].Received != 10+again || c["sum"].Dropped != 0 || c["sum"].Held != 0 || x.Status().InstanceRestarts != 1 {
			t.Errorf("tracked %v: %v, %v, %+v", tracked, err, x.got, c)
		}
		if tracked && (c["numbers"].Acked != 10 || again < 5 || c["sum"].Late < 5) {
			t.Errorf("tracked %v: %v, %v, %+v", tracked, err, x.got, c)
		}
	}
}

// wait waits until the instance is closed, as it is when its call has returned.
func (a *asking) wait(t *testing.T) {
	t.Helper()
	select {
	case <-a.closed:
	case <-time.After(time.Minute):
		t.Error("the instance was not closed")
	}
}
