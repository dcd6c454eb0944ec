package flow

import (
	"context"
	"sync"
	"time"

	"github.com/spatestream/spate/internal/env"
)

// alarm wakes instances, and the flow, by the clock.
type alarm struct {
	clock env.Clock
	reset chan struct{} // one token: something is due earlier

	mu    sync.Mutex
	due   map[*machine]time.Time // guarded by mu
	tick  time.Time              // guarded by mu
	ticks chan<- struct{}        // guarded by mu
}

func newAlarm(clock env.Clock) *alarm {
	return &alarm{clock: clock, reset: make(chan struct{}, 1), due: map[*machine]time.Time{}}
}

// set wakes the instance at a time, and not at the one set before; zero: never.
func (a *alarm) set(m *machine, at time.Time) {
	a.mu.Lock()
	if a.due[m].Equal(at) {
		a.mu.Unlock()
		return
	}
	if at.IsZero() {
		delete(a.due, m)
	} else {
		a.due[m] = at
	}
	a.mu.Unlock()
	a.hurry()
}

// call puts a token into c at a time.
func (a *alarm) call(at time.Time, c chan<- struct{}) {
	a.mu.Lock()
	same := a.tick.Equal(at)
	a.tick, a.ticks = at, c
	a.mu.Unlock()
	if !same {
		a.hurry()
	}
}

func (a *alarm) hurry() {
	select {
	case a.reset <- struct{}{}:
	default:
	}
}

// run is the alarm's goroutine; it ends with ctx.
func (a *alarm) run(ctx context.Context) {
	for ctx.Err() == nil {
		next := a.fire(a.clock.Now())
		a.sleep(ctx, next)
	}
}

// fire wakes who is due and returns when the next one is, zero for none.
func (a *alarm) fire(now time.Time) (next time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for m, at := range a.due {
		if !at.After(now) {
			delete(a.due, m)
			m.rouse()
		} else if next.IsZero() || at.Before(next) {
			next = at
		}
	}
	if !a.tick.IsZero() && !a.tick.After(now) {
		a.tick = time.Time{}
		select {
		case a.ticks <- struct{}{}:
		default:
		}
	}
	if !a.tick.IsZero() && (next.IsZero() || a.tick.Before(next)) {
		next = a.tick
	}
	return next
}

// sleep waits until a time, for ever if it is zero, or until something is due
// earlier.
func (a *alarm) sleep(ctx context.Context, until time.Time) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if until.IsZero() {
		select {
		case <-a.reset:
		case <-ctx.Done():
		}
		return
	}
	var waited sync.WaitGroup
	waited.Go(func() {
		select {
		case <-a.reset:
			cancel()
		case <-ctx.Done():
		}
	})
	_ = env.SleepUntil(ctx, a.clock, until) // who waits looks at the clock
	cancel()
	waited.Wait()
}

// rouse makes an instance step, also out of a source's Poll.
func (m *machine) rouse() {
	if m.source != nil {
		m.interrupt(func(*orders) {})
		return
	}
	m.in.notify()
}
