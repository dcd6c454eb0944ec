package topology

import (
	"math"
	"sync/atomic"
	"time"
)

// EaseOff holds back the sources of an edge that thrashes: for d each gives half
// the events a second that it gives when it need not wait. An edge thrashes when
// pressure on it that lasted 200 milliseconds ends six times within a minute;
// listeners get an Alarm, with or without EaseOff. A component that is merely too
// slow does not cause that: its edge stays full, and its producers wait.
func EaseOff(d time.Duration) Option {
	return func(j *Job) {
		if d <= 0 {
			j.mistake("EaseOff(%v): sources are eased for some time or not at all", d)
			return
		}
		j.watched().ease = d
	}
}

// easeOff halves the rate of the sources that lead to a component, and returns
// what they may give.
func (w *watch) easeOff(to string, now time.Time) map[string]float64 {
	w.relent = now.Add(w.ease)
	for c := range w.job.component(to).above() {
		if c.role != source {
			continue
		}
		if m := w.mean(c.name, now.Add(-thrashWithin)); m.Rate > 0 {
			c.limit.set(running(m.Rate, m.Blocked) / 2 / float64(c.parallelism))
		}
	}
	return w.job.eased()
}

// relax lets sources go again when their time is over.
func (w *watch) relax(now time.Time) {
	if w.relent.IsZero() || now.Before(w.relent) {
		return
	}
	w.relent = time.Time{}
	for _, c := range w.job.components {
		c.limit.set(0)
	}
}

// eased returns the sources that are held back, and to how many events a second;
// nil: none is.
func (j *Job) eased() (all map[string]float64) {
	for _, c := range j.components {
		if rate := c.limit.get(); rate > 0 {
			if all == nil {
				all = map[string]float64{}
			}
			all[c.name] = rate * float64(c.parallelism)
		}
	}
	return all
}

// above returns the component and all that lead to it.
func (c *component) above() map[*component]bool {
	all := map[*component]bool{}
	var visit func(*component)
	visit = func(c *component) {
		if all[c] {
			return
		}
		all[c] = true
		for _, in := range c.inputs {
			for _, r := range in.refs {
				visit(r.from)
			}
		}
	}
	visit(c)
	return all
}

// rateLimit is events a second of each instance, 0: no limit. It is safe for
// concurrent use.
type rateLimit struct{ bits atomic.Uint64 }

func (l *rateLimit) set(perSecond float64) { l.bits.Store(math.Float64bits(perSecond)) }
func (l *rateLimit) get() float64          { return math.Float64frombits(l.bits.Load()) }

// brake holds an instance of a source to a rate.
type brake struct {
	rate  float64   // events a second; 0: it is off
	since time.Time // from when on it counts
	given int       // events of the source then
	until time.Time // nothing is given before; zero: something may be
}

// brakeLooks is how often the limit is looked at, at least, while it holds.
const brakeLooks = 100 * time.Millisecond

// holds reports whether a source that has given so many events waits now.
func (b *brake) holds(rate float64, given int, clock func() time.Time) bool {
	if rate == 0 {
		*b = brake{}
		return false
	}
	now := clock()
	if b.rate != rate {
		*b = brake{rate: rate, since: now, given: given}
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

// pass takes the brake off at a time: the source looks again.
func (b *brake) pass(now time.Time) {
	if !b.until.After(now) {
		b.until = time.Time{}
	}
}
