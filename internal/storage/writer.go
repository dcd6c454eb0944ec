package storage

import (
	"github.com/spatestream/spate/internal/memory"
)

// Writer makes the block of one partition. It belongs to the task's goroutine;
// what it holds is the task's until Finish, so the task may ask it to spill.
type Writer[T any] struct {
	set  *set[T]
	part int
	task *memory.Account

	full   [][]T // as Go values
	last   []T   // begun
	grow   int   // capacity of the chunk begun
	bytes  *frames[T]
	size   int64 // of what is in memory
	held   int64 // bytes taken from the task
	onDisk bool
	gone   bool // nothing is kept: it does not fit
	done   bool
}

// Writer begins a partition that a task computes.
func (b *Blocks[T]) Writer(task *memory.Account, part int) (*Writer[T], error) {
	w := &Writer[T]{set: b.kept, part: part, task: task}
	task.Register(w)
	if b.kept.level.Memory && b.kept.level.Values {
		return w, nil
	}
	w.onDisk = !b.kept.level.Memory
	var err error
	w.bytes, err = newFrames(b.kept, w.onDisk)
	if err != nil {
		w.Close()
	}
	return w, err
}

// Gone reports whether nothing will be kept, so that more rows need not come.
func (w *Writer[T]) Gone() bool { return w.gone }

// Add appends rows, which are copied.
func (w *Writer[T]) Add(rows []T) error {
	if w.gone {
		return nil
	}
	if w.bytes != nil {
		if err := w.bytes.add(rows); err != nil || w.onDisk {
			return err
		}
		return w.reserve(w.bytes.size() - w.size)
	}
	w.keep(rows)
	return w.reserve(w.set.sizes.Of(rows))
}

// keep copies rows: a large chunk becomes one of its own, small ones are joined.
func (w *Writer[T]) keep(rows []T) {
	if len(rows) > cap(w.last)-len(w.last) {
		w.cut()
		if len(rows) >= chunk/2 {
			w.full = append(w.full, append(make([]T, 0, len(rows)), rows...))
			return
		}
		w.grow = min(max(4*w.grow, 16), chunk)
		w.last = make([]T, 0, max(w.grow, len(rows)))
	}
	w.last = append(w.last, rows...)
}

// cut ends the chunk begun.
func (w *Writer[T]) cut() {
	switch {
	case 2*len(w.last) > cap(w.last):
		w.full = append(w.full, w.last)
	case len(w.last) > 0:
		w.full = append(w.full, append(make([]T, 0, len(w.last)), w.last...))
	}
	w.last = nil
}

// step is how much memory is asked for at a time, so that small partitions ask
// once.
const step = 64 << 10

// reserve takes memory for n bytes more, of the task's or of other RDDs, or
// lets go of what there is.
func (w *Writer[T]) reserve(n int64) error {
	w.size += n
	lack := w.size - w.held
	if lack <= 0 {
		return nil
	}
	lack += step
	took := w.task.Try(lack)
	if !took && w.task.Fits(lack) {
		w.set.store.makeRoom(lack, w.set.id)
		took = w.task.Try(lack)
	}
	if !took {
		return w.Spill()
	}
	w.held += lack
	return nil
}

// Spillable implements memory.Spiller.
func (w *Writer[T]) Spillable() int64 { return w.held }

// Spill implements memory.Spiller: what is there goes to disk, and so does what
// is to come; if the level has none, nothing is kept.
func (w *Writer[T]) Spill() error {
	in := w.memory()
	w.release()
	if !w.set.disk.Load() {
		w.gone, w.bytes = true, nil
		return nil
	}
	f, err := newFrames(w.set, true)
	if err != nil {
		return err
	}
	old := w.bytes
	w.bytes, w.onDisk = f, true
	for _, frame := range in.frames {
		if err := f.put(frame); err != nil {
			return err
		}
	}
	if old != nil {
		f.body = old.body
	}
	for _, rows := range in.values {
		if err := f.add(rows); err != nil {
			return err
		}
	}
	return nil
}

// memory returns what is there, which the writer forgets.
func (w *Writer[T]) memory() content[T] {
	w.cut()
	in := content[T]{values: w.full}
	if w.bytes != nil {
		in.frames = w.bytes.out.frames
	}
	w.full = nil
	return in
}

// release gives the task's memory back.
func (w *Writer[T]) release() {
	w.task.Shrink(w.held)
	w.held, w.size = 0, 0
}

// Finish makes the rows the partition's block, if there is none yet and it
// still fits.
func (w *Writer[T]) Finish() error {
	if w.gone {
		return nil
	}
	in, err := w.content()
	if err != nil {
		return err
	}
	w.release()
	w.done = true
	kept, err := w.set.put(w.part, in)
	if !kept {
		in.close()
	}
	return err
}

// content ends the block.
func (w *Writer[T]) content() (content[T], error) {
	if w.bytes != nil {
		return w.bytes.finish()
	}
	w.cut()
	if w.full == nil {
		w.full = [][]T{} // an empty partition is one that is there
	}
	return content[T]{values: w.full, size: w.size}, nil
}

// put makes in the block of a partition, on disk if memory has no room any
// more; kept is false if in is not needed.
func (k *set[T]) put(part int, in content[T]) (kept bool, err error) {
	s := k.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if k.parts == nil || k.parts[part] != nil {
		return false, nil
	}
	x := &stored[T]{set: k, part: part, in: in, held: s.heap}
	if k.level.OffHeap {
		x.held = s.offHeap
	}
	if in.file == nil && !s.reserve(x.held, in.size, k.id) {
		if !k.disk.Load() {
			return false, nil
		}
		if x.in, err = k.toDisk(in); err != nil {
			return false, err
		}
	}
	if x.in.file == nil {
		x.at = s.recent.PushBack(x)
	}
	k.parts[part] = x
	return true, nil
}

// Close drops what Finish has not kept. It may follow Finish.
func (w *Writer[T]) Close() {
	w.task.Unregister(w)
	w.release()
	if !w.done && w.bytes != nil {
		w.bytes.out.close()
	}
}
