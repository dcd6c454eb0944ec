package flow

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/exec"
)

// Control decides on barriers. Its methods are called one after another.
type Control interface {
	// Due returns when the next barrier is wanted, zero: not by the clock.
	Due() time.Time
	// Begin returns the epoch that a barrier is to end now; false: none.
	Begin(now time.Time) (Epoch, bool)
	// Saved says that every instance has sealed and saved the epoch. Nothing
	// else is under way until it returns.
	Saved(e Epoch) error
}

// Options of a flow.
type Options struct {
	Control   Control // nil: no barriers
	Unaligned bool    // inputs are never held back for a barrier
	Watcher   Watcher // nil: nobody looks
	// Stall is how long an instance may get no further while it has something to
	// do, until Run fails; 0: for ever. It is not for Simulate.
	Stall time.Duration
	// Replaced is told of each instance that got no further and was replaced, alone;
	// nil: none is. It is called by a goroutine of Run's.
	Replaced func(Stall)
	// Leave is how long an instance may take to end, when Run is to end before it is
	// through, until it is left behind, and how long Run waits for the goroutine of
	// one that was replaced; 0: for ever. It is not for Simulate.
	Leave time.Duration
}

// Flow is a graph with its instances, ready to run once.
type Flow struct {
	graph    *Graph
	env      *env.Env
	options  Options
	machines []*machine
	sources  []*machine
	links    [][]*edge // by edge of the graph

	// Of the goroutine that drives.
	under   int // instances that have not saved the epoch under way
	sealing bool
	going   int // sources that have more
	stopped bool
	last    bool // the epoch under way is the last one

	all    sync.WaitGroup // the instances, the alarm and the watcher
	cancel context.CancelCauseFunc

	// Of the guard, while it runs.
	stalls []Stall
	left   []*Tenure // that were taken
}

// New builds the instances of a graph.
func New(g *Graph, e *env.Env, options Options) (*Flow, error) {
	if err := g.Validate(); err != nil {
		return nil, err
	}
	f := &Flow{graph: g, env: e, options: options}
	instances := make([][]*machine, len(g.Vertices))
	for v := range g.Vertices {
		for i := range g.Vertices[v].Parallelism {
			m, err := f.build(&g.Vertices[v], i)
			if err != nil {
				return nil, err
			}
			instances[v] = append(instances[v], m)
			f.machines = append(f.machines, m)
		}
	}
	f.connect(instances)
	for _, m := range f.machines {
		if m.source != nil {
			f.sources = append(f.sources, m)
		} else if len(m.in.edges) == 0 {
			return nil, fmt.Errorf("flow: %s has no input and is no source", m.Vertex)
		}
	}
	f.going = len(f.sources)
	return f, nil
}

func (f *Flow) build(v *Vertex, i int) (*machine, error) {
	n, err := v.Build(i)
	if err != nil {
		return nil, fmt.Errorf("%s, instance %d: %w", v.ID, i, err)
	}
	m := &machine{Instance: Instance{Vertex: v.ID, Index: i, Of: v.Parallelism, Env: f.env, Usage: &Usage{}, Tenure: newTenure(n)}, node: n, build: v.Build, in: newInbox(), clock: f.env.Clock, watermark: NoWatermark, aligned: !f.options.Unaligned}
	m.source, _ = n.(Source)
	m.saver, _ = n.(Saver)
	m.waker, _ = n.(Waker)
	if m.source != nil {
		m.out.unsent = &m.unsent
		m.Rouse = func() { m.interrupt(func(o *orders) { o.look = true }) }
	} else if m.keeper, _ = n.(Keeper); m.keeper != nil {
		m.Rouse = func() {
			m.roused.Store(true)
			m.in.notify()
		}
	}
	m.Resume = func(w eventtime.Watermark) { m.watermark = max(m.watermark, w) }
	m.Go = func(ctx context.Context, f func(context.Context)) { m.calls.Go(func() { f(ctx) }) }
	m.Join = func(then func() error) error { return f.join(m, then) }
	m.out.watermark, m.out.clock, m.out.usage = NoWatermark, m.clock, m.Usage
	m.Usage.watermark.Store(int64(NoWatermark))
	return m, nil
}

// connect makes the edges between instances.
func (f *Flow) connect(instances [][]*machine) {
	inputs := make([]int, len(f.graph.Vertices))
	for _, ge := range f.graph.Edges {
		input := inputs[ge.To]
		inputs[ge.To]++
		var link []*edge
		for i, from := range instances[ge.From] {
			to := instances[ge.To]
			if ge.Forward {
				to = to[i : i+1]
			}
			edges := make([]*edge, len(to))
			for j, t := range to {
				edges[j] = newEdge(ge, t.in, input, f.env.Clock)
				t.in.edges = append(t.in.edges, edges[j])
				if from.source != nil {
					t.feeders = append(t.feeders, from)
				}
			}
			from.out.edges = append(from.out.edges, edges)
			link = append(link, edges...)
		}
		f.links = append(f.links, link)
	}
}

func newEdge(ge Edge, to *inbox, input int, clock env.Clock) *edge {
	e := &edge{to: to, input: input, sheds: ge.Sheds, limit: credit{ge.Events, ge.Bytes}, room: make(chan struct{}, 1), watermark: NoWatermark, sent: NoWatermark}
	if e.limit.events == 0 {
		e.limit.events = DefaultEvents
	}
	if e.limit.bytes == 0 {
		e.limit.bytes = DefaultBytes
	}
	e.marks = marksOf(e.limit, clock)
	return e
}

// Run runs the flow until its sources have ended and everything they gave is
// through, ctx ends, or an instance fails, which it returns. Each instance has
// a goroutine, and the alarm one; all have ended on return, but for those that
// Options.Leave leaves behind.
func (f *Flow) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	f.cancel = cancel
	reports := make(chan report, 4*len(f.machines))
	alarm := newAlarm(f.env.Clock)
	for _, m := range f.machines {
		m.report = func(r report) {
			select {
			case reports <- r:
			case <-ctx.Done():
			}
		}
		m.out.ctx, m.out.wait = ctx, true
		m.wakeAt = alarm.set
		f.all.Add(1)
		f.start(ctx, m, m.enter)
	}
	f.all.Go(func() { alarm.run(ctx) })
	f.all.Go(func() { f.watch(ctx) })
	var guard sync.WaitGroup
	if f.options.Stall > 0 {
		guard.Go(func() { f.guard(ctx) })
	}
	err := f.steer(ctx, reports, alarm)
	cancel(err)
	guard.Wait()
	f.leave(err != nil)
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	return err
}

// start starts a tenure: a goroutine does what it begins with, and then goes on
// until the instance is over. One that has lost the instance only ends.
func (f *Flow) start(ctx context.Context, m *machine, begin func(context.Context) error) {
	t := m.Tenure
	own, cancel := context.WithCancel(ctx)
	t.cancel = cancel
	go func() {
		defer close(t.ended)
		defer cancel()
		t.labelled(ctx, m)
		err := fmt.Errorf("%s, instance %d: %w", m.Vertex, m.Index, exec.ErrExited)
		defer func() {
			if !t.keep() {
				return
			}
			if err != nil {
				f.cancel(err)
			}
			m.gone.Store(true)
			f.all.Done()
		}()
		err = m.live(ctx, t, f.cancel, func() error { return begin(own) })
	}()
}

// steer injects barriers and ends the flow, until every instance is over.
func (f *Flow) steer(ctx context.Context, reports <-chan report, alarm *alarm) error {
	tick := make(chan struct{}, 1)
	running := len(f.machines)
	for running > 0 {
		if due := f.due(); !due.IsZero() {
			alarm.call(due, tick)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick:
			f.begin()
		case r := <-reports:
			if r.kind == over {
				running--
			} else if err := f.hear(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// due returns when the clock is to call for a barrier.
func (f *Flow) due() time.Time {
	if f.options.Control == nil || f.sealing || f.stopped {
		return time.Time{}
	}
	return f.options.Control.Due()
}

// begin injects a barrier if the control wants one now.
func (f *Flow) begin() {
	if f.sealing || f.stopped {
		return
	}
	if epoch, ok := f.options.Control.Begin(f.env.Clock.Now()); ok {
		f.inject(epoch)
	}
}

func (f *Flow) inject(epoch Epoch) {
	f.sealing, f.under = true, len(f.machines)
	for _, s := range f.sources {
		s.interrupt(func(o *orders) { o.barrier = &epoch })
	}
}

// hear takes what an instance reports.
func (f *Flow) hear(r report) error {
	switch r.kind {
	case saved:
		if f.under--; f.under > 0 {
			return nil
		}
		f.sealing = false
		if err := f.options.Control.Saved(r.epoch); err != nil {
			return err
		}
		f.stopAfterLast()
	case drained:
		if f.going--; f.going == 0 && !f.sealing {
			f.drain()
		}
	}
	return nil
}

// stopAfterLast ends the flow when the barrier behind all events is through, or
// sends that barrier if the sources ended while another was under way.
func (f *Flow) stopAfterLast() {
	switch {
	case f.last:
		f.stop()
	case f.going == 0:
		f.drain()
	}
}

// drain ends a flow whose sources are over, with a last barrier if it has any.
func (f *Flow) drain() {
	if f.options.Control != nil {
		if epoch, ok := f.options.Control.Begin(f.env.Clock.Now()); ok {
			f.last = true
			f.inject(epoch)
			return
		}
	}
	f.stop()
}

func (f *Flow) stop() {
	f.stopped = true
	for _, s := range f.sources {
		s.interrupt(func(o *orders) { o.stop = true })
	}
}

// live is a tenure. Who has lost the instance closes what is left of it. An error is
// told before that: closing may take its time, which is bounded from then on.
func (m *machine) live(ctx context.Context, t *Tenure, fail context.CancelCauseFunc, begin func() error) (err error) {
	err = m.named(exec.ErrExited) // unless it returns
	defer func() {
		has := t.keep()
		if has && err != nil {
			fail(err)
		}
		e := m.named(exec.Protect(t.node.Close))
		if !has {
			return
		}
		if err == nil {
			err = e
		}
		if err == nil {
			m.report(report{kind: over})
		}
	}()
	return m.named(exec.Protect(func() error {
		if err := begin(); err != nil {
			return err
		}
		return m.loop(ctx)
	}))
}

func (m *machine) loop(ctx context.Context) error {
	m.Usage.began.CompareAndSwap(0, m.clock.Now().UnixNano())
	for !m.over {
		if err := ctx.Err(); err != nil {
			return err // a source that waits returns without an error
		}
		if m.source != nil {
			m.renew(ctx)
			m.setAlarm()
		}
		m.Usage.Steps.Add(1)
		worked, err := m.step(m.pollCtx)
		if err != nil {
			return err
		}
		if !worked && !m.over {
			if err := m.park(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// renew gives a source a context to wait under, if the last one was used up by
// an interrupt.
func (m *machine) renew(ctx context.Context) {
	m.orders.mu.Lock()
	defer m.orders.mu.Unlock()
	if m.pollCtx != nil && m.pollCtx.Err() == nil {
		return
	}
	m.pollCtx, m.orders.cancel = context.WithCancel(ctx)
	if o := &m.orders; o.barrier != nil || o.stop || o.hurry || o.look {
		m.orders.cancel()
	}
}

// park waits for something to do.
func (m *machine) park(ctx context.Context) error {
	for _, s := range m.feeders {
		if s.unsent.Load() {
			s.interrupt(func(o *orders) { o.hurry = true })
		}
	}
	m.setAlarm()
	m.Usage.awaits.Store(m.keeper != nil && !m.keeper.Empty() && (m.waker == nil || m.waker.Due().IsZero()))
	m.Usage.parked.Store(true)
	defer m.Usage.parked.Store(false)
	if m.open() { // a keeper that is full waits, but is not idle
		began := m.clock.Now()
		m.Usage.idleSince.Store(began.UnixNano())
		defer m.Usage.idleSince.Store(0)
		defer func() { m.Usage.Idle.Add(int64(m.clock.Now().Sub(began))) }()
	}
	select {
	case <-m.in.wake:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (m *machine) setAlarm() {
	if m.waker != nil {
		m.wakeAt(m, m.waker.Due())
	}
}
