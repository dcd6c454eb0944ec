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
	store *Store[T]
	t     *exec.Task
	index int
	sizes *memory.Sizer[T]

	rows []bucket[T]
	size int64 // of the rows
	held int64 // bytes taken from the task
	disk []*spill.Writer[T]
	err  error // of writing to disk

	out       *output[T] // once finished
	committed bool
}

// Writer returns the writer of one attempt of map task i, for the reduce tasks 0
// to reduces-1.
func (s *Store[T]) Writer(t *exec.Task, i, reduces int) *Writer[T] {
	w := &Writer[T]{store: s, t: t, index: i, sizes: memory.SizerOf[T](), rows: make([]bucket[T], reduces)}
	w.out = &output[T]{}
	t.Memory.Register(w)
	return w
}

// Memory is asked for in steps of memoryStep, so that small shuffles ask once.
const memoryStep = 64 << 10

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

// reserve takes memory for n bytes more, or goes to disk.
func (w *Writer[T]) reserve(n int64) error {
	w.size += n
	if w.size <= w.held {
		return nil
	}
	lack := w.size - w.held + memoryStep
	err := w.t.Memory.Grow(lack, "a shuffle")
	if err == nil {
		w.held += lack
	}
	switch {
	case w.err != nil:
		return w.err
	case w.disk != nil:
		w.release()
	case err != nil:
		return w.Spill()
	}
	return nil
}

// release gives the task's memory back.
func (w *Writer[T]) release() {
	w.t.Memory.Shrink(w.held)
	w.held = 0
}

// Spillable implements memory.Spiller.
func (w *Writer[T]) Spillable() int64 {
	if w.disk != nil {
		return 0
	}
	return w.held
}

// Buffers of all files of a writer take about maxBuffers bytes.
const (
	maxBuffers = 4 << 20
	minBlock   = 2 << 10
	maxBlock   = 128 << 10
)

// Spill implements memory.Spiller: all rows go to disk, and so do those to
// come.
func (w *Writer[T]) Spill() error {
	codec, err := spill.CodecOf[T]()
	if err == nil {
		w.out.file, err = spill.Create(w.store.kept.room.space, "shuffle")
	}
	if err != nil {
		w.err = err
		return err
	}
	w.disk = make([]*spill.Writer[T], len(w.rows))
	for i := range w.disk {
		w.disk[i] = spill.NewWriter(w.out.file, codec, min(max(maxBuffers/len(w.disk), minBlock), maxBlock))
	}
	for i := range w.rows {
		to := w.disk[i]
		w.err = w.rows[i].each(func(rows []T) error { return addAll(to, rows) })
		if w.err != nil {
			return w.err
		}
		w.rows[i] = bucket[T]{}
	}
	w.release()
	return nil
}

func addAll[T any](to *spill.Writer[T], rows []T) error {
	for i := range rows {
		if err := to.Add(&rows[i]); err != nil {
			return err
		}
	}
	return nil
}

func (w *Writer[T]) writeOut(to []int32, rows []T) error {
	for i := range rows {
		if err := w.disk[to[i]].Add(&rows[i]); err != nil {
			w.err = err
			return err
		}
	}
	return nil
}

// Finish ends writing: rows that the room has no memory for go to disk.
func (w *Writer[T]) Finish() error {
	w.t.Memory.Unregister(w)
	if w.disk == nil && !w.store.kept.room.take(w.size) {
		if err := w.Spill(); err != nil {
			return err
		}
	}
	defer w.release()
	if w.disk == nil {
		w.out.rows, w.out.held = w.rows, w.size
		return nil
	}
	w.out.runs = make([][]spill.Run, len(w.disk))
	for i, d := range w.disk {
		if w.out.runs[i], w.err = d.Runs(); w.err != nil {
			return w.err
		}
	}
	return nil
}

// Commit makes the rows the map task's output, if it has none yet. It follows
// Finish.
func (w *Writer[T]) Commit() { w.committed = w.store.kept.put(w.index, w.out) }

// Close drops what was not committed. It may follow Commit.
func (w *Writer[T]) Close() {
	w.t.Memory.Unregister(w)
	if !w.committed {
		w.out.release(w.store.kept.room)
	}
}
