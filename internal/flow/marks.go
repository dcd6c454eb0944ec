package flow

import (
	"time"

	"github.com/spatestream/spate/internal/env"
)

// Marks of the credit in use: an edge is under pressure from when it reaches the
// high one until it is below the low one. The low one is below where a producer
// that waits goes on (half), so that an edge whose consumer is too slow stays
// under pressure.
const (
	HighMark = 0.8
	LowMark  = 0.25
)

// lasting is how long pressure lasts that counts: what an instance makes up for
// by itself when it is scheduled does not.
const lasting = 200 * time.Millisecond

// marks notes when an edge is under pressure. The lock of the edge guards it.
type marks struct {
	high, low credit
	clock     env.Clock
	pressed   bool
	since     time.Time
	reliefs   int64 // ends of pressure that lasted
	few       bool  // so few events that the edge is empty whenever its producer has waited
}

// fewest is from how many events on pressure that ends means something.
const fewest = 8

func marksOf(limit credit, clock env.Clock) marks {
	return marks{high: limit.share(HighMark), low: limit.share(LowMark), clock: clock, few: limit.events < fewest}
}

// share is a part of the credit, rounded up.
func (c credit) share(of float64) credit {
	part := func(n int) int { return max(1, int(of*float64(n)+0.999)) }
	return credit{part(c.events), part(c.bytes)}
}

// rise says that the edge holds more.
func (m *marks) rise(held credit) {
	if !m.pressed && !m.high.covers(held) {
		m.pressed, m.since = true, m.clock.Now()
	}
}

// fall says that the edge holds less.
func (m *marks) fall(held credit) {
	if !m.pressed || !m.low.covers(held) {
		return
	}
	m.pressed = false
	if !m.few && m.clock.Now().Sub(m.since) >= lasting {
		m.reliefs++
	}
}

// forgive says that the pressure up to now was not the consumer's: it held the
// edge back.
func (m *marks) forgive(now time.Time) { m.since = now }
