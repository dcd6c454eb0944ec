package topology

import (
	"errors"
	"fmt"
	"time"

	"github.com/spatestream/spate/internal/acks"
	"github.com/spatestream/spate/internal/agenda"
)

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
	for _, f := range before.slab.Failed() {
		before.all[acks.SlotOf(f.Root)].phase = waits
	}
	now := p.ctx.Now()
	for slot := range before.all {
		if k := &before.all[slot]; k.phase != free {
			if err := p.adopt(k, before.slab.Tree(uint32(slot)), before.buried[uint32(slot)], now); err != nil {
				return err
			}
		}
	}
	return nil
}

// adopt takes over an event that was under way when the job failed.
func (p *pendingOf[T]) adopt(k *unsettled[T], t *acks.Tree, why error, now time.Time) error {
	if k.phase == underWay && t.Over(k.generation) { // nobody was told any more
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
	p.again.Add(now, slot)
	return nil
}

var errRestarted = errors.New("the job was restarted")

// attend implements pending.
func (p *pendingOf[T]) attend() error {
	if p.slab.Waiting.Load() > 0 {
		p.done, p.failed = p.slab.Take(p.done, p.failed)
		for _, root := range p.done {
			p.through(acks.SlotOf(root))
		}
		for _, f := range p.failed {
			p.fail(acks.SlotOf(f.Root), f.Err)
		}
		clear(p.failed)
	}
	p.listen()
	for len(p.again) > 0 && !p.crowded() && !p.again.Next().After(p.ctx.Now()) {
		p.send(p.again.Take())
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
	p.slab.Forget(slot, k.generation)
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
	wait := agenda.Backoff(p.first, p.longest, int(k.attempt))
	if k.dead {
		wait = 0
	} else {
		k.attempt = min(k.attempt, 1<<15) + 1
		p.ctx.of.tally.replays.Add(1)
	}
	p.again.Add(now.Add(wait), slot)
}
