package rdd

import (
	"sync"

	"github.com/spatestream/spate/sparkerr"
)

// held is what is kept of a persisted RDD.
type held[T any] struct {
	mu    sync.Mutex
	level StorageLevel // guarded by mu
	parts map[int][]T  // guarded by mu
}

// Persist keeps the partitions when they are first computed, so that later
// actions need not compute them again. A level once given cannot be changed
// before Unpersist.
func (r *RDD[T]) Persist(level StorageLevel) *RDD[T] {
	h := &r.held
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.level.kept() && h.level != level {
		r.n.fail(sparkerr.New("", "the RDD is persisted as "+h.level.String()+": call Unpersist before another level"))
		return r
	}
	h.level = level
	r.n.keep(h.complete)
	return r
}

// persistForGood makes the level one that forgets nothing.
func (r *RDD[T]) persistForGood() {
	h := &r.held
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.level.kept() {
		h.level = MemoryAndDisk
	}
	h.level.Disk = true
	r.n.keep(h.complete)
}

// has reports whether a partition is kept.
func (h *held[T]) has(part int) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, ok := h.parts[part]
	return ok
}

// Cache is Persist(MemoryOnly).
func (r *RDD[T]) Cache() *RDD[T] { return r.Persist(MemoryOnly) }

// Unpersist drops what is kept.
func (r *RDD[T]) Unpersist() *RDD[T] {
	h := &r.held
	h.mu.Lock()
	defer h.mu.Unlock()
	h.level, h.parts = StorageNone, nil
	return r
}

// StorageLevel returns what Persist was given.
func (r *RDD[T]) StorageLevel() StorageLevel {
	r.held.mu.Lock()
	defer r.held.mu.Unlock()
	return r.held.level
}

// get returns a partition that is kept.
func (h *held[T]) get(part int) (rows []T, ok, keep bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	rows, ok = h.parts[part]
	return rows, ok, h.level.kept()
}

// put keeps a partition, unless one is there or nothing is to be kept any more.
func (h *held[T]) put(part int, rows []T) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.level.kept() {
		return
	}
	if h.parts == nil {
		h.parts = map[int][]T{}
	}
	if _, ok := h.parts[part]; !ok {
		h.parts[part] = rows
	}
}

// complete reports whether n partitions are kept, so that no parent is needed.
func (h *held[T]) complete(n int) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return n > 0 && len(h.parts) == n
}
