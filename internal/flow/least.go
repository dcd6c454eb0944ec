package flow

import (
	"math"
	"slices"
)

// Sheddable is a payload of events of type T of which some may be taken out.
type Sheddable[T any] interface {
	Payload
	Values() []T              // not to be changed
	Keep(wanted func(T) bool) // takes out what is not wanted; the others keep their order
}

// Least drops what is worth least of what waits on the edges of an output, whose
// payloads are Sheddable. It belongs to the producer's goroutine.
type Least[T any] struct {
	priority func(T) int
	floor    []int // by target: nothing that waits is worth less
	most     int   // events that make room at once
	scratch  []int
}

// NewLeast returns what drops by priority, a number of events at once at most.
func NewLeast[T any](priority func(T) int, targets, most int) *Least[T] {
	l := &Least[T]{priority: priority, floor: make([]int, targets), most: most}
	for i := range l.floor {
		l.floor[i] = math.MaxInt
	}
	return l
}

// Admitted says that an event will wait for a target.
func (l *Least[T]) Admitted(target int, v T) {
	l.floor[target] = min(l.floor[target], l.priority(v))
}

// MakeRoom takes events that are worth less than v off the edge to a target, and
// returns how many. If there were some, v is admitted.
func (l *Least[T]) MakeRoom(out *Outputs, output, target int, v T) int {
	worth := l.priority(v)
	if worth <= l.floor[target] {
		return 0
	}
	taken := out.Thin(output, target, func(waiting []Payload) { l.floor[target] = l.thin(waiting, worth) })
	if taken > 0 {
		l.Admitted(target, v)
	}
	return taken
}

// thin takes out events that are worth less, and returns what the least of the
// others is worth.
func (l *Least[T]) thin(waiting []Payload, worth int) (floor int) {
	limit, equal := l.threshold(waiting, worth)
	floor = math.MaxInt
	for _, p := range waiting {
		p.(Sheddable[T]).Keep(func(v T) bool {
			w := l.priority(v)
			if w < limit || w == limit && equal > 0 {
				if w == limit {
					equal--
				}
				return false
			}
			floor = min(floor, w)
			return true
		})
	}
	return floor
}

// threshold returns below what worth events make room, and how many of just that
// worth do too.
func (l *Least[T]) threshold(waiting []Payload, worth int) (limit, equal int) {
	l.scratch = l.scratch[:0]
	for _, p := range waiting {
		for _, v := range p.(Sheddable[T]).Values() {
			if w := l.priority(v); w < worth {
				l.scratch = append(l.scratch, w)
			}
		}
	}
	if len(l.scratch) == 0 {
		return math.MinInt, 0
	}
	slices.Sort(l.scratch)
	n := min(l.most, len(l.scratch))
	limit = l.scratch[n-1]
	first, _ := slices.BinarySearch(l.scratch, limit)
	return limit, n - first
}
