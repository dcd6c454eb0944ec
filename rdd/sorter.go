package rdd

import (
	"slices"
	"unsafe"

	"github.com/spatestream/spate/internal/keyorder"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/sortkey"
	"github.com/spatestream/spate/internal/spill"
)

// sorter gathers pairs and gives them back in the order of their keys; pairs of
// equal keys stay in the order they came in. What does not fit in memory goes
// to disk in sorted runs, which are merged at the end.
type sorter[K, V any] struct {
	t      *Task
	order  keyorder.By[K]
	rows   []Pair[K, V]
	sizes  *memory.Sizer[Pair[K, V]]
	held   int64 // bytes taken from the task
	deep   int64 // of them, what rows hold outside themselves
	spills int
	busy   bool
	failed error
	file   *spill.File
	codec  *spill.Codec[Pair[K, V]]
	runs   [][]spill.Run
}

func newSorter[K, V any](t *Task, order keyorder.By[K]) *sorter[K, V] {
	s := &sorter[K, V]{t: t, order: order, sizes: memory.SizerOf[Pair[K, V]]()}
	t.x.Memory.Register(s)
	return s
}

func (s *sorter[K, V]) add(in []Pair[K, V]) error {
	if err := s.room(len(in), s.sizes.Deep(in)); err != nil {
		return err
	}
	s.rows = append(s.rows, in...)
	return nil
}

// room takes memory for n more rows, which may send those that are there to
// disk.
func (s *sorter[K, V]) room(n int, deep int64) error {
	for {
		lack := s.need(n) + s.deep + deep - s.held
		if lack <= 0 {
			s.deep += deep
			s.rows = slices.Grow(s.rows, n)
			return nil
		}
		before := s.spills
		switch err := s.t.x.Memory.Grow(lack, "a sort by key"); {
		case s.failed != nil:
			return s.failed
		case err == nil:
			s.held += lack
		case s.spills == before:
			return err
		}
	}
}

// need is what the rows and n more take, and sorting them. Rows are moved as
// they grow.
func (s *sorter[K, V]) need(n int) int64 {
	var k K
	have := cap(s.rows)
	if len(s.rows)+n > have {
		have = max(len(s.rows)+n, have+have/4)
	}
	return int64(have) * (s.sizes.Width() + int64(unsafe.Sizeof(k)) + 2*int64(unsafe.Sizeof(sortkey.Prefixed{})))
}

// Spillable implements memory.Spiller.
func (s *sorter[K, V]) Spillable() int64 {
	if s.busy || len(s.rows) == 0 {
		return 0
	}
	return s.held
}

// Spill implements memory.Spiller.
func (s *sorter[K, V]) Spill() error {
	s.busy = true
	defer func() { s.busy = false }()
	s.failed = s.write()
	s.spills++
	s.rows = nil
	s.release()
	return s.failed
}

func (s *sorter[K, V]) release() {
	s.t.x.Memory.Shrink(s.held)
	s.held, s.deep = 0, 0
}

// write adds the rows, sorted, as a run.
func (s *sorter[K, V]) write() (err error) {
	if s.file == nil {
		if s.codec, err = spill.CodecOf[Pair[K, V]](); err != nil {
			return err
		}
		if s.file, err = spill.Create(s.t.x.Spill, "sort"); err != nil {
			return err
		}
	}
	w := spill.NewWriter(s.file, spillBlock)
	err = s.each(func(in []Pair[K, V]) error {
		for i := range in {
			if err := spill.Add(w, s.codec, &in[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	run, err := w.Runs()
	s.runs = append(s.runs, run)
	return err
}

// emit pushes the rows in order.
func (s *sorter[K, V]) emit(emit func([]Pair[K, V]) error) error {
	s.busy = true
	if s.runs == nil {
		return s.each(emit)
	}
	if err := s.write(); err != nil {
		return err
	}
	s.rows = nil
	s.release()
	return mergeRuns(s, emit)
}

// close gives the memory back.
func (s *sorter[K, V]) close() {
	s.t.x.Memory.Unregister(s)
	s.rows = nil
	s.release()
	if s.file != nil {
		s.file.Close() // what cannot be removed goes with the task
	}
}

// each pushes the rows in memory in order.
func (s *sorter[K, V]) each(emit func([]Pair[K, V]) error) error {
	if !s.order.Prefixed() || len(s.rows) < 64 {
		slices.SortStableFunc(s.rows, func(a, b Pair[K, V]) int { return s.order.Compare(a.Key, b.Key) })
		return emitAll(s.rows, emit)
	}
	chunk := make([]Pair[K, V], min(len(s.rows), maxChunk))
	sorted := s.order.Sorted(s.keys())
	for len(sorted) > 0 {
		n := min(len(sorted), maxChunk)
		for i := range n {
			chunk[i] = s.rows[sorted[i].Row]
		}
		if err := emit(chunk[:n]); err != nil {
			return err
		}
		sorted = sorted[n:]
	}
	return nil
}

func (s *sorter[K, V]) keys() []K {
	keys := make([]K, len(s.rows))
	for i := range s.rows {
		keys[i] = s.rows[i].Key
	}
	return keys
}
