package topology

import (
	"fmt"
	"time"

	"github.com/spatestream/spate/internal/acks"
)

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
	p.next = now.Add(p.timeout / acks.Ticks)
	p.tick++
	p.slab.Tick.Store(p.tick)
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
		if k.phase != underWay || !k.term.Due(p.tick) {
			continue
		}
		tree := p.slab.Tree(uint32(slot))
		at, long, over := k.term.Over(p.tick, k.attempt, tree, k.generation)
		if !over {
			continue
		}
		stuck, held := p.ctx.of, tree.AllHeld(k.generation)
		if at >= 0 {
			stuck = p.ctx.of.job.components[at]
		}
		if held && long {
			p.leak(k, stuck)
		}
		if (!held || p.last) && p.n.ledger.Tracker.Cut(p.slab.Root(uint32(slot), k.generation)) {
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
	return time.Duration(k.term.Age(p.tick)) * p.timeout / acks.Ticks
}

// expired sees to an event whose tree was given up for being stuck.
func (p *pendingOf[T]) expired(slot uint32, stuck *component, held bool) {
	stuck.tally.expired.Add(1)
	p.allowed.Shrink(p.tick)
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
		p.next = p.ctx.Now().Add(p.timeout / acks.Ticks)
	}
	if len(p.again) > 0 && !p.crowded() && (p.next.IsZero() || p.again.Next().Before(p.next)) {
		return p.again.Next()
	}
	return p.next
}
