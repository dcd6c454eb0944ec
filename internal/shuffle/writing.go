package shuffle

import (
	"github.com/spatestream/spate/internal/exec"
	"github.com/spatestream/spate/internal/spill"
)

// writing is a Writer as far as the type of its rows does not matter.
type writing struct {
	store  *Store
	t      *exec.Task
	index  int
	toDisk func() error // moves all rows

	size int64           // of the rows
	held int64           // bytes taken from the task
	disk []*spill.Writer // by reduce task; nil: all rows are in memory
	err  error           // of writing to disk

	out       *output
	committed bool
}

// Memory is asked for in steps of memoryStep, so that small shuffles ask once.
const memoryStep = 64 << 10

// reserve takes memory for n bytes more, or goes to disk.
func (w *writing) reserve(n int64) error {
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
func (w *writing) release() {
	w.t.Memory.Shrink(w.held)
	w.held = 0
}

// Spillable implements memory.Spiller.
func (w *writing) Spillable() int64 {
	if w.disk != nil {
		return 0
	}
	return w.held
}

// Spill implements memory.Spiller: all rows go to disk, and so do those to
// come.
func (w *writing) Spill() error {
	if err := w.toDisk(); err != nil {
		return err
	}
	w.release()
	return nil
}

// Buffers of all files of a writer take about maxBuffers bytes.
const (
	maxBuffers = 4 << 20
	minBlock   = 2 << 10
	maxBlock   = 128 << 10
)

// openDisk makes the file and a writer to it for each reduce task.
func (w *writing) openDisk(reduces int) (err error) {
	if w.out.file, err = spill.Create(w.store.kept.room.space, "shuffle"); err != nil {
		return err
	}
	w.disk = make([]*spill.Writer, reduces)
	for i := range w.disk {
		w.disk[i] = spill.NewWriter(w.out.file, min(max(maxBuffers/reduces, minBlock), maxBlock))
	}
	return nil
}

// Finish ends writing: rows that the room has no memory for go to disk.
func (w *writing) Finish() error {
	w.t.Memory.Unregister(w)
	if w.disk == nil && !w.store.kept.room.take(w.size) {
		if err := w.Spill(); err != nil {
			return err
		}
	}
	defer w.release()
	if w.disk == nil {
		w.out.held = w.size
		return nil
	}
	w.out.rows = nil
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
func (w *writing) Commit() { w.committed = w.store.kept.put(w.index, w.out) }

// Close drops what was not committed. It may follow Commit.
func (w *writing) Close() {
	w.t.Memory.Unregister(w)
	if !w.committed {
		w.out.release(w.store.kept.room)
	}
}
