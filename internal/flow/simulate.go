package flow

import (
	"context"
	"errors"
	"time"

	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/exec"
)

// TestClock is a clock that stands until it is set.
type TestClock interface {
	env.Clock
	Set(time.Time)
}

// ErrStuck says that a simulated flow waits for something that never comes.
var ErrStuck = errors.New("flow: nothing can go on: every source waits and no time is set at which one would not")

// Simulate runs the flow on the calling goroutine alone: again and again it
// picks one of the instances, and of the tasks they have started, that could go
// on, by pick(n) in [0, n), and lets it do one step. When none can, the clock,
// which must be that of the flow's Env made Simulated, moves to the next time that
// anybody waits for. Sources are polled with a context that has ended.
func (f *Flow) Simulate(ctx context.Context, clock TestClock, pick func(n int) int) (err error) {
	var reports []report
	s := &simulation{Flow: f, clock: clock, pick: pick}
	for _, m := range f.machines {
		m.report = func(r report) { reports = append(reports, r) }
		m.out.ctx = ctx
		m.Go = func(ctx context.Context, f func(context.Context)) { s.launch(m, ctx, f) }
		m.Join = func(then func() error) error { s.join(m); return then() }
	}
	defer func() {
		for _, m := range f.machines {
			if e := m.close(); err == nil {
				err = e
			}
		}
	}()
	for _, m := range f.machines {
		if err := m.prepare(ctx); err != nil {
			return err
		}
	}
	for _, m := range f.machines {
		m.Usage.began.Store(clock.Now().UnixNano())
	}
	for !f.allOver() {
		if err := s.round(ctx); err != nil {
			return err
		}
		for len(reports) > 0 {
			r := reports[0]
			reports = reports[1:]
			if err := f.hear(r); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *Flow) allOver() bool {
	for _, m := range f.machines {
		if !m.over {
			return false
		}
	}
	return true
}

type simulation struct {
	*Flow
	clock TestClock
	pick  func(n int) int
	tasks []*task // in the order of their start
}

// ended is what sources are polled with.
var ended = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

func (s *simulation) round(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	now := s.clock.Now()
	if due := s.due(); !due.IsZero() && !due.After(now) {
		s.begin()
	}
	s.look()
	var able []*machine
	for _, m := range s.machines {
		if m.able(now) {
			able = append(able, m)
		}
	}
	var tasks []*task
	for _, t := range s.tasks {
		if t.able(now) {
			tasks = append(tasks, t)
		}
	}
	if len(able)+len(tasks) == 0 {
		return s.turn()
	}
	n := s.pick(len(able) + len(tasks))
	if n >= len(able) {
		defer s.passed(now, nil)
		s.step(tasks[n-len(able)])
		return nil
	}
	m := able[n]
	defer s.passed(now, m)
	return m.named(exec.Protect(func() error {
		worked, err := m.step(ended)
		m.dirty = worked
		m.dry = m.source != nil && !worked
		return err
	}))
}

// able reports whether a step would do something.
func (m *machine) able(now time.Time) bool {
	switch {
	case m.over:
		return false
	case m.saving, m.source == nil && m.dirty && !m.ready():
		return true
	case m.waker != nil && !m.waker.Due().IsZero() && !m.waker.Due().After(now):
		return true
	case !m.out.haveRoom():
		return false
	case m.source == nil:
		return m.ready() || m.attentive()
	}
	o := &m.orders
	o.hurry = o.hurry || m.dry && m.unsent.Load()
	return o.barrier != nil || o.stop || o.hurry || o.look || !m.finished && !m.dry
}

// turn moves the clock to the next time that somebody waits for.
func (s *simulation) turn() error {
	next := s.due()
	for _, m := range s.machines {
		if m.waker == nil || m.over {
			continue
		}
		if due := m.waker.Due(); !due.IsZero() && (next.IsZero() || due.Before(next)) {
			next = due
		}
	}
	for _, t := range s.tasks {
		if next.IsZero() || t.due.Before(next) {
			next = t.due
		}
	}
	if next.IsZero() {
		return ErrStuck
	}
	if w := s.options.Watcher; w != nil && w.Due().Before(next) {
		next = w.Due()
	}
	defer s.passed(s.clock.Now(), nil)
	s.clock.Set(next)
	return nil
}

// look lets the watcher look if it wants to by now.
func (s *simulation) look() {
	if w := s.options.Watcher; w != nil && !w.Due().After(s.clock.Now()) {
		w.Look(s.clock.Now())
	}
}

// passed accounts for the time since then, in which one instance at most was
// busy: the others had no credit, or nothing to do. Sources may have something
// now.
func (s *simulation) passed(since time.Time, busy *machine) {
	d := s.clock.Now().Sub(since)
	if d <= 0 {
		return
	}
	for _, m := range s.machines {
		switch {
		case m == busy:
		case !m.over && !m.out.haveRoom():
			m.Usage.Blocked.Add(int64(d))
		case m.over || m.open() && !m.able(since):
			m.Usage.Idle.Add(int64(d))
		}
		m.dry = false
	}
}
