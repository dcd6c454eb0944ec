package flow

import (
	"context"
	"testing"
	"time"
)

type handClock struct{ now time.Time }

func (c *handClock) Now() time.Time { return c.now }
func (c *handClock) Sleep(ctx context.Context, _ time.Duration) error {
	<-ctx.Done()
	return ctx.Err()
}

// An edge of 100 events is under pressure from 80 to below 25; only pressure
// that lasts counts as relieved.
func TestMarks(t *testing.T) {
	clock := &handClock{}
	e := newEdge(Edge{Events: 100}, newInbox(), 0, clock)
	var waits []Payload
	for _, c := range []struct {
		after   time.Duration
		events  int // put if positive, taken if negative
		pressed bool
		reliefs int64
	}{
		{0, 79, false, 0},
		{0, 1, true, 0},
		{time.Second, 0, true, 0},
		{0, -55, true, 0}, // 25 are left
		{0, -1, false, 1},
		{0, 70, true, 1},
		{100 * time.Millisecond, -94, false, 1}, // it did not last
		{0, 200, true, 1},
		{time.Hour, -200, false, 2},
	} {
		clock.now = clock.now.Add(c.after)
		for range c.events {
			e.push(item{payload: one{}})
		}
		for range -c.events {
			it := e.ring.pop()
			waits = append(waits, it.payload)
			e.done(it.payload, credit{1, 1})
		}
		if e.marks.pressed != c.pressed || e.marks.reliefs != c.reliefs {
			t.Errorf("%+v: %v, %d reliefs", c, e.marks.pressed, e.marks.reliefs)
		}
	}
	if len(waits) != 350 {
		t.Error(len(waits))
	}
}

type one struct{}

func (one) Len() int   { return 1 }
func (one) Bytes() int { return 1 }

// some is a payload of which events can be taken out.
type some struct{ n int }

func (s *some) Len() int   { return s.n }
func (s *some) Bytes() int { return 10 * s.n }

// What is thinned out of an edge gives credit back, and empty payloads do not
// reach the consumer.
func TestThin(t *testing.T) {
	e := newEdge(Edge{Events: 100}, newInbox(), 0, &handClock{})
	e.to.edges = []*edge{e}
	for n := range 4 {
		e.push(item{payload: &some{n + 1}, watermark: 5})
	}
	taken := e.thin(func(waiting []Payload) {
		if len(waiting) != 4 {
			t.Errorf("%d payloads wait", len(waiting))
		}
		waiting[0].(*some).n = 0
		waiting[3].(*some).n = 1
	})
	if taken != 4 || e.held != (credit{6, 60}) || len(e.used) != 1 {
		t.Errorf("%d taken, %+v held, %d payloads to fill again", taken, e.held, len(e.used))
	}
	for _, want := range []int{0, 2, 3, 1} {
		_, it := e.to.take()
		if it.watermark != 5 || want == 0 && it.payload != nil || want > 0 && it.payload.Len() != want {
			t.Errorf("%+v, want %d events", it, want)
		}
	}
}

// An edge of a few events is empty whenever its producer waits until it is half
// empty: that is no relief.
func TestMarksOfSmallEdges(t *testing.T) {
	clock := &handClock{}
	e := newEdge(Edge{Events: 2}, newInbox(), 0, clock)
	for range 10 {
		e.push(item{payload: one{}})
		e.push(item{payload: one{}})
		clock.now = clock.now.Add(time.Second)
		if !e.marks.pressed {
			t.Error("a full edge is not under pressure")
		}
		e.done(e.ring.pop().payload, credit{1, 1})
		e.done(e.ring.pop().payload, credit{1, 1})
	}
	if e.marks.pressed || e.marks.reliefs != 0 {
		t.Errorf("%+v", e.marks)
	}
}
