package storage

import "github.com/spatestream/spate/internal/memory"

// making is a block that is being made, as far as the type of its rows does not
// matter.
type making struct {
	set  *set
	part int
	task *memory.Account
	cut  func() // makes the rows of the chunk begun one of full

	full   []any // chunks of Go values
	bytes  *frames
	size   int64 // of what is in memory
	held   int64 // bytes taken from the task
	onDisk bool
	gone   bool // nothing is kept: it does not fit
	done   bool
}

func (w *making) begin() error {
	w.task.Register(w)
	if w.set.level.Memory && w.set.level.Values {
		return nil
	}
	w.onDisk = !w.set.level.Memory
	var err error
	w.bytes, err = newFrames(w.set, w.onDisk)
	if err != nil {
		w.Close()
	}
	return err
}

// Gone reports whether nothing will be kept, so that more rows need not come.
func (w *making) Gone() bool { return w.gone }

// encode appends rows to a block that is bytes.
func (w *making) encode(rows any) error {
	if err := w.bytes.add(rows); err != nil || w.onDisk {
		return err
	}
	return w.reserve(w.bytes.size() - w.size)
}

// step is how much memory is asked for at a time, so that small partitions ask
// once.
const step = 64 << 10

// reserve takes memory for n bytes more, of the task's or of other RDDs, or
// lets go of what there is.
func (w *making) reserve(n int64) error {
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
func (w *making) Spillable() int64 { return w.held }

// Spill implements memory.Spiller: what is there goes to disk, and so does what
// is to come; if the level has none, nothing is kept.
func (w *making) Spill() error {
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
func (w *making) memory() content {
	w.cut()
	in := content{values: w.full}
	if w.bytes != nil {
		in.frames = w.bytes.out.frames
	}
	w.full = nil
	return in
}

// release gives the task's memory back.
func (w *making) release() {
	w.task.Shrink(w.held)
	w.held, w.size = 0, 0
}

// Finish makes the rows the partition's block, if there is none yet and it
// still fits.
func (w *making) Finish() error {
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
func (w *making) content() (content, error) {
	if w.bytes != nil {
		return w.bytes.finish()
	}
	w.cut()
	if w.full == nil {
		w.full = []any{} // an empty partition is one that is there
	}
	return content{values: w.full, size: w.size}, nil
}

// put makes in the block of a partition, on disk if memory has no room any
// more; kept is false if in is not needed.
func (k *set) put(part int, in content) (kept bool, err error) {
	s := k.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if k.parts == nil || k.parts[part] != nil {
		return false, nil
	}
	x := &stored{set: k, part: part, in: in, held: s.heap}
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
func (w *making) Close() {
	w.task.Unregister(w)
	w.release()
	if !w.done && w.bytes != nil {
		w.bytes.out.close()
	}
}
