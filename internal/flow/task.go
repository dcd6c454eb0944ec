package flow

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/spatestream/spate/internal/env"
)

// task is what Instance.Go has started in a simulation. It goes on until it
// sleeps by a Simulated clock, and again when that has come so far, or its
// context has ended; nothing else goes on meanwhile.
type task struct {
	of       *machine
	due      time.Time       // when it goes on; zero: at once
	sleeping context.Context // whose end wakes it
	resume   func() (until time.Time, sleeps bool)
	sleep    func(until time.Time) (on bool)
}

// taskKey is what a task is found by in the context it runs under.
type taskKey struct{}

func (s *simulation) launch(m *machine, ctx context.Context, f func(context.Context)) {
	t := &task{of: m}
	ctx = context.WithValue(ctx, taskKey{}, t)
	t.sleeping = ctx
	t.resume, _ = iter.Pull(func(sleep func(time.Time) bool) {
		t.sleep = sleep
		f(ctx)
	})
	s.tasks = append(s.tasks, t)
}

func (t *task) able(now time.Time) bool { return !t.due.After(now) || t.sleeping.Err() != nil }

// step lets a task go on until it sleeps or is over.
func (s *simulation) step(t *task) {
	until, sleeps := t.resume()
	t.due = until
	if !sleeps {
		s.tasks = slices.DeleteFunc(s.tasks, func(o *task) bool { return o == t })
	}
}

// join takes the tasks of an instance, whose contexts have ended, to their end.
func (s *simulation) join(m *machine) {
	for {
		i := slices.IndexFunc(s.tasks, func(t *task) bool { return t.of == m })
		if i < 0 {
			return
		}
		s.step(s.tasks[i])
	}
}

// Simulated returns a clock of a simulation: c, but that what Instance.Go has
// started sleeps until Simulate has moved c so far.
func Simulated(c TestClock) TestClock { return simulatedClock{c} }

type simulatedClock struct{ TestClock }

// Sleep implements env.Clock.
func (c simulatedClock) Sleep(ctx context.Context, d time.Duration) error {
	if t, ok := ctx.Value(taskKey{}).(*task); ok {
		return t.wait(ctx, c.Now().Add(d))
	}
	return c.TestClock.Sleep(ctx, d)
}

// SleepUntil is what env.SleepUntil asks for.
func (c simulatedClock) SleepUntil(ctx context.Context, until time.Time) error {
	if t, ok := ctx.Value(taskKey{}).(*task); ok {
		return t.wait(ctx, until)
	}
	return env.SleepUntil(ctx, c.TestClock, until)
}

func (t *task) wait(ctx context.Context, until time.Time) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t.sleeping = ctx
	if !t.sleep(until) {
		return context.Canceled
	}
	return ctx.Err()
}
