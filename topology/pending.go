package topology

import (
	"fmt"
	"math"
	"math/bits"
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/acks"
	"github.com/spatestream/spate/internal/agenda"
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
	term       acks.Term
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
	slab     *acks.Slab
	acker    Acker    // nil without
	replayer Replayer // nil without
	to       Emitter[T]
	dead     *Emitter[DeadLetter[T]] // nil if nobody reads it

	// The slot of the next new event, its root and tree.
	seat   uint32
	seated bool // there is one
	root   uint64
	tree   *acks.Tree

	all     []unsettled[T]        // by slot
	buried  map[uint32]error      // why a dead letter is one, by slot
	empty   []uint32              // slots
	again   agenda.Agenda[uint32] // slots of events to be given again
	trees   int                   // under way
	tick    uint32
	next    time.Time // of the next tick; zero while nothing is under way
	allowed acks.Allowance
	last    bool // held events have a deadline, too
	timed   int  // events until the next one is timed
	acked   int  // events that are through, as far as not counted
	done    []uint64
	failed  []acks.Failure
	adopted *pendingOf[T] // of the run before
	wakes   int32         // letters at which the source is woken
}

// timedEvery is the number of events of which one is timed.
const timedEvery = 256

// newPending makes what keeps the events of a channel of a source, nil in a job
// that does not.
func newPending[T any](n *node, ctx *Context, channel int) *pendingOf[T] {
	if n.ledger == nil {
		return nil
	}
	t := n.stage.plan.tracker
	p := &pendingOf[T]{delivery: ctx.of.job.delivery, n: n, ctx: ctx, slab: t.Slab(ctx.of.number, ctx.instance, channel)}
	p.slab.Rouse = n.in.Rouse
	p.buried = map[uint32]error{}
	p.allowed, p.wakes = acks.NewAllowance(p.most), 1
	p.tick = 1
	p.slab.Tick.Store(1)
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

// receive implements receiver: a new event of the source. It is in the seat while
// it is given, and stays there if it is not dealt with on the spot.
func (p *pendingOf[T]) receive(v T, h header) {
	if !p.seated && !p.sit() {
		return
	}
	k, l := &p.all[p.seat], p.n.ledger
	k.v, k.at, k.named, k.phase = v, h.at, p.ctx.named, underWay
	if k.named {
		k.id = p.ctx.id
	}
	if p.timed--; p.timed < 0 {
		p.timed, k.born = timedEvery-1, p.ctx.Now().UnixNano()
	}
	l.Sow(p.root, p.tree)
	p.to.send(v, header{h.at, p.root})
	if p.n.err == nil && l.Alone() {
		k.phase = free
		p.acked++
		if k.named || k.born != 0 {
			p.tell(k)
		}
		return
	}
	p.seated = false
	p.enter(k)
	p.given(p.seat)
}

// sit makes a slot the seat of events to come. While they are dealt with on the spot
// all have the same root: nobody else has seen it. What was given last is kept until
// the next is.
func (p *pendingOf[T]) sit() bool {
	slot, err := p.slot()
	if err != nil {
		p.n.fail(p.ctx, err)
		return false
	}
	k := &p.all[slot]
	k.generation++
	k.attempt, k.born = 1, 0
	p.seat, p.seated = slot, true
	p.root, p.tree = p.slab.Root(slot, k.generation), p.slab.Tree(slot)
	return true
}

// slot takes one that is empty.
func (p *pendingOf[T]) slot() (uint32, error) {
	if n := len(p.empty); n > 0 {
		slot := p.empty[n-1]
		p.empty = p.empty[:n-1]
		return slot, nil
	}
	slot := uint32(len(p.all))
	if slot == acks.MaxSlots {
		return 0, fmt.Errorf("source %s has %d events under way, more than can be followed; it must emit fewer in one call of Next", p.ctx.of.name, acks.MaxSlots)
	}
	p.all = append(p.all, unsettled[T]{})
	p.slab.Room(slot)
	return slot, nil
}

// send gives the event of a slot again, as a tree that begins.
func (p *pendingOf[T]) send(slot uint32) {
	k := &p.all[slot]
	k.generation++
	p.enter(k)
	root := p.slab.Root(slot, k.generation)
	p.n.ledger.Sow(root, p.slab.Tree(slot))
	if !k.dead {
		p.to.send(k.v, header{k.at, root})
	} else {
		p.dead.send(DeadLetter[T]{Event: k.v, Err: p.buried[slot], Component: p.ctx.of.name, Instance: p.ctx.instance, Attempts: int(k.attempt)}, header{k.at, root})
	}
	p.given(slot)
}

// enter begins the time of an event that is under way.
func (p *pendingOf[T]) enter(k *unsettled[T]) {
	k.phase, k.term = underWay, acks.TermOf(p.tick, k.attempt)
	p.trees++
}

// given sees to an event when the call that gave it has returned.
func (p *pendingOf[T]) given(slot uint32) {
	switch complete := p.n.ledger.End(); {
	case p.n.err != nil:
		p.all[slot].phase = waits // what failed the job is not through
	case complete:
		p.through(slot)
	}
}

// through ends an event that nothing is left of.
func (p *pendingOf[T]) through(slot uint32) {
	k := &p.all[slot]
	p.trees--
	p.acked++
	if !k.dead {
		p.allowed.Acked(p.tick)
	}
	p.tell(k)
	p.vacate(slot)
}

// tell tells who wants to know that an event is through.
func (p *pendingOf[T]) tell(k *unsettled[T]) {
	if k.born != 0 {
		took := time.Duration(p.ctx.Now().UnixNano() - k.born)
		k.born = 0
		p.ctx.of.tally.latency.Observe(took)
		if took > p.timeout/4 {
			p.allowed.Shrink(p.tick)
		}
	}
	if k.named && p.acker != nil {
		p.acker.Ack(k.id)
	}
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

// crowded reports whether as many events are under way as may be.
func (p *pendingOf[T]) crowded() bool { return p.trees-int(p.slab.Held.Load()) >= p.allowed.Size }

func (p *pendingOf[T]) count() int { return p.trees + len(p.again) }
func (p *pendingOf[T]) full() bool {
	full := p.count()-int(p.slab.Held.Load()) >= p.allowed.Size
	p.allowed.Wanted = p.allowed.Wanted || full
	return full
}

// held implements pending.
func (p *pendingOf[T]) held() bool {
	if len(p.again) > 0 || int(p.slab.Held.Load()) < p.trees {
		return false
	}
	for slot := range p.all {
		if k := &p.all[slot]; k.phase == underWay && !p.slab.Tree(uint32(slot)).AllHeld(k.generation) {
			return false
		}
	}
	return true
}

func (p *pendingOf[T]) linger(last bool) {
	p.slab.Lingers.Store(true)
	p.last = p.last || last
}

// watch implements pending.
func (p *pendingOf[T]) watch(on bool) (any bool) {
	if !on {
		p.slab.Enough.Store(math.MaxInt64)
		return false
	}
	held := p.slab.Held.Load()
	p.slab.Enough.Store(held + int64(p.wakes))
	return p.slab.Waiting.Load() >= p.wakes || p.slab.Held.Load() > held
}

// listen sets the letters at which the source is woken: a quarter of what may
// write some, so that it is not woken for each, and for the last one at once.
func (p *pendingOf[T]) listen() {
	if wakes := int32(1) << max(0, bits.Len(uint(p.trees))-2); wakes != p.wakes {
		p.wakes = wakes
		p.slab.Wake.Store(wakes)
	}
}
