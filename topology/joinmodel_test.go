package topology

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// joinModel writes the time line of an interval join, by comparing every event
// with all others.
type joinModel struct {
	lo, hi int64
	kind   Join
	sides  [2][]*modelPart
	wm     int64 // the time before which all events are in
	lines  []string
}

type modelPart struct {
	item
	at  int64
	met bool
}

func stamp(ms int64) string { return seconds(time.UnixMilli(ms)) }

func (m *joinModel) event(side int, p *modelPart) {
	m.lines = append(m.lines, fmt.Sprintf("%s %s %v", stamp(p.at), [...]string{"l", "r"}[side], p.item))
	if p.at < m.wm {
		m.lines = append(m.lines, fmt.Sprintf("> late %v @%s", p.item, stamp(p.at)))
		return
	}
	for _, q := range m.sides[1-side] {
		l, r := p, q
		if side == 1 {
			l, r = q, p
		}
		if d := r.at - l.at; l.Key == r.Key && m.lo <= d && d <= m.hi {
			l.met, r.met = true, true
			m.lines = append(m.lines, fmt.Sprintf("> %v & %v @%s", l.item, r.item, stamp(max(l.at, r.at))))
		}
	}
	m.sides[side] = append(m.sides[side], p)
	m.alone(side, p)
}

// deadline is the last time at which a partner can come.
func (m *joinModel) deadline(side int, p *modelPart) int64 {
	if side == 0 {
		return p.at + m.hi
	}
	return p.at - m.lo
}

// alone tells of an event without a partner whose deadline has passed.
func (m *joinModel) alone(side int, p *modelPart) {
	keeps := []bool{m.kind.keepsLeft(), m.kind.keepsRight()}[side]
	if m.deadline(side, p) >= m.wm || p.met || !keeps {
		return
	}
	p.met = true // told once
	line := fmt.Sprintf("> %v & - @", p.item)
	if side == 1 {
		line = fmt.Sprintf("> - & %v @", p.item)
	}
	m.lines = append(m.lines, line+stamp(max(p.at, m.deadline(side, p))))
}

func (m *joinModel) advance(wm int64) {
	m.lines = append(m.lines, "wm "+stamp(wm))
	m.wm = wm
	for side, parts := range m.sides {
		for _, p := range parts {
			m.alone(side, p)
		}
	}
}

func TestIntervalJoinGivesWhatAModelGives(t *testing.T) {
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 2))
		m := &joinModel{lo: 500 * int64(r.IntN(20)-10), kind: Join(r.IntN(4))}
		m.hi = m.lo + 500*int64(r.IntN(10))
		m.advance(0)
		for i := range 50 {
			if r.IntN(5) == 0 {
				m.advance(m.wm + int64(r.IntN(4000)))
				continue
			}
			m.event(r.IntN(2), &modelPart{item: item{[]string{"a", "b"}[r.IntN(2)], i}, at: max(0, m.wm-1000+500*int64(r.IntN(20)))})
		}
		m.advance(200_000)
		left, right := two()
		ms := func(n int64) time.Duration { return time.Duration(n) * time.Millisecond }
		newTimeline(t, JoinInterval(left, right, "join", ms(m.lo), ms(m.hi), m.kind)).run(strings.Join(m.lines, "\n"))
		if t.Failed() {
			t.Fatalf("seed %d: %v from %d to %d", seed, m.kind, m.lo, m.hi)
		}
	}
}
