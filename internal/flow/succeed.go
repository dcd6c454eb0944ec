package flow

import (
	"context"
	"time"
)

// Successor is a node that can take the place of one of its kind that got no
// further.
type Successor interface {
	Node
	// Succeed is called after Open. old is within a call that has not returned,
	// by Tenure.Within of its Instance, and whose goroutine does nothing more; what
	// it had sent is on its way. Succeed sees to what was being dealt with. Then
	// Receive is called with the payload that old was in the middle of, if there is
	// one: what old has begun to deal with it must leave alone.
	Succeed(old Node, s Stall) error
}

// hand is what an instance is dealing with, so that another goroutine can go on.
type hand struct {
	edge *edge // nil: nothing of an edge
	item
	was credit
}

// replace puts a new node, and a goroutine of its own, in the place of what got no
// further, or reports that this cannot be. It may: once for each instance, within a
// call, of a node that is neither a source nor a Keeper, where no barrier wants all
// of the flow at one point. What has moved meanwhile goes on.
func (f *Flow) replace(ctx context.Context, m *machine, word uint64, since time.Time) bool {
	old := m.Tenure
	_, able := old.node.(Successor)
	if f.options.Replaced == nil || f.options.Control != nil || !able || m.source != nil || m.keeper != nil || m.replaced || inside(word) == 0 {
		return false
	}
	s := m.stall(since)
	s.Inside = inside(word)
	n, err := m.build(m.Index)
	if err != nil || !old.take(word) {
		return err == nil
	}
	old.stall = s
	old.cancel()
	f.left = append(f.left, old)
	m.replaced, m.Tenure = true, newTenure(n)
	f.start(ctx, m, func(ctx context.Context) error { return m.succeed(ctx, old) })
	f.options.Replaced(s)
	return true
}

// succeed begins the tenure after one that was taken.
func (m *machine) succeed(ctx context.Context, old *Tenure) error {
	m.Usage.Steps.Add(1)
	if err := m.out.flush(true); err != nil { // what old has sent, before anything new
		return err
	}
	m.out.flushes = nil
	m.node = m.Tenure.node
	m.waker, _ = m.node.(Waker)
	if err := m.enter(ctx); err != nil {
		return err
	}
	if err := m.node.(Successor).Succeed(old.node, old.stall); err != nil {
		return err
	}
	return m.goOn()
}

// goOn tells a new node the time, and goes on with what is in hand. What old has
// seen to of that is not done twice: only the payload may be in the middle.
func (m *machine) goOn() error {
	if m.watermark != NoWatermark {
		if err := m.node.Advance(m.watermark); err != nil {
			return err
		}
		m.out.Advance(m.watermark)
	}
	if m.hand.edge != nil {
		if err := m.dealWith(); err != nil || m.over {
			return err
		}
	}
	return m.out.flush(false)
}
