package flow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/env"
	"github.com/spatestream/spate/internal/exec"
)

// Instance tells a node who it is.
type Instance struct {
	Vertex string
	Index  int // from 0
	Of     int // instances of the vertex
	Env    *env.Env
	// Usage is where the instance's time goes.
	Usage *Usage
	// Tenure is that of the goroutine that opens the node.
	Tenure *Tenure
	// Rouse, of a source, ends the Poll under way or the wait for something to
	// do, so that Poll is called again; of a Keeper, it makes Attend be called. It
	// is safe for concurrent use. Others are not roused.
	Rouse func()
	// Resume, in Open, says how far the node was before: watermarks behind are old.
	Resume func(eventtime.Watermark)
	// Go runs f beside the steps of the instance, with ctx: in a goroutine, or, in
	// a simulation, as a task that it steps. f returns soon after ctx has ended.
	// It waits by the clock of Env alone, and calls Rouse when it is done.
	Go func(ctx context.Context, f func(context.Context))
	// Join waits for all that Go has started, whose contexts the node has ended, and
	// calls then. It is for Close. If the node is through, it waits as long as
	// Options.Leave says: what goes on longer is left behind, then is called after
	// it, and its error lost.
	Join func(then func() error) error
}

// Saver is a node with state. After Barrier it is asked to save the epoch in
// slices of about budget rows, between other steps, until it is done.
type Saver interface {
	Save(budget int) (done bool, err error)
}

const saveBudget = 2048

// machine steps one instance. All but orders and what is atomic belongs to its
// goroutine.
type machine struct {
	Instance
	node   Node
	source Source // nil with inputs
	saver  Saver  // nil without state
	waker  Waker  // nil if it has no timers
	keeper Keeper // nil if it is done with events when it has received them
	in     *inbox
	out    Outputs
	hand   hand // what it is dealing with
	clock  env.Clock
	build  func(instance int) (Node, error)
	report func(report) // to the flow
	wakeAt func(*machine, time.Time)

	watermark eventtime.Watermark
	aligned   bool // inputs wait for a barrier's siblings
	arrived   int  // inputs that have delivered the barrier under way
	ended     int
	owed      mark // what waits for the keeper's last events
	idle      bool // no input is to be expected anything of
	saving    bool
	epoch     Epoch // being saved, or owed
	finished  bool  // a source that has no more
	over      bool
	dirty     bool // has worked since everything was flushed; of Simulate
	dry       bool // a source that had nothing at this time; of Simulate

	// A source's dealings with others.
	orders  orders
	unsent  atomic.Bool // events may lie here while the source waits
	pollCtx context.Context
	feeders []*machine // sources at the other end of inputs

	replaced bool // of the guard: it has had another goroutine, and gets no third

	roused atomic.Bool    // a Keeper is to attend
	gone   atomic.Bool    // its goroutine is over
	joins  atomic.Bool    // it is through, and waits for its calls as long as Leave says
	calls  sync.WaitGroup // what Go has started
	left   *Stall         // some of that, which is left behind; set before it is gone
}

// report is what the flow learns of an instance.
type report struct {
	kind  reportKind
	epoch Epoch
}

type reportKind uint8

const (
	saved   reportKind = iota // an epoch is sealed and saved
	drained                   // a source has no more
	over                      // the instance has ended, without an error
)

// orders is what others want of a source, which may wait in Poll meanwhile.
type orders struct {
	mu      sync.Mutex
	barrier *Epoch
	stop    bool
	hurry   bool               // send what there is
	look    bool               // Poll again: the node has something to see to
	cancel  context.CancelFunc // ends the Poll under way
}

// interrupt changes the orders and makes the source look at them.
func (m *machine) interrupt(change func(*orders)) {
	m.orders.mu.Lock()
	change(&m.orders)
	if m.orders.cancel != nil {
		m.orders.cancel()
	}
	m.orders.mu.Unlock()
	m.in.notify()
}

// take returns the orders since the last time.
func (o *orders) take() (barrier *Epoch, stop, hurry bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	barrier, stop, hurry = o.barrier, o.stop, o.hurry
	o.barrier, o.hurry, o.look = nil, false, false
	return
}

// prepare opens the node. Panics of the user's are errors from here on.
func (m *machine) prepare(ctx context.Context) error {
	return m.named(exec.Protect(func() error { return m.enter(ctx) }))
}

// enter opens the node, as an instance of this tenure.
func (m *machine) enter(ctx context.Context) error {
	in := m.Instance
	return m.node.Open(ctx, &in, &m.out)
}

func (m *machine) close() error {
	return m.named(exec.Protect(m.node.Close))
}

// named says which instance failed.
func (m *machine) named(err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("%s, instance %d: %w", m.Vertex, m.Index, err)
}

// step does one piece of work, and tells whether there was any. ctx bounds a
// source's wait.
func (m *machine) step(ctx context.Context) (worked bool, err error) {
	if worked, err = m.timers(); worked || err != nil {
		return worked, err
	}
	if m.saving {
		if err := m.save(); err != nil {
			return true, err
		}
		worked = true
	}
	if m.source != nil {
		w, err := m.pull(ctx)
		return worked || w, err
	}
	if m.keeper != nil {
		if w, err := m.attend(); w || err != nil {
			return true, err
		}
	}
	if !m.open() {
		return worked, m.out.flush(true)
	}
	e, it := m.in.take()
	if e == nil {
		return worked, m.out.flush(true)
	}
	if err := m.handle(e, it); err != nil || m.over {
		return true, err
	}
	return true, m.out.flush(false)
}

// timers wakes a node whose time has come.
func (m *machine) timers() (bool, error) {
	if m.waker == nil {
		return false, nil
	}
	due := m.waker.Due()
	if due.IsZero() {
		return false, nil
	}
	now := m.clock.Now()
	if due.After(now) {
		return false, nil
	}
	if err := m.waker.Wake(now); err != nil {
		return true, err
	}
	return true, m.out.flush(true)
}

func (m *machine) save() error {
	done, err := m.saver.Save(saveBudget)
	if err != nil || !done {
		return err
	}
	m.saving = false
	m.report(report{kind: saved, epoch: m.epoch})
	return nil
}

// pull lets a source go on, after what others want of it.
func (m *machine) pull(ctx context.Context) (worked bool, err error) {
	barrier, stopped, hurry := m.orders.take()
	switch {
	case barrier != nil:
		return true, m.seal(*barrier)
	case stopped:
		return true, m.end()
	case hurry:
		m.unsent.Store(false)
		return true, m.out.flush(true)
	case m.finished:
		return false, nil
	}
	worked, err = m.source.Poll(ctx)
	if err == io.EOF { // not one that what follows the source failed with
		m.finished = true
		m.out.Idle(false)
		m.out.Advance(eventtime.End)
		err = m.out.flush(true)
		m.report(report{kind: drained})
		return true, err
	}
	if err != nil {
		return true, err
	}
	if worked {
		m.out.Flush()
		return true, m.out.behindhand()
	}
	m.unsent.Store(false)
	return false, m.out.flush(true)
}

// handle deals with one item of an input.
func (m *machine) handle(e *edge, it item) error {
	m.hand = hand{edge: e, item: it}
	if it.payload != nil {
		m.hand.was = credit{it.payload.Len(), it.payload.Bytes()}
		m.Usage.Received.Add(int64(m.hand.was.events))
	}
	return m.dealWith()
}

// dealWith deals with what is in hand.
func (m *machine) dealWith() error {
	h := &m.hand
	if h.payload != nil {
		err := m.node.Receive(h.edge.input, h.payload)
		h.edge.done(h.payload, h.was)
		h.payload = nil
		if err != nil {
			return err
		}
	}
	err := m.heed(h.edge, &h.item)
	h.edge = nil
	return err
}

// heed sees to the mark, or to the time, that came with events.
func (m *machine) heed(e *edge, it *item) error {
	switch it.mark {
	case barrier:
		return m.arrive(e, it.epoch)
	case stop:
		return m.finish(e)
	}
	if it.idle && !e.idle && it.watermark > e.watermark { // it came before the silence
		e.watermark = it.watermark
		if err := m.advance(); err != nil {
			return err
		}
	}
	if it.watermark > e.watermark || it.idle != e.idle {
		e.watermark, e.idle = max(e.watermark, it.watermark), it.idle
		return m.advance()
	}
	return nil
}

// advance takes the watermark to the least of the inputs that are not idle.
func (m *machine) advance() error {
	w, idle := eventtime.End, true
	for _, e := range m.in.edges {
		if !e.idle && !e.over {
			idle = false
			w = min(w, e.watermark)
		}
	}
	m.idle = idle
	m.quieten()
	if idle || w <= m.watermark {
		return nil
	}
	m.watermark = w
	if err := m.node.Advance(w); err != nil {
		return err
	}
	if m.keeper == nil {
		m.out.Advance(w)
	}
	return nil
}

// quieten says whether anything that could hold the watermark back is to come.
func (m *machine) quieten() { m.out.Idle(m.idle && (m.keeper == nil || m.keeper.Empty())) }

// arrive notes a barrier on an input. The last one seals the epoch.
func (m *machine) arrive(e *edge, epoch Epoch) error {
	m.arrived++
	if m.aligned {
		e.arrived = true
	}
	if m.arrived+m.ended < len(m.in.edges) {
		return nil
	}
	m.arrived = 0
	now := m.clock.Now()
	for _, e := range m.in.edges {
		e.arrived = false
		e.to.mu.Lock()
		e.marks.forgive(now)
		e.to.mu.Unlock()
	}
	if m.watermark == eventtime.End && m.owe(barrier) {
		m.epoch = epoch
		return nil
	}
	return m.seal(epoch)
}

// seal ends an epoch here and passes the barrier on.
func (m *machine) seal(epoch Epoch) error {
	if err := m.node.Barrier(epoch); err != nil {
		return err
	}
	if err := m.out.mark(barrier, epoch); err != nil {
		return err
	}
	if m.saver == nil {
		m.report(report{kind: saved, epoch: epoch})
		return nil
	}
	m.saving, m.epoch = true, epoch
	return nil
}

// finish notes the end of an input. The last one ends the instance.
func (m *machine) finish(e *edge) error {
	e.over = true
	if m.ended++; m.ended < len(m.in.edges) || m.owe(stop) {
		return nil
	}
	return m.end()
}

func (m *machine) end() error {
	for m.saving {
		if err := m.save(); err != nil {
			return err
		}
	}
	m.over = true
	return m.out.mark(stop, 0)
}
