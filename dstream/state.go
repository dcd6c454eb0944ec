package dstream

import (
	"time"

	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/rdd"
	"github.com/spatestream/spate/sparkerr"
)

// KeyState is the state of one key while the function of a StateSpec looks at
// it. It is valid during the call only.
type KeyState[S any] struct {
	value   S
	exists  bool
	changed bool
	removed bool
	leaving bool // timing out
}

// Exists reports whether the key has a state.
func (s *KeyState[S]) Exists() bool { return s.exists }

// Get returns the state. Without one it fails the task: ask Exists, or call
// Lookup.
func (s *KeyState[S]) Get() S {
	if !s.exists {
		refuse("the key has no state: ask Exists before Get, or call Lookup")
	}
	return s.value
}

// Lookup returns the state, if there is one.
func (s *KeyState[S]) Lookup() rdd.Optional[S] { return rdd.Optional[S]{Value: s.value, Ok: s.exists} }

// Update gives the key a new state. It fails the task when the state has been
// removed in this call or is timing out.
func (s *KeyState[S]) Update(value S) {
	switch {
	case s.removed:
		refuse("the state cannot be updated after it has been removed")
	case s.leaving:
		refuse("the state cannot be updated, it is timing out: nothing has come for the key")
	}
	s.value, s.exists, s.changed = value, true, true
}

// Remove takes the state away. It fails the task when that was done in this
// call already, and when the state is timing out, which removes it anyway.
func (s *KeyState[S]) Remove() {
	switch {
	case s.removed:
		refuse("the state has been removed already")
	case s.leaving:
		refuse("the state cannot be removed, it is timing out and goes by itself")
	}
	var none S
	s.value, s.exists, s.changed, s.removed = none, false, false, true
}

// TimingOut reports whether the call is the last for the key: nothing has come
// for it during the time-out, and its state goes.
func (s *KeyState[S]) TimingOut() bool { return s.leaving }

// refuse fails the task with the place of the user's call.
func refuse(why string) {
	panic((&sparkerr.Error{Message: why, Kind: sparkerr.UserCode}).At(exec.CallSite()))
}

// StateSpec says what MapWithState does. Its methods change it and return it.
type StateSpec[K comparable, V, S, M any] struct {
	f       func(t time.Time, key K, value rdd.Optional[V], state *KeyState[S]) rdd.Optional[M]
	initial *rdd.RDD[rdd.Pair[K, S]]
	where   []rdd.Where
	timeout time.Duration
}

// StateFunction makes a StateSpec of a function that is called for each value
// and returns what the stream has for it. The value is missing when the state is
// timing out.
func StateFunction[K comparable, V, S, M any](f func(key K, value rdd.Optional[V], state *KeyState[S]) M) *StateSpec[K, V, S, M] {
	if f == nil {
		return StateFunctionAt[K, V, S, M](nil)
	}
	return StateFunctionAt(func(_ time.Time, key K, value rdd.Optional[V], state *KeyState[S]) rdd.Optional[M] {
		return rdd.Some(f(key, value, state))
	})
}

// StateFunctionAt is StateFunction with a function that gets the time of the
// batch and may return nothing.
func StateFunctionAt[K comparable, V, S, M any](f func(t time.Time, key K, value rdd.Optional[V], state *KeyState[S]) rdd.Optional[M]) *StateSpec[K, V, S, M] {
	return &StateSpec[K, V, S, M]{f: f}
}

// InitialState begins with the states of an RDD, as of the first batch.
func (s *StateSpec[K, V, S, M]) InitialState(r *rdd.RDD[rdd.Pair[K, S]]) *StateSpec[K, V, S, M] {
	s.initial = r
	return s
}

// Place says in how many partitions the state lies, or by which partitioner.
func (s *StateSpec[K, V, S, M]) Place(where ...rdd.Where) *StateSpec[K, V, S, M] {
	s.where = where
	return s
}

// Timeout removes the state of keys for which nothing has come for longer than
// d. They are looked for when the state is checkpointed, every ten slides unless
// told otherwise; until then their state is there.
func (s *StateSpec[K, V, S, M]) Timeout(d time.Duration) *StateSpec[K, V, S, M] {
	s.timeout = d
	return s
}
