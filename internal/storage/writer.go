package storage

import "github.com/spatestream/spate/internal/memory"

// Writer makes the block of one partition. It belongs to the task's goroutine.
type Writer[T any] struct {
	making
	sizes *memory.Sizer[T]
	last  []T // the chunk begun
	grow  int // its capacity
}

// NewWriter begins a partition that a task computes. What the writer holds is
// the task's until Finish, so the task may ask it to spill.
func NewWriter[T any](b *Blocks, task *memory.Account, part int) (*Writer[T], error) {
	w := &Writer[T]{making: making{set: b.kept, part: part, task: task}, sizes: memory.SizerOf[T]()}
	w.cut = w.end
	return w, w.begin()
}

// Add appends rows, which are copied.
func (w *Writer[T]) Add(rows []T) error {
	if w.gone {
		return nil
	}
	if w.bytes != nil {
		return w.encode(rows)
	}
	w.keep(rows)
	return w.reserve(w.sizes.Of(rows))
}

// keep copies rows: a large chunk becomes one of its own, small ones are joined.
func (w *Writer[T]) keep(rows []T) {
	if len(rows) > cap(w.last)-len(w.last) {
		w.end()
		if len(rows) >= chunk/2 {
			w.full = append(w.full, append(make([]T, 0, len(rows)), rows...))
			return
		}
		w.grow = min(max(4*w.grow, 16), chunk)
		w.last = make([]T, 0, max(w.grow, len(rows)))
	}
	w.last = append(w.last, rows...)
}

// end ends the chunk begun.
func (w *Writer[T]) end() {
	switch {
	case 2*len(w.last) > cap(w.last):
		w.full = append(w.full, w.last)
	case len(w.last) > 0:
		w.full = append(w.full, append(make([]T, 0, len(w.last)), w.last...))
	}
	w.last = nil
}
