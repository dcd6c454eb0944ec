package flow

import (
	"math"
	"sync/atomic"
	"time"
)

// RateLimit is events a second of each instance, 0: no limit. It is safe for
// concurrent use.
type RateLimit struct{ bits atomic.Uint64 }

// Set sets the limit.
func (l *RateLimit) Set(perSecond float64) { l.bits.Store(math.Float64bits(perSecond)) }

// Get returns the limit.
func (l *RateLimit) Get() float64 { return math.Float64frombits(l.bits.Load()) }

// Brake holds an instance of a source to a rate.
type Brake struct {
	rate  float64   // events a second; 0: it is off
	since time.Time // from when on it counts
	given int       // events of the source then
	until time.Time // nothing is given before; zero: something may be
}

// brakeLooks is how often the limit is looked at, at least, while it holds.
const brakeLooks = 100 * time.Millisecond

// Until returns before when nothing is given, zero: now something may be.
func (b *Brake) Until() time.Time { return b.until }

// Holds reports whether a source that has given so many events waits now.
func (b *Brake) Holds(rate float64, given int, clock func() time.Time) bool {
	if rate == 0 {
		*b = Brake{}
		return false
	}
	now := clock()
	if b.rate != rate {
		*b = Brake{rate: rate, since: now, given: given}
	}
	next := b.since.Add(time.Duration(float64(given-b.given) / rate * float64(time.Second)))
	b.until = time.Time{}
	if next.After(now) {
		b.until = next
		if look := now.Add(brakeLooks); look.Before(next) {
			b.until = look
		}
	}
	return !b.until.IsZero()
}

// Pass takes the brake off at a time: the source looks again.
func (b *Brake) Pass(now time.Time) {
	if !b.until.After(now) {
		b.until = time.Time{}
	}
}
