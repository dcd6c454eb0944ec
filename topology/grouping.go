package topology

import (
	"reflect"

	"github.com/spatestream/spate/internal/cells"
)

// kind names a grouping.
type kind uint8

const (
	forward kind = iota
	shuffle
	fields
	partialKey
	all
	global
	direct
	custom
)

func (k kind) String() string {
	return [...]string{"forward", "shuffle", "fields", "partial key", "all", "global", "direct", "custom"}[k]
}

// grouping says which instances of a reader get an event.
type grouping[T any] struct {
	kind kind
	key  *cells.Keyer[T]       // fields, partialKey
	pick func(v T, of int) int // direct, custom
}

func (s Stream[T]) by(g grouping[T]) Stream[T] {
	s.job.there()
	s.group = g
	return s
}

// keyed reports whether what reads the stream has state by key.
func (s Stream[T]) keyed() bool { return s.group.key != nil && s.group.kind == fields }

// Shuffle deals events out to the reader's instances in turn, beginning with
// instance 0. (A stream without a grouping stays with the instance of the same
// number where there are as many, and is dealt out else: local-or-shuffle.)
func Shuffle[T any](s Stream[T]) Stream[T] { return s.by(grouping[T]{kind: shuffle}) }

// LocalOrShuffle is the grouping of a stream of which nothing is said: to the
// instance of the same number where there are as many, else dealt out.
func LocalOrShuffle[T any](s Stream[T]) Stream[T] { return s.by(grouping[T]{kind: forward}) }

// Fields sends events of equal keys to the same instance, and gives what reads
// them state by key. A key belongs to one of 128 key groups by its hash, and
// instances have ranges of them, so the number of instances may change.
//
// K is anything that internal/encoder can write: numbers, texts, times, structs
// and slices of them; another type is a mistake that Validate reports.
func Fields[T, K any](s Stream[T], key func(T) K) Stream[T] {
	s.given("Fields", key != nil)
	return s.by(grouping[T]{kind: fields, key: newKeyer(s.job, key)})
}

// PartialKey sends events of equal keys to one of two instances, whichever has
// got less: for counts by keys of which one is hot, to be merged behind. See
// Nasir et al., The Power of Both Choices, ICDE 2015.
func PartialKey[T, K any](s Stream[T], key func(T) K) Stream[T] {
	s.given("PartialKey", key != nil)
	return s.by(grouping[T]{kind: partialKey, key: newKeyer(s.job, key)})
}

// All sends every event to every instance.
func All[T any](s Stream[T]) Stream[T] { return s.by(grouping[T]{kind: all}) }

// Global sends every event to instance 0.
func Global[T any](s Stream[T]) Stream[T] { return s.by(grouping[T]{kind: global}) }

// Direct sends an event to the instance that the event names, by its number
// modulo their number.
func Direct[T any](s Stream[T], instance func(T) int) Stream[T] {
	s.given("Direct", instance != nil)
	return s.by(grouping[T]{kind: direct, pick: func(v T, of int) int { return int(uint(instance(v)) % uint(of)) }})
}

// Custom sends an event to the instance in [0, of) that pick returns; anything
// else fails the job. Of a single instance nothing is asked.
func Custom[T any](s Stream[T], pick func(v T, of int) int) Stream[T] {
	s.given("Custom", pick != nil)
	return s.by(grouping[T]{kind: custom, pick: pick})
}

func newKeyer[T, K any](j *Job, key func(T) K) *cells.Keyer[T] {
	k, err := cells.KeyerOf(key)
	if err != nil {
		j.mistake("%v cannot be a key: %v", reflect.TypeFor[K](), err)
		return &cells.Keyer[T]{}
	}
	return k
}
