package shuffle

import (
	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/memory"
	"github.com/spatestream/spate/internal/spill"
)

// Writer takes the rows of a map task. It belongs to the task's goroutine. It
// keeps them in memory until the task has no more, and writes to a file from
// then on.
type Writer[T any] struct {
	writing
	sizes *memory.Sizer[T]
	rows  []bucket[T]
	codec *spill.Codec[T] // once there is a file
}

// NewWriter returns the writer of one attempt of map task i, for the reduce
// tasks 0 to reduces-1.
func NewWriter[T any](s *Store, t *exec.Task, i, reduces int) *Writer[T] {
	w := &Writer[T]{sizes: memory.SizerOf[T](), rows: make([]bucket[T], reduces)}
	w.writing = writing{store: s, t: t, index: i, out: &output{rows: w.rows}, toDisk: w.spill}
	t.Memory.Register(&w.writing)
	return w
}

// Write files rows[i] for reduce task to[i].
func (w *Writer[T]) Write(to []int32, rows []T) error {
	if w.disk == nil {
		if err := w.reserve(w.sizes.Of(rows)); err != nil {
			return err
		}
	}
	if w.disk != nil {
		return w.writeOut(to, rows)
	}
	for i := range rows {
		w.rows[to[i]].add(rows[i])
	}
	return nil
}

// spill moves all rows to the writers of the disk.
func (w *Writer[T]) spill() error {
	if w.codec, w.err = spill.CodecOf[T](); w.err != nil {
		return w.err
	}
	if w.err = w.openDisk(len(w.rows)); w.err != nil {
		return w.err
	}
	for i := range w.rows {
		w.err = w.rows[i].each(func(rows []T) error { return w.addAll(w.disk[i], rows) })
		if w.err != nil {
			return w.err
		}
		w.rows[i] = bucket[T]{}
	}
	return nil
}

func (w *Writer[T]) addAll(to *spill.Writer, rows []T) error {
	for i := range rows {
		if err := spill.Add(to, w.codec, &rows[i]); err != nil {
			return err
		}
	}
	return nil
}

func (w *Writer[T]) writeOut(to []int32, rows []T) error {
	for i := range rows {
		if w.err = spill.Add(w.disk[to[i]], w.codec, &rows[i]); w.err != nil {
			return w.err
		}
	}
	return nil
}
