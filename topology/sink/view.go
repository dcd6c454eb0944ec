package sink

import (
	"errors"
	"maps"
	"sync"

	"github.com/spatestream/spate/topology"
)

// View is results by an id, of each the one of the highest version that has come,
// in whatever order they do: what jobs that follow a stream and their batch passes
// give together. It is in memory; a database does the same with an update of rows
// whose version is not higher. It is safe for concurrent use.
type View[K comparable, T any] struct {
	id      func(T) K
	version func(T) topology.Version
	mu      sync.Mutex
	results map[K]T // guarded by mu
}

// NewView returns an empty view. id is of a key and window; version is mostly that
// of a topology.Window.
func NewView[K comparable, T any](id func(T) K, version func(T) topology.Version) *View[K, T] {
	return &View[K, T]{id: id, version: version, results: map[K]T{}}
}

// Put adds a result, unless there is one of a higher version.
func (v *View[K, T]) Put(result T) {
	v.mu.Lock()
	defer v.mu.Unlock()
	id := v.id(result)
	if old, some := v.results[id]; !some || v.version(old).Compare(v.version(result)) <= 0 {
		v.results[id] = result
	}
}

// Get returns the result of an id, and whether there is one.
func (v *View[K, T]) Get(id K) (T, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	result, some := v.results[id]
	return result, some
}

// All returns all results, the caller's to change.
func (v *View[K, T]) All() map[K]T {
	v.mu.Lock()
	defer v.mu.Unlock()
	return maps.Clone(v.results)
}

// Sink returns a sink that puts its events into the view: to be given to
// topology.To, by any number of jobs. It is Idempotent.
func (v *View[K, T]) Sink() topology.Sink[T] {
	if v.id == nil || v.version == nil {
		return refused[T]{errors.New("NewView was given nil in place of a function")}
	}
	return viewed[K, T]{v}
}

type viewed[K comparable, T any] struct{ *View[K, T] }

// Write implements topology.Sink.
func (v viewed[K, T]) Write(_ *topology.Context, result T) error { v.Put(result); return nil }

// Idempotent implements topology.Idempotent.
func (viewed[K, T]) Idempotent() {}
