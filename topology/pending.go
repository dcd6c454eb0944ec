package topology

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"time"

	"github.com/spatestream/spate/eventtime"
)

// pending is the events of a source's channel that are under way, whatever their
// type. It belongs to the source's goroutine.
type pending interface {
	begin(own any) error      // the source has been set up
	attend() error            // sees to what is through, and to what failed
	wake(now time.Time) error // sees to what is due
	due() time.Time           // of wake; zero: nothing
	count() int               // events under way, or to be given again
	full() bool               // no new events for now
	held() bool               // all of them are held somewhere
	linger(last bool)         // the source has ended; last: holds have had their chance
	watch(on bool) (any bool) // have the source woken when there is room; any: there is
}

// unsettled is an event under way.
type unsettled[T any] struct {
	v          T
	at         eventtime.Time
	id         int64
	born       int64 // nanoseconds; 0 unless it is one of those that are timed
	generation uint32
	began      uint32 // tick
	deadline   uint32 // tick
	attempt    uint16
	phase      phase
	named      bool
	leak       bool // it was reported that it is held
	dead       bool // it is under way as a dead letter
}

type phase uint8

const (
	free phase = iota
	underWay
	waits // to be given again
)

// pendingOf gives the events of a source their roots and keeps them until they
// are through. It stands between the source and who reads it.
type pendingOf[T any] struct {
	*delivery
	n        *node
	ctx      *Context
	slab     *slab
	acker    Acker    // nil without
	replayer Replayer // nil without
	to       Emitter[T]
	dead     *Emitter[DeadLetter[T]] // nil if nobody reads it

	all     []unsettled[T]   // by slot
	buried  map[uint32]error // why a dead letter is one, by slot
	empty   []uint32         // slots
	again   []retry          // a heap by time
	trees   int              // under way
	tick    uint32
	next    time.Time // of the next tick; zero while nothing is under way
	allowed allowance
	last    bool // held events have a deadline, too
	timed   int  // events until the next one is timed
	acked   int  // events that are through, as far as not counted
	done    []uint64
	failed  []failure
	adopted *pendingOf[T] // of the run before
	wakes   int32         // letters at which the source is woken
}

// timedEvery is the number of events of which one is timed.
const timedEvery = 64

// ticks is how finely a time-out is divided: what a wheel of that many buckets
// does, but the events say in which they are, as there are few of them.
const ticks = 16

// newPending makes what keeps the events of a channel of a source, nil in a job
// that does not.
func newPending[T any](n *node, ctx *Context, channel int) *pendingOf[T] {
	if n.ledger == nil {
		return nil
	}
	t := n.ledger.tracker
	p := &pendingOf[T]{delivery: t.job.delivery, n: n, ctx: ctx, slab: t.slab(ctx.of, ctx.instance, channel)}
	p.slab.rouse = n.in.Rouse
	p.buried = map[uint32]error{}
	p.allowed, p.wakes = newAllowance(p.most), 1
	p.tick = 1
	p.slab.tick.Store(1)
	key := pendingKey{ctx.of, ctx.instance, channel}
	if before, ok := t.kept.Swap(key, p); ok {
		p.adopted, _ = before.(*pendingOf[T])
	}
	n.pending = append(n.pending, p)
	return p
}

// pendingKey says whose events a pending has.
type pendingKey struct {
	of       *component
	instance int
	channel  int
}

// begin is called when the source has been set up.
func (p *pendingOf[T]) begin(own any) error {
	p.acker, _ = own.(Acker)
	p.replayer, _ = own.(Replayer)
	for i, ch := range p.ctx.of.channels {
		if i > 0 && ch.outlet == p.ctx.of.dead && p.ctx.of.read(i) {
			p.dead, _ = p.ctx.outs[i].(*Emitter[DeadLetter[T]])
		}
	}
	before := p.adopted
	p.adopted = nil
	if before == nil {
		return nil
	}
	for _, f := range before.slab.failed {
		before.all[slotOf(f.root)].phase = waits
	}
	now := p.ctx.Now()
	for slot := range before.all {
		if k := &before.all[slot]; k.phase != free {
			if err := p.adopt(k, before.slab.tree(uint32(slot)), before.buried[uint32(slot)], now); err != nil {
				return err
			}
		}
	}
	return nil
}

// adopt takes over an event that was under way when the job failed.
func (p *pendingOf[T]) adopt(k *unsettled[T], t *tree, why error, now time.Time) error {
	if k.phase == underWay && uint32(t.state.Load()) == 0 { // nobody was told any more
		if p.acker != nil && k.named {
			p.acker.Ack(k.id)
		}
		return nil
	}
	if p.fails(k, errRestarted) {
		return nil
	}
	slot, err := p.slot()
	if err != nil {
		return err
	}
	p.all[slot] = *k
	p.all[slot].generation, p.all[slot].phase = 0, waits
	if k.dead {
		p.buried[slot] = why
	}
	p.ctx.of.tally.replays.Add(1)
	p.push(retry{now, slot})
	return nil
}

var errRestarted = errors.New("the job was restarted")

// receive implements receiver: a new event of the source.
func (p *pendingOf[T]) receive(v T, h header) {
	slot, err := p.slot()
	if err != nil {
		p.n.fail(p.ctx, err)
		return
	}
	k := &p.all[slot]
	k.v, k.at, k.id, k.named, k.attempt = v, h.at, p.ctx.id, p.ctx.named, 1
	k.born = 0
	if p.timed--; p.timed < 0 {
		p.timed, k.born = timedEvery-1, p.ctx.Now().UnixNano()
	}
	p.send(slot)
}

// slot takes one that is empty.
func (p *pendingOf[T]) slot() (uint32, error) {
	if n := len(p.empty); n > 0 {
		slot := p.empty[n-1]
		p.empty = p.empty[:n-1]
		return slot, nil
	}
	slot := uint32(len(p.all))
	if slot == maxSlots {
		return 0, fmt.Errorf("source %s has %d events under way, more than can be followed; it must emit fewer in one call of Next", p.ctx.of.name, maxSlots)
	}
	p.all = append(p.all, unsettled[T]{})
	p.slab.room(slot)
	return slot, nil
}

// send gives the event of a slot, as a tree that begins.
func (p *pendingOf[T]) send(slot uint32) {
	k := &p.all[slot]
	k.generation++
	k.phase, k.began = underWay, p.tick
	k.deadline = p.tick + 1 + p.patience(k)
	p.trees++
	l := p.n.ledger
	root, t := p.slab.plant(slot, k.generation)
	l.begin(root, t)
	l.alone = true
	if !k.dead {
		p.to.send(k.v, header{k.at, root})
	} else {
		p.dead.send(DeadLetter[T]{Event: k.v, Err: p.buried[slot], Component: p.ctx.of.name, Instance: p.ctx.instance, Attempts: int(k.attempt)}, header{k.at, root})
	}
	switch complete := l.end(); {
	case p.n.err != nil:
		p.all[slot].phase = waits // what failed the job is not through
	case complete:
		p.through(slot)
	}
}

// patience is the ticks that an event has without progress: twice as many with
// each attempt, so that a time-out shorter than the queues are long ends.
func (p *pendingOf[T]) patience(k *unsettled[T]) uint32 { return ticks << min(k.attempt-1, 10) }

// longest is how many times its patience an event has that makes progress.
const longest = 8

// through ends an event that nothing is left of.
func (p *pendingOf[T]) through(slot uint32) {
	k := &p.all[slot]
	p.trees--
	p.acked++
	if !k.dead {
		p.allowed.acked(p.tick)
	}
	if k.born != 0 {
		took := time.Duration(p.ctx.Now().UnixNano() - k.born)
		p.ctx.of.tally.latency.observe(took)
		if took > p.timeout/4 {
			p.allowed.shrink(p.tick)
		}
	}
	if k.named && p.acker != nil {
		p.acker.Ack(k.id)
	}
	p.vacate(slot)
}

// vacate lets go of an event.
func (p *pendingOf[T]) vacate(slot uint32) {
	k := &p.all[slot]
	if k.dead {
		delete(p.buried, slot)
	}
	var none T
	k.v, k.phase, k.dead, k.leak = none, free, false, false
	p.empty = append(p.empty, slot)
}

// attend implements pending.
func (p *pendingOf[T]) attend() error {
	if p.slab.waiting.Load() > 0 {
		p.done, p.failed = p.slab.take(p.done, p.failed)
		for _, root := range p.done {
			p.through(slotOf(root))
		}
		for _, f := range p.failed {
			p.fail(slotOf(f.root), f.err)
		}
		clear(p.failed)
	}
	p.listen()
	for len(p.again) > 0 && !p.crowded() && !p.again[0].at.After(p.ctx.Now()) {
		p.send(p.pop())
	}
	if p.acked > 0 {
		p.ctx.of.tally.acked.Add(int64(p.acked))
		p.acked = 0
	}
	return p.n.err
}

// fail sees to an event whose tree was given up.
func (p *pendingOf[T]) fail(slot uint32, err error) {
	k := &p.all[slot]
	p.trees--
	p.slab.forget(slot, k.generation)
	if p.fails(k, err) {
		p.vacate(slot)
		return
	}
	if int(k.attempt) >= p.attempts && !p.bury(slot, err) {
		p.n.fail(p.ctx, fmt.Errorf("an event failed %d times, and nobody reads the source's DeadLetters: %w", k.attempt, err))
		return
	}
	k.phase = waits
	p.later(slot, p.ctx.Now())
}

// fails leaves a failed event to a source that gives it again itself.
func (p *pendingOf[T]) fails(k *unsettled[T], err error) bool {
	if p.replayer == nil || !k.named || k.dead {
		return false
	}
	p.ctx.of.tally.replays.Add(1)
	p.replayer.Fail(k.id, err)
	return true
}

// bury makes a dead letter of an event that was tried often enough. It is
// delivered as any event is.
func (p *pendingOf[T]) bury(slot uint32, err error) bool {
	k := &p.all[slot]
	if p.dead == nil || k.dead {
		return false
	}
	p.ctx.of.tally.dead.Add(1)
	k.dead, p.buried[slot] = true, err
	return true
}

// later has an event given again after a while.
func (p *pendingOf[T]) later(slot uint32, now time.Time) {
	k := &p.all[slot]
	wait := p.first << min(k.attempt-1, 20)
	if wait > p.longest || wait < p.first {
		wait = p.longest
	}
	if k.dead {
		wait = 0
	} else {
		k.attempt = min(k.attempt, 1<<15) + 1
		p.ctx.of.tally.replays.Add(1)
	}
	p.push(retry{now.Add(wait), slot})
}

// wake implements pending.
func (p *pendingOf[T]) wake(now time.Time) error {
	if err := p.attend(); err != nil {
		return err
	}
	if p.next.IsZero() || p.next.After(now) {
		return nil
	}
	// One tick, however late it is: while the source waits for its consumers
	// nothing can be expected of its events.
	p.next = now.Add(p.timeout / ticks)
	p.tick++
	p.slab.tick.Store(p.tick)
	p.expire()
	if p.trees == 0 {
		p.next = time.Time{}
	}
	return p.n.err
}

// expire gives up the trees that have not got on for too long.
func (p *pendingOf[T]) expire() {
	for slot := range p.all {
		k := &p.all[slot]
		if k.phase != underWay || k.deadline > p.tick {
			continue
		}
		tree, stuck, last := p.slab.tree(uint32(slot)), p.ctx.of, k.began+longest*p.patience(k)
		if at, seen, ok := tree.lastSeen(k.generation); ok {
			stuck = p.n.ledger.tracker.job.components[at]
			k.deadline = min(seen+1+p.patience(k), last)
		}
		if k.deadline > p.tick {
			continue
		}
		held := tree.allHeld(k.generation)
		if held && p.tick >= last {
			p.leak(k, stuck)
		}
		if (!held || p.last) && p.n.ledger.tracker.cut(p.slab.root(uint32(slot), k.generation)) {
			p.expired(uint32(slot), stuck, held)
		}
	}
}

// leak reports an event that is held for very long, or at the job's end, once.
func (p *pendingOf[T]) leak(k *unsettled[T], by *component) {
	if !k.leak {
		k.leak = true
		p.ctx.Log().Warn("an event is held and neither done with nor released", "by", by.name, "for", p.since(k), "held there", by.tally.held.Load())
	}
}

func (p *pendingOf[T]) since(k *unsettled[T]) time.Duration {
	return time.Duration(p.tick-k.began) * p.timeout / ticks
}

// expired sees to an event whose tree was given up for being stuck.
func (p *pendingOf[T]) expired(slot uint32, stuck *component, held bool) {
	stuck.tally.expired.Add(1)
	p.allowed.shrink(p.tick)
	if k := &p.all[slot]; held {
		p.leak(k, stuck)
		p.fail(slot, fmt.Errorf("%s held an event of %s for %v, and nothing follows that it could wait for", stuck.name, p.ctx.of.name, p.since(k)))
	} else {
		p.fail(slot, fmt.Errorf("nothing was heard of an event of %s for %v; it got as far as %s", p.ctx.of.name, p.since(k), stuck.name))
	}
}

// due implements pending.
func (p *pendingOf[T]) due() time.Time {
	if p.trees > 0 && p.next.IsZero() {
		p.next = p.ctx.Now().Add(p.timeout / ticks)
	}
	if len(p.again) > 0 && !p.crowded() && (p.next.IsZero() || p.again[0].at.Before(p.next)) {
		return p.again[0].at
	}
	return p.next
}

// crowded reports whether as many events are under way as may be.
func (p *pendingOf[T]) crowded() bool { return p.trees-int(p.slab.held.Load()) >= p.allowed.size }

func (p *pendingOf[T]) count() int { return p.trees + len(p.again) }
func (p *pendingOf[T]) full() bool {
	full := p.count()-int(p.slab.held.Load()) >= p.allowed.size
	p.allowed.wanted = p.allowed.wanted || full
	return full
}

// held implements pending.
func (p *pendingOf[T]) held() bool {
	if len(p.again) > 0 || int(p.slab.held.Load()) < p.trees {
		return false
	}
	for slot := range p.all {
		if k := &p.all[slot]; k.phase == underWay && !p.slab.tree(uint32(slot)).allHeld(k.generation) {
			return false
		}
	}
	return true
}

func (p *pendingOf[T]) linger(last bool) {
	p.slab.lingers.Store(true)
	p.last = p.last || last
}

// watch implements pending.
func (p *pendingOf[T]) watch(on bool) (any bool) {
	if !on {
		p.slab.enough.Store(math.MaxInt64)
		return false
	}
	held := p.slab.held.Load()
	p.slab.enough.Store(held + int64(p.wakes))
	return p.slab.waiting.Load() >= p.wakes || p.slab.held.Load() > held
}

// listen sets the letters at which the source is woken: a quarter of what may
// write some, so that it is not woken for each, and for the last one at once.
func (p *pendingOf[T]) listen() {
	if wakes := int32(1) << max(0, bits.Len(uint(p.trees))-2); wakes != p.wakes {
		p.wakes = wakes
		p.slab.wake.Store(wakes)
	}
}

// retry is an event to be given again.
type retry struct {
	at   time.Time
	slot uint32
}

func (p *pendingOf[T]) push(r retry) {
	h := append(p.again, r)
	i := len(h) - 1
	for up := (i - 1) / 2; i > 0 && h[i].at.Before(h[up].at); up = (i - 1) / 2 {
		h[i], h[up] = h[up], h[i]
		i = up
	}
	p.again = h
}

func (p *pendingOf[T]) pop() uint32 {
	h := p.again
	slot, n := h[0].slot, len(h)-1
	h[0] = h[n]
	h = h[:n]
	for i := 0; 2*i+1 < n; {
		down := 2*i + 1
		if down+1 < n && h[down+1].at.Before(h[down].at) {
			down++
		}
		if !h[down].at.Before(h[i].at) {
			break
		}
		h[i], h[down] = h[down], h[i]
		i = down
	}
	p.again = h
	return slot
}
