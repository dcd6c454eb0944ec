package rdd

import (
	"container/heap"
	"io"

	"github.com/spatestream/spate/internal/spill"
)

// runHeap has the run with the smallest next row first, of equal ones the one
// written earlier.
type runHeap[K, V any] struct {
	compare func(a, b K) int
	runs    []*sortRun[K, V]
}

// sortRun is a run that is being read.
type sortRun[K, V any] struct {
	number int
	rows   spill.Rows[Pair[K, V]]
	next   []Pair[K, V]
}

// mergeRuns pushes the rows of all runs in order.
func mergeRuns[K, V any](s *sorter[K, V], emit func([]Pair[K, V]) error) error {
	h := &runHeap[K, V]{compare: s.order.Compare}
	for i, run := range s.runs {
		r := &sortRun[K, V]{number: i, rows: spill.ReadRows(s.file, s.codec, run)}
		defer r.rows.Close()
		if more, err := r.fill(); err != nil {
			return err
		} else if more {
			h.runs = append(h.runs, r)
		}
	}
	heap.Init(h)
	out := newChunker(emit)
	for len(h.runs) > 0 {
		r := h.runs[0]
		if err := out.add(r.next[0]); err != nil {
			return err
		}
		r.next = r.next[1:]
		more, err := r.fill()
		if err != nil {
			return err
		}
		if more {
			heap.Fix(h, 0)
		} else {
			heap.Pop(h)
		}
	}
	return out.flush()
}

// fill reads on if need be and reports whether there are rows.
func (r *sortRun[K, V]) fill() (more bool, err error) {
	if len(r.next) > 0 {
		return true, nil
	}
	r.next, err = r.rows.Next()
	if err == io.EOF {
		return false, nil
	}
	return true, err
}

// Len, Less, Swap, Push and Pop implement heap.Interface.
func (h *runHeap[K, V]) Len() int { return len(h.runs) }
func (h *runHeap[K, V]) Less(i, j int) bool {
	a, b := h.runs[i], h.runs[j]
	if c := h.compare(a.next[0].Key, b.next[0].Key); c != 0 {
		return c < 0
	}
	return a.number < b.number
}
func (h *runHeap[K, V]) Swap(i, j int) { h.runs[i], h.runs[j] = h.runs[j], h.runs[i] }
func (h *runHeap[K, V]) Push(x any)    { h.runs = append(h.runs, x.(*sortRun[K, V])) }
func (h *runHeap[K, V]) Pop() any {
	x := h.runs[len(h.runs)-1]
	h.runs = h.runs[:len(h.runs)-1]
	return x
}
