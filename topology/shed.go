package topology

import (
	"math/rand/v2"
	"sync/atomic"
)

// Shedding says what becomes of events on an edge without room. The default is
// that their producer waits.
type Shedding struct {
	policy   shedPolicy
	keep     float64
	priority any // func(T) int
}

type shedPolicy uint8

const (
	block shedPolicy = iota
	dropNewest
	dropOldest
	sample
	dropLeast
	shedPolicies // number of them
)

func (p shedPolicy) String() string {
	return [...]string{"block", "newest", "oldest", "sample", "priority"}[p]
}

// Policies of Shed.
var (
	DropNewest = Shedding{policy: dropNewest} // what cannot be taken is dropped
	DropOldest = Shedding{policy: dropOldest} // what waits longest makes room
)

// Sample drops all but a share p of the events that find no room, in [0, 1]; for
// those kept, the producer waits.
func Sample(p float64) Shedding { return Shedding{policy: sample, keep: p} }

// DropLeast drops events of the least priority: one that finds no room is dropped
// unless it is worth more than some that wait. Then an eighth of what may wait
// makes room, if so much is worth less; of equals what waits longest. Events
// that stay keep their order. priority is called several times for an event, by
// one goroutine after another.
func DropLeast[T any](priority func(T) int) Shedding {
	return Shedding{policy: dropLeast, priority: priority}
}

// Shed lets a stream drop events when its reader cannot keep up, instead of
// making its producer wait. What is dropped is counted: Status.Dropped. It has no
// place in a job that promises to lose nothing, and only on a stream that is not
// read by direct call does it ever happen; so it sets the reader Apart.
func Shed[T any](s Stream[T], how Shedding) Stream[T] {
	priority, ok := how.priority.(func(T) int)
	if how.policy == dropLeast && !ok {
		var v T
		s.job.mistake("Shed: the stream is of %T, its DropLeast takes %T", v, how.priority)
		return s
	}
	s.given("DropLeast", how.policy != dropLeast || priority != nil)
	if how.policy == sample && !(how.keep >= 0 && how.keep <= 1) {
		s.job.mistake("Shed: Sample(%v) keeps a share that is not in [0, 1]", how.keep)
	}
	s.shed = how
	return s
}

// shedCount counts dropped events by policy. It is safe for concurrent use.
type shedCount [shedPolicies]atomic.Int64

func (c *shedCount) total() (n int64) {
	for i := range c {
		n += c[i].Load()
	}
	return n
}

func (c *shedCount) byPolicy() map[string]int64 {
	all := map[string]int64{}
	for i := range c {
		if n := c[i].Load(); n > 0 {
			all[shedPolicy(i).String()] = n
		}
	}
	return all
}

// admit reports whether an event for a target is to be sent, and makes room if
// that is the policy.
func (w *writer[T]) admit(target int, v T) bool {
	if w.out.Room(w.output, target) {
		if w.least != nil {
			w.least.Admitted(target, v)
		}
		return true
	}
	switch w.shed.policy {
	case dropOldest:
		if n := w.out.Relieve(w.output, target); n > 0 {
			w.drop(n)
			return true
		}
	case sample:
		if w.chance.Float64() < w.shed.keep {
			w.wait = true
			return true
		}
	case dropLeast:
		if n := w.least.MakeRoom(w.out, w.output, target, v); n > 0 {
			w.drop(n)
			return true
		}
	}
	w.drop(1)
	return false
}

func (w *writer[T]) drop(n int) { w.dropped[w.shed.policy].Add(int64(n)) }

// chanceOf is a source of chance for one writer.
func chanceOf(seed uint64, output, instance int) *rand.Rand {
	return rand.New(rand.NewPCG(seed, uint64(output)<<32|uint64(instance)))
}

// Values implements flow.Sheddable.
func (e *events[T]) Values() []T { return e.values }

// Keep implements flow.Sheddable. Events that shed are not tracked.
func (e *events[T]) Keep(wanted func(T) bool) {
	n := 0
	for i, v := range e.values {
		if wanted(v) {
			e.values[n], e.at[n] = v, e.at[i]
			n++
		}
	}
	clear(e.values[n:])
	e.values, e.at = e.values[:n], e.at[:n]
}
