package topology

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// steppedClock stands until it is stepped over the sleep of somebody.
type steppedClock struct {
	mu       sync.Mutex
	now      time.Time             // guarded by mu
	sleepers map[time.Duration]int // guarded by mu: by when they wake, since 1970
	changed  chan struct{}         // guarded by mu: closed when something of this changes
	over     context.Context       // once it has ended nobody need be stepped over any more
	end      context.CancelFunc
}

// newSteppedClock returns a clock that is over at the end of the test, or so late
// that the test has failed.
func newSteppedClock(t *testing.T) *steppedClock {
	over, end := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(end)
	return &steppedClock{now: time.Unix(3600, 0), sleepers: map[time.Duration]int{}, changed: make(chan struct{}), over: over, end: end}
}

// held waits until n calls have said that they are inside.
func (c *steppedClock) held(inside <-chan struct{}, n int) {
	for range n {
		select {
		case <-inside:
		case <-c.over.Done():
		}
	}
}

func (c *steppedClock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

func (c *steppedClock) Sleep(ctx context.Context, d time.Duration) error {
	return c.SleepUntil(ctx, c.Now().Add(d))
}

func (c *steppedClock) SleepUntil(ctx context.Context, until time.Time) error {
	wake := until.Sub(time.Unix(0, 0))
	c.change(func() { c.sleepers[wake]++ })
	defer c.change(func() { c.sleepers[wake]-- })
	for {
		c.mu.Lock()
		now, changed := c.now, c.changed
		c.mu.Unlock()
		if !now.Before(until) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (c *steppedClock) change(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
	close(c.changed)
	c.changed = make(chan struct{})
}

// step waits until somebody sleeps for d, and lets it pass.
func (c *steppedClock) step(d time.Duration) {
	for {
		var changed chan struct{}
		asleep := false
		c.mu.Lock()
		if asleep = c.sleepers[c.now.Add(d).Sub(time.Unix(0, 0))] > 0; !asleep {
			changed = c.changed
		}
		c.mu.Unlock()
		if asleep {
			c.change(func() { c.now = c.now.Add(d) })
			return
		}
		select {
		case <-changed:
		case <-c.over.Done():
			return
		}
	}
}

// Of a StallTimeout of a minute: looks until a stall is noticed, the first of
// which sees how things are.
func (c *steppedClock) stall() {
	for range 5 {
		c.step(time.Minute / 4)
	}
}

// wedged is an operator that at some events waits.
type wedged struct {
	*stalling
	got int // events
}

func (w *wedged) Apply(ctx *Context, v int, out *Emitter[int]) error {
	w.got++
	if w.waitsAt(v) {
		w.inside <- struct{}{}
		w.wait(w.stalling, ctx)
	}
	out.Emit(v)
	return nil
}

func (w *wedged) Close() error { w.closed.Done(); return nil }

// stalling is a job whose operator waits at an event.
type stalling struct {
	*Job
	clock  *steppedClock
	at     []int // events at which it waits, for as often as they are there
	wait   func(*stalling, context.Context)
	inside chan struct{}  // is told when it does
	closed sync.WaitGroup // instances of the operator
	never  atomic.Int64
	heap[int]
}

func (x *stalling) newWedged() *wedged {
	x.closed.Add(1)
	return &wedged{stalling: x}
}

func (x *stalling) waitsAt(v int) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	i := slices.Index(x.at, v)
	if i >= 0 {
		x.at = slices.Delete(x.at, i, i+1)
	}
	return i >= 0
}

func newStalling(t *testing.T, wait func(*stalling, context.Context), options []Option, settings ...Setting) *stalling {
	x := newStallingJob(t, wait, options)
	To(Apply(x.numbers(), "wait", x.newWedged, settings...), "keep", x.sink)
	return x
}

// newStallingJob returns one without components. It waits at event 4, three times.
func newStallingJob(t *testing.T, wait func(*stalling, context.Context), options []Option) *stalling {
	x := &stalling{clock: newSteppedClock(t), at: []int{4, 4, 4}, wait: wait, inside: make(chan struct{}, 9)}
	x.never.Store(-1)
	x.Job = NewJob("stalls", append([]Option{Clock(x.clock), Log(slogDiscard)}, options...)...)
	return x
}

func (x *stalling) numbers() Stream[int] {
	return AddSource(x.Job, "numbers", func() *replayed { return &replayed{n: 10, failAt: &x.never} })
}

// heedless waits until the test has seen what becomes of a job that does not end.
func heedless(x *stalling, _ context.Context) { <-x.clock.over.Done() }

// heeding waits until its context ends.
func heeding(x *stalling, ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-x.clock.over.Done():
	}
}

// run runs the job, and the clock as script says once the operator waits. Whatever
// comes of it, all instances are closed then.
func (x *stalling) run(t *testing.T, script func()) error {
	return x.runUnder(t, x.clock.over, script)
}

func (x *stalling) runUnder(t *testing.T, ctx context.Context, script func()) error {
	t.Helper()
	var steps sync.WaitGroup
	steps.Go(func() {
		select {
		case <-x.inside:
			script()
		case <-x.clock.over.Done():
		}
	})
	err := x.Run(ctx)
	if late := x.clock.over.Err(); late != nil {
		t.Error("the job was stopped by the test: ", late)
	}
	x.clock.end()
	steps.Wait()
	closed := make(chan struct{})
	go func() { x.closed.Wait(); close(closed) }()
	select {
	case <-closed:
	case <-time.After(time.Minute):
		t.Error("an instance was not closed")
	}
	return err
}

// ended waits until all instances have ended but for n, or nothing is to be seen.
func (c *steppedClock) ended(j *Job, n int) {
	for left := n + 1; left > n && c.over.Err() == nil; runtime.Gosched() {
		left = 0
		j.running.mu.Lock()
		if j.running.flow != nil {
			for _, i := range j.running.flow.Status() {
				if !i.Ended {
					left++
				}
			}
		}
		j.running.mu.Unlock()
	}
}

// What got no further fails the job with a report: called directly by its source,
// or for the second time. Here it returns when its context ends.
func TestAStallIsReported(t *testing.T) {
	for _, settings := range [][]Setting{nil, {Apart()}} {
		x := newStalling(t, heeding, []Option{StallTimeout(time.Minute)}, settings...)
		x.at = []int{4, 5}
		since := time.Unix(3600+15, 0)
		err := x.run(t, func() {
			x.clock.stall()
			if len(settings) > 0 {
				x.clock.held(x.inside, 1)
				x.clock.stall()
			}
		})
		if len(settings) > 0 {
			since = since.Add(75 * time.Second)
		}
		var s *StallError
		if !errors.As(err, &s) || s.Component != "wait" || s.Instance != 0 || s.Left || !strings.Contains(s.Line, "stall_test.go:") || !s.Since.Equal(since) {
			t.Fatalf("%v, %+v", err, s)
		}
		if !strings.Contains(err.Error(), "wait, instance 0: it got no further since 19") {
			t.Error(err)
		}
	}
}

// A call that heeds no context is left behind, and ends when it can.
func TestACallThatIsLeftBehind(t *testing.T) {
	for _, options := range [][]Option{nil, {StopTimeout(time.Minute / 2)}} {
		x := newStalling(t, heedless, append(options, StallTimeout(time.Minute)))
		err := x.run(t, func() {
			x.clock.stall()
			x.clock.ended(x.Job, 1)
			x.clock.step(time.Minute / time.Duration(1+len(options)))
		})
		var s *StallError
		if !errors.As(err, &s) || s.Component != "wait" || !s.Left || !strings.Contains(err.Error(), "left behind") {
			t.Errorf("%v, %+v", err, s)
		}
	}
}

// A job whose context has ended does not wait for ever for a call, though nobody
// looks for stalls: called directly, apart, or by Async.
func TestACancelledJobEndsInTime(t *testing.T) {
	for name, c := range map[string]struct {
		options  []Option
		settings []Setting
		after    time.Duration
		want     string
	}{
		"called":        {nil, nil, 30 * time.Second, "numbers (which calls wait, keep), instance 0: "},
		"apart":         {nil, []Setting{Apart()}, 30 * time.Second, "wait (which calls keep), instance 0: "},
		"as it is told": {[]Option{StopTimeout(time.Second)}, []Setting{Apart()}, time.Second, "wait (which calls keep), instance 0: "},
	} {
		x := newStalling(t, heedless, c.options, c.settings...)
		ctx, cancel := context.WithCancel(t.Context())
		err := x.runUnder(t, ctx, func() {
			cancel()
			x.clock.ended(x.Job, 1)
			x.clock.step(c.after)
		})
		cancel()
		var s *StallError
		if !errors.Is(err, context.Canceled) || !errors.As(err, &s) || !s.Left || !strings.Contains(s.Line, "stall_test.go:") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The same of a call of Async, which is on no instance's goroutine.
func TestACancelledCallEndsInTime(t *testing.T) {
	clock, inside := newSteppedClock(t), make(chan struct{}, 3)
	ctx, cancel := context.WithCancel(t.Context())
	j := NewJob("calls", Clock(clock), StopTimeout(time.Minute))
	Discard(AsyncFunc(AddSource(j, "numbers", countTo(3)), "ask", func(_ context.Context, v int) (int, error) {
		inside <- struct{}{}
		<-clock.over.Done()
		return v, nil
	}))
	var steps sync.WaitGroup
	steps.Go(func() {
		clock.held(inside, 3)
		cancel()
		clock.ended(j, 1)
		clock.step(time.Minute)
	})
	err := j.Run(ctx)
	var s *StallError
	if !errors.Is(err, context.Canceled) || !errors.As(err, &s) || s.Component != "ask" || !s.Left || !strings.Contains(s.Line, "stall_test.go:") {
		t.Errorf("%v, %+v", err, s)
	}
	clock.end()
	steps.Wait()
}

// A job that stalls where no instance can be restarted alone is restarted as any
// other that failed, though a goroutine is left behind; but not if that has the
// events of a source that would be given again.
func TestAStallRestarts(t *testing.T) {
	quiet := AtLeastOnce(AckTimeout(1000 * time.Hour))
	for name, c := range map[string]struct {
		options  []Option
		settings []Setting
		again    bool
	}{
		"called":              {nil, nil, true},
		"checkpointed":        {[]Option{AtLeastOnceCheckpointed(filepath.Join(t.TempDir(), "c"), Every(1000*time.Hour))}, nil, true},
		"checkpointed, apart": {[]Option{AtLeastOnceCheckpointed(filepath.Join(t.TempDir(), "d"), Every(1000*time.Hour))}, []Setting{Apart()}, true},
		"at least once":       {[]Option{quiet}, nil, false},
	} {
		var times atomic.Int32
		x := newStalling(t, func(x *stalling, ctx context.Context) {
			if times.Add(1) == 1 {
				heedless(x, ctx)
			}
		}, append([]Option{StallTimeout(time.Minute), Restart(FixedDelay(3, time.Second))}, c.options...), c.settings...)
		err := x.run(t, func() {
			x.clock.stall()
			x.clock.ended(x.Job, 1)
			x.clock.step(time.Minute)
			if c.again {
				x.clock.step(time.Second)
			}
		})
		x.mu.Lock()
		if c.again != (err == nil) || c.again && len(x.got) < 10 || !c.again && times.Load() != 1 {
			t.Errorf("%s: %v, %v, %d times", name, err, x.got, times.Load())
		}
		x.mu.Unlock()
	}
}

// Calls that have no time-out are noticed, and where they are.
func TestCallsThatStall(t *testing.T) {
	clock, inside := newSteppedClock(t), make(chan struct{}, 3)
	j := NewJob("calls", Clock(clock), StallTimeout(time.Minute))
	Discard(AsyncFunc(AddSource(j, "numbers", countTo(3)), "ask", func(ctx context.Context, v int) (int, error) {
		inside <- struct{}{}
		<-ctx.Done() // the clock's, at the latest
		return v, nil
	}))
	var steps sync.WaitGroup
	steps.Go(func() {
		clock.held(inside, 3)
		for clock.over.Err() == nil { // the instance may have other things to do first
			clock.step(time.Minute / 4)
		}
	})
	err := j.Run(clock.over)
	clock.end()
	steps.Wait()
	var s *StallError
	if !errors.As(err, &s) || s.Component != "ask" || s.Left || !strings.Contains(s.Line, "stall_test.go:") {
		t.Errorf("%v, %+v", err, s)
	}
}

// A source may wait, and call what reads it meanwhile.
func TestASourceMayWait(t *testing.T) {
	clock, told, waits := newSteppedClock(t), make(chan struct{}), make(chan struct{})
	var once sync.Once
	j := NewJob("waits", Clock(clock), StallTimeout(time.Minute), OnError(Skip), Log(slogDiscard))
	gives := true
	in := AddSource(j, "numbers", func() fromFunc {
		return func(ctx context.Context, out *Emitter[int]) error {
			if gives {
				gives = false
				out.Emit(1)
				return nil
			}
			once.Do(func() { close(waits) })
			return (&until{told}).Next(ctx, out)
		}
	})
	To(in, "keep", func() *sinkFunc {
		return &sinkFunc{func() error { panic("what is left by a panic is left") }}
	})
	var steps sync.WaitGroup
	steps.Go(func() {
		select {
		case <-waits:
		case <-clock.over.Done():
		}
		clock.stall()
		clock.stall()
		close(told)
	})
	if err := j.Run(clock.over); err != nil {
		t.Error(err)
	}
	clock.end()
	steps.Wait()
}

type fromFunc func(context.Context, *Emitter[int]) error

func (f fromFunc) Next(ctx context.Context, out *Emitter[int]) error { return f(ctx, out) }

type sinkFunc struct{ f func() error }

func (s *sinkFunc) Write(*Context, int) error { return s.f() }
