// Package shuffle moves typed rows from map tasks to reduce tasks: what the map
// side of a wide dependency leaves behind, until nobody can reach it any more.
//
// A map task writes through a Writer of its own and commits once; of several
// attempts of a task the first to commit counts. Reduce tasks read what all map
// tasks left for them, in the order of the map tasks. Output that cannot be
// read again (its file is gone or damaged) is dropped, and reading it is a
// LostError, upon which the job makes it again.
//
// Rows stay in memory as they are. What does not fit goes to a file a map task:
// blocks of the encoder's row form, compressed, each with a checksum.
package shuffle

import (
	"fmt"
	"io"
	"runtime"
	"sync"

	"github.com/spatestream/spate/internal/spill"
)

// chunk is the number of rows that are pushed at a time.
const chunk = 1024

// Store is the output of one shuffle. Safe for concurrent use. When nobody can
// reach it any more, its memory and files are given back. It does not know the
// type of the rows: New, NewWriter and Read must be given the same T.
type Store struct {
	maps func() (int, error)
	form func() (spill.Form, error) // once
	kept *outputs
}

// outputs are what the map tasks left.
type outputs struct {
	room *Room

	mu    sync.Mutex
	byMap map[int]*output // guarded by mu
}

// output is what one map task left, by reduce task; immutable.
type output struct {
	rows any         // []bucket[T], in memory
	held int64       // bytes of the room
	file *spill.File // or on disk
	runs [][]spill.Run
}

// New returns an empty store in a room for as many map tasks as maps says.
func New[T any](room *Room, maps func() (int, error)) *Store {
	return newStore(room, maps, spill.FormOf[T])
}

func newStore(room *Room, maps func() (int, error), form func() (spill.Form, error)) *Store {
	s := &Store{maps: maps, form: sync.OnceValues(form), kept: &outputs{room: room, byMap: map[int]*output{}}}
	runtime.AddCleanup(s, (*outputs).dropAll, s.kept)
	return s
}

// Missing returns the map tasks without output, ascending.
func (s *Store) Missing() ([]int, error) {
	n, err := s.maps()
	if err != nil {
		return nil, err
	}
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	var out []int
	for i := range n {
		if s.kept.byMap[i] == nil {
			out = append(out, i)
		}
	}
	return out, nil
}

// get returns the output of a map task, nil if there is none.
func (o *outputs) get(i int) *output {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.byMap[i]
}

// put makes out the output of a map task that has none, and reports whether it
// has.
func (o *outputs) put(i int, out *output) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.byMap == nil || o.byMap[i] != nil {
		return false
	}
	o.byMap[i] = out
	return true
}

// drop forgets the output of a map task if it still is out. Its file stays for
// those who read it, and goes with the room.
func (o *outputs) drop(i int, out *output) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.byMap[i] == out {
		delete(o.byMap, i)
	}
}

// Drop forgets the output of a map task: it is to be made again.
func (s *Store) Drop(i int) {
	o := s.kept
	o.mu.Lock()
	defer o.mu.Unlock()
	out := o.byMap[i]
	delete(o.byMap, i)
	if out != nil && out.file == nil { // who reads it now keeps its rows
		out.release(o.room)
	}
}

func (o *outputs) dropAll() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, out := range o.byMap {
		out.release(o.room)
	}
	o.byMap = nil
}

// release gives back what the output takes; what cannot be removed goes with
// the room.
func (out *output) release(room *Room) {
	if out.file != nil {
		out.file.Close()
	}
	room.give(out.held)
	out.held = 0
}

// Read pushes the rows for a reduce task to emit, in chunks that are borrowed
// for the call. An error of emit ends it and is returned as it is.
func Read[T any](s *Store, reduce int, emit func([]T) error) error {
	return s.read(reduce,
		func(buckets any) error { return buckets.([]bucket[T])[reduce].each(emit) },
		func(chunk any) error { return each(chunk.([]T), emit) })
}

// read pushes what map tasks left in memory to inMemory, and chunks of what
// they left on disk to onDisk.
func (s *Store) read(reduce int, inMemory, onDisk func(any) error) error {
	defer runtime.KeepAlive(s)
	n, err := s.maps()
	if err != nil {
		return err
	}
	for i := range n {
		out := s.kept.get(i)
		if out == nil {
			return &LostError{Map: i}
		}
		if out.file == nil {
			err = inMemory(out.rows)
		} else {
			err = s.reread(i, out, reduce, onDisk)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// reread pushes what lies on disk. What cannot be read is lost.
func (s *Store) reread(i int, out *output, reduce int, emit func(any) error) error {
	if len(out.runs[reduce]) == 0 {
		return nil
	}
	form, err := s.form()
	if err != nil {
		return err
	}
	r := spill.ReadChunks(out.file, form, out.runs[reduce])
	defer r.Close()
	for {
		rows, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			s.kept.drop(i, out)
			return &LostError{Map: i, Cause: err}
		}
		if err := emit(rows); err != nil {
			return err
		}
	}
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
