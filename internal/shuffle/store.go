// Package shuffle moves typed rows from map tasks to reduce tasks: what the map
// side of a wide dependency leaves behind, until nobody can reach it any more.
//
// A map task writes through a Writer of its own and commits once; of several
// attempts of a task the first to commit counts. Reduce tasks read what all map
// tasks left for them, in the order of the map tasks. Output that cannot be
// read again (its file is gone or damaged) is dropped, and reading it is a
// LostError, upon which the job makes it again.
package shuffle

import (
	"fmt"
	"slices"
	"sync"

	"github.com/spatestream/spate/internal/exec"
)

// chunk is the number of rows that are pushed at a time.
const chunk = 1024

// Store is the output of one shuffle. Safe for concurrent use.
type Store[T any] struct {
	maps func() (int, error)

	mu      sync.Mutex
	outputs map[int]*output[T] // guarded by mu, by map task
}

// output is what one map task left, by reduce task; immutable.
type output[T any] struct{ rows [][]T }

// New returns an empty store for as many map tasks as maps says.
func New[T any](maps func() (int, error)) *Store[T] {
	return &Store[T]{maps: maps, outputs: map[int]*output[T]{}}
}

// Missing returns the map tasks without output, ascending.
func (s *Store[T]) Missing() ([]int, error) {
	n, err := s.maps()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []int
	for i := range n {
		if s.outputs[i] == nil {
			out = append(out, i)
		}
	}
	return out, nil
}

// Writer returns the writer of one attempt of map task i, for the reduce tasks 0
// to reduces-1.
func (s *Store[T]) Writer(t *exec.Task, i, reduces int) *Writer[T] {
	return &Writer[T]{store: s, index: i, out: &output[T]{rows: make([][]T, reduces)}}
}

// Writer takes the rows of a map task. It belongs to the task's goroutine.
type Writer[T any] struct {
	store *Store[T]
	index int
	out   *output[T]
}

// Write files rows[i] for reduce task to[i].
func (w *Writer[T]) Write(to []int32, rows []T) error {
	for i, x := range rows {
		w.out.rows[to[i]] = append(w.out.rows[to[i]], x)
	}
	return nil
}

// Finish ends writing.
func (w *Writer[T]) Finish() error { return nil }

// Commit makes the rows the map task's output, if it has none yet.
func (w *Writer[T]) Commit() {
	w.store.mu.Lock()
	defer w.store.mu.Unlock()
	if w.store.outputs[w.index] == nil {
		w.store.outputs[w.index] = w.out
	}
}

// Close drops what was not committed. It may follow Commit.
func (w *Writer[T]) Close() {}

// Read pushes the rows for a reduce task to emit, in chunks that are borrowed
// for the call. An error of emit ends it and is returned as it is.
func (s *Store[T]) Read(t *exec.Task, reduce int, emit func([]T) error) error {
	n, err := s.maps()
	if err != nil {
		return err
	}
	for i := range n {
		s.mu.Lock()
		out := s.outputs[i]
		s.mu.Unlock()
		if out == nil {
			return &LostError{Map: i}
		}
		if len(out.rows[reduce]) == 0 {
			continue
		}
		for rows := range slices.Chunk(out.rows[reduce], chunk) {
			if err := emit(rows); err != nil {
				return err
			}
		}
	}
	return nil
}

// LostError says that the output of a map task is not there any more.
type LostError struct {
	Map   int
	Cause error // nil: it was never made, or dropped
}

func (e *LostError) Error() string {
	if e.Cause == nil {
		return fmt.Sprintf("the shuffle output of map task %d is lost", e.Map)
	}
	return fmt.Sprintf("the shuffle output of map task %d is lost: %v", e.Map, e.Cause)
}

func (e *LostError) Unwrap() error { return e.Cause }
