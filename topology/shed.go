package topology

import (
	"cmp"
	"math/rand/v2"
	"reflect"

	"github.com/spatestream/spate/internal/flow"
)

// Shedding says what becomes of events on an edge without room. The default is
// that their producer waits.
type Shedding struct {
	policy   flow.Shedding
	keep     float64
	priority any // func(T) int
}

// Policies of Shed.
var (
	DropNewest = Shedding{policy: flow.DropNewest} // what cannot be taken is dropped
	DropOldest = Shedding{policy: flow.DropOldest} // what waits longest makes room
)

// Sample drops all but a share p of the events that find no room, in [0, 1]; for
// those kept, the producer waits.
func Sample(p float64) Shedding { return Shedding{policy: flow.Sample, keep: p} }

// DropLeast drops events of the least priority: one that finds no room is dropped
// unless it is worth more than some that wait. Then an eighth of what may wait
// makes room, if so much is worth less; of equals what waits longest. Events
// that stay keep their order. priority is called several times for an event, by
// one goroutine after another.
func DropLeast[T any](priority func(T) int) Shedding {
	return Shedding{policy: flow.DropLeast, priority: priority}
}

// Shed lets a stream drop events when its reader cannot keep up, instead of
// making its producer wait. What is dropped is counted: Status.Dropped. It has no
// place in a job that promises to lose nothing, and only on a stream that is not
// read by direct call does it ever happen; so it sets the reader Apart.
func Shed[T any](s Stream[T], how Shedding) Stream[T] {
	s.job.there()
	priority, ok := how.priority.(func(T) int)
	if how.policy == flow.DropLeast && !ok {
		s.job.mistake("Shed: the stream is of %v, its DropLeast takes %T", reflect.TypeFor[T](), how.priority)
		return s
	}
	s.given("DropLeast", how.policy != flow.DropLeast || priority != nil)
	if how.policy == flow.Sample && !(how.keep >= 0 && how.keep <= 1) {
		s.job.mistake("Shed: Sample(%v) keeps a share that is not in [0, 1]", how.keep)
	}
	s.shed = how
	return s
}

// shedder sees to the room of a writer's edges; nil: the producer waits.
func shedder[T any](n *node, how Shedding, dropped *flow.ShedCount, output, targets int) *flow.Shedder[T] {
	s := &flow.Shedder[T]{How: how.policy, Dropped: dropped, Keep: how.keep}
	switch how.policy {
	case flow.Block:
		return nil
	case flow.Sample:
		s.Chance = rand.New(rand.NewPCG(n.in.Env.Seed, uint64(output)<<32|uint64(n.in.Index)))
	case flow.DropLeast:
		s.Least = flow.NewLeast(how.priority.(func(T) int), targets, max(1, cmp.Or(n.stage.plan.job.credit, flow.DefaultEvents)/8))
	}
	return s
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
