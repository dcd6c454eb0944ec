package topology

import "math/rand/v2"

// Shedding says what becomes of events on an edge without room. The default is
// that their producer waits.
type Shedding struct {
	policy shedPolicy
	keep   float64
}

type shedPolicy uint8

const (
	block shedPolicy = iota
	dropNewest
	dropOldest
	sample
)

// Policies of Shed.
var (
	DropNewest = Shedding{policy: dropNewest} // what cannot be taken is dropped
	DropOldest = Shedding{policy: dropOldest} // what waits longest makes room
)

// Sample drops all but a share p of the events that find no room, in [0, 1]; for
// those kept, the producer waits.
func Sample(p float64) Shedding { return Shedding{sample, p} }

// Shed lets a stream drop events when its reader cannot keep up, instead of
// making its producer wait. What is dropped is counted: Status.Dropped. It has no
// place in a job that promises to lose nothing, and only on a stream that is not
// read by direct call does it ever happen; so it sets the reader Apart.
func Shed[T any](s Stream[T], how Shedding) Stream[T] {
	s.shed = how
	return s
}

// admit reports whether an event for a target is to be sent, and makes room if
// that is the policy.
func (w *writer[T]) admit(target int) bool {
	if w.shed.policy == block || w.out.Room(w.output, target) {
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
	}
	w.drop(1)
	return false
}

func (w *writer[T]) drop(n int) { w.dropped.Add(int64(n)) }

// chanceOf is a source of chance for one writer.
func chanceOf(seed uint64, output, instance int) *rand.Rand {
	return rand.New(rand.NewPCG(seed, uint64(output)<<32|uint64(instance)))
}
