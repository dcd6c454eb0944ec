package topology

import (
	"fmt"
	"time"
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
	p.next = now.Add(p.timeout / ticks)
	p.tick++
	p.slab.Tick.Store(p.tick)
	p.expire()
	if p.trees == 0 {
		p.next = time.Time{}
	}
	return p.n.err
}

// patience is the ticks that an event has without progress: twice as many with
// each attempt, so that a time-out shorter than the queues are long ends.
func (p *pendingOf[T]) patience(k *unsettled[T]) uint32 { return ticks << min(k.attempt-1, 10) }

// longest is how many times its patience an event has that makes progress.
const longest = 8

// expire gives up the trees that have not got on for too long.
func (p *pendingOf[T]) expire() {
	for slot := range p.all {
		k := &p.all[slot]
		if k.phase != underWay || k.deadline > p.tick {
			continue
		}
		tree := p.slab.Tree(uint32(slot))
		if tree.Awaited(k.generation) { // what works on it has a time-out of their own
			k.began, k.deadline = p.tick, p.tick+1+p.patience(k)
			continue
		}
		stuck, last := p.ctx.of, k.began+longest*p.patience(k)
		if at, seen, ok := tree.LastSeen(k.generation); ok {
			stuck = p.ctx.of.job.components[at]
			k.deadline = min(seen+1+p.patience(k), last)
		}
		if k.deadline > p.tick {
			continue
		}
		held := tree.AllHeld(k.generation)
		if held && p.tick >= last {
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
	return time.Duration(p.tick-k.began) * p.timeout / ticks
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
		p.next = p.ctx.Now().Add(p.timeout / ticks)
	}
	if len(p.again) > 0 && !p.crowded() && (p.next.IsZero() || p.again.Next().Before(p.next)) {
		return p.again.Next()
	}
	return p.next
}
