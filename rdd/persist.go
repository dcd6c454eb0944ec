package rdd

import (
	"sync"

	"github.com/spatestream/spate/internal/storage"
	"github.com/spatestream/spate/sparkerr"
)

// held is what is kept of a persisted RDD.
type held[T any] struct {
	mu    sync.Mutex
	level StorageLevel       // guarded by mu
	kept  *storage.Blocks[T] // guarded by mu; nil: nothing is to be kept
}

// Persist keeps the partitions when they are first computed, so that later
// actions need not compute them again: in memory while there is room, of which
// the partitions used longest ago are the first to make some for other RDDs.
// What MemoryOnly has no room for is computed again, levels with disk keep it
// there. A level once given cannot be changed before Unpersist.
func (r *RDD[T]) Persist(level StorageLevel) *RDD[T] {
	h := &r.held
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.level.kept() && h.level != level {
		r.n.fail(sparkerr.New("", "the RDD is persisted as "+h.level.String()+": call Unpersist before another level"))
		return r
	}
	r.keepAt(level)
	return r
}

// keepAt makes level the RDD's. It needs held.mu.
func (r *RDD[T]) keepAt(level StorageLevel) {
	h := &r.held
	if h.kept == nil && level.kept() {
		h.kept = storage.Open[T](r.n.ctx.store, r.n.id, level.blocks())
	}
	h.level = level
	r.n.keep(h)
}

// Cache is Persist(MemoryOnly).
func (r *RDD[T]) Cache() *RDD[T] { return r.Persist(MemoryOnly) }

// persistForGood makes the level one that forgets nothing.
func (r *RDD[T]) persistForGood() {
	h := &r.held
	h.mu.Lock()
	defer h.mu.Unlock()
	level := h.level
	if !level.kept() {
		level = MemoryAndDisk
	}
	level.Disk = true
	r.keepAt(level)
	h.kept.AlsoOnDisk()
}

// Unpersist drops what is kept.
func (r *RDD[T]) Unpersist() *RDD[T] {
	h := &r.held
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.kept != nil {
		h.kept.Drop()
	}
	h.level, h.kept = StorageNone, nil
	return r
}

// StorageLevel returns what Persist was given.
func (r *RDD[T]) StorageLevel() StorageLevel {
	r.held.mu.Lock()
	defer r.held.mu.Unlock()
	return r.held.level
}

// blocks returns what is kept, nil if nothing is to be.
func (h *held[T]) blocks() *storage.Blocks[T] {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.kept
}

// complete implements keeper.
func (h *held[T]) complete(n int) bool {
	b := h.blocks()
	return b != nil && n > 0 && b.Info().Partitions == n
}

// info implements keeper.
func (h *held[T]) info() (StorageLevel, storage.Info) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.kept == nil {
		return h.level, storage.Info{}
	}
	return h.level, h.kept.Info()
}

// keep computes a partition, pushes it to emit and keeps it. All of it is
// computed, also if emit has enough.
func (r *RDD[T]) keep(t *Task, part int, kept *storage.Blocks[T], emit func([]T) error) error {
	w, err := kept.Writer(t.x.Memory, part)
	if err != nil {
		return err
	}
	defer w.Close()
	enough := false
	err = r.source()(t, part, func(in []T) error {
		if err := w.Add(in); err != nil || enough {
			return err
		}
		err := emit(in)
		enough = err == errEnough
		if enough && !w.Gone() {
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := w.Finish(); err != nil || !enough {
		return err
	}
	return errEnough
}
