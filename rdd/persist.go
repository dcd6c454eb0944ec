package rdd

import (
	"sync"

	"github.com/spatestream/spate/internal/storage"
	"github.com/spatestream/spate/sparkerr"
)

// held is what is kept of a persisted RDD.
type held struct {
	mu    sync.Mutex
	level StorageLevel    // guarded by mu
	kept  *storage.Blocks // guarded by mu; nil: nothing is to be kept
}

// opener is storage.Open of an RDD's type.
type opener func(s *storage.Store, rdd int, level storage.Level) *storage.Blocks

// Persist keeps the partitions when they are first computed, so that later
// actions need not compute them again: in memory while there is room, of which
// the partitions used longest ago are the first to make some for other RDDs.
// What MemoryOnly has no room for is computed again, levels with disk keep it
// there. A level once given cannot be changed before Unpersist.
func (r *RDD[T]) Persist(level StorageLevel) *RDD[T] {
	r.keeping().persist(r.node(), level, storage.Open[T])
	return r
}

// Cache is Persist(MemoryOnly).
func (r *RDD[T]) Cache() *RDD[T] { return r.Persist(MemoryOnly) }

// Unpersist drops what is kept.
func (r *RDD[T]) Unpersist() *RDD[T] {
	r.keeping().drop()
	return r
}

// StorageLevel returns what Persist was given, StorageNone for nothing.
func (r *RDD[T]) StorageLevel() StorageLevel {
	level, _ := r.keeping().info()
	if !level.kept() {
		return StorageNone
	}
	return level
}

// keeping is what is kept of the RDD; of nil nothing is.
func (r *RDD[T]) keeping() *held {
	if r == nil {
		return &held{}
	}
	return &r.held
}

func (h *held) persist(n *node, level StorageLevel, open opener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.level.kept() && h.level != level {
		n.fail(sparkerr.New("", "the RDD is persisted as "+h.level.String()+": call Unpersist before another level"))
		return
	}
	h.keepAt(n, level, open)
}

// keepAt makes level the RDD's. It needs mu.
func (h *held) keepAt(n *node, level StorageLevel, open opener) {
	if h.kept == nil && level.kept() {
		h.kept = open(n.ctx.store, n.id, level.blocks())
	}
	h.level = level
	n.keep(h)
}

// persistForGood makes the level one that forgets nothing.
func (h *held) persistForGood(n *node, open opener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	level := h.level
	if !level.kept() {
		level = MemoryAndDisk
	}
	level.Disk = true
	h.keepAt(n, level, open)
	h.kept.AlsoOnDisk()
}

func (h *held) drop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.kept != nil {
		h.kept.Drop()
	}
	h.level, h.kept = StorageNone, nil
}

// blocks returns what is kept, nil if nothing is to be.
func (h *held) blocks() *storage.Blocks {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.kept
}

// complete implements keeper.
func (h *held) complete(n int) bool {
	b := h.blocks()
	return b != nil && n > 0 && b.Info().Partitions == n
}

// info implements keeper.
func (h *held) info() (StorageLevel, storage.Info) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.kept == nil {
		return h.level, storage.Info{}
	}
	return h.level, h.kept.Info()
}

// keep computes a partition, pushes it to emit and keeps it. All of it is
// computed, also if emit has enough.
func (r *RDD[T]) keep(t *Task, part int, kept *storage.Blocks, emit func([]T) error) error {
	w, err := storage.NewWriter[T](kept, t.x.Memory, part)
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
