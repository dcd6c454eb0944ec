// Package storage keeps the partitions of persisted RDDs: in memory as Go values
// or as their bytes, or on disk, by the level of the RDD and as far as memory
// reaches.
//
// Blocks fill the part of a budget that tasks do not use. When a block needs
// room, those of other RDDs make it, the longest unused first, never those of
// its own RDD: a level with disk moves them there, one without forgets them.
// When a task needs memory, the store gives it back in the same way, down to
// what is kept for it (spark.memory.storageFraction) or, if the task has less
// than its least, to nothing. While a block is being made, its memory is the
// task's, which may take it back; so a block is at most as large as a task's
// share of the budget.
//
// A block that was forgotten, lost or damaged is no error: whoever asks for it
// hears that it is not there and computes it again.
package storage

import (
	"container/list"
	"sync"

	"github.com/spatestream/spate/internal/memory"
)

// Level says where the blocks of an RDD may be.
type Level struct {
	Disk, Memory bool
	OffHeap      bool // counts against a budget of its own
	Values       bool // in memory as Go values, not as bytes
}

// Options make a Store.
type Options struct {
	Space  memory.Space   // of blocks on disk
	Budget *memory.Budget // shared with tasks
	// Fraction is the part of the budget that tasks leave to blocks, 0 to 1.
	Fraction float64
	OffHeap  int64 // bytes of serialised blocks outside the budget; 0: none
	Compress bool  // blocks that are bytes
}

// Store keeps the blocks of one context. Safe for concurrent use.
type Store struct {
	space    memory.Space
	compress bool

	// mu guards all that follows, the blocks themselves, and their moves to
	// disk, during which it is held.
	mu      sync.Mutex
	heap    *memory.Account
	offHeap *memory.Account // nil: none
	recent  *list.List      // of keeper, those in memory, the longest unused first
}

// keeper is a block as the store sees it. All is called under Store.mu.
type keeper interface {
	rdd() int
	account() *memory.Account
	evict() bool // out of memory; false: it must stay
}

// New makes a store.
func New(o Options) *Store {
	s := &Store{space: o.Space, compress: o.Compress, recent: list.New()}
	s.heap = o.Budget.Account("persisted RDDs", 0)
	if o.OffHeap > 0 {
		s.offHeap = memory.NewBudget(o.OffHeap).Account("persisted RDDs off heap", 0)
	}
	o.Budget.Lend(s, int64(float64(o.Budget.Total())*o.Fraction))
	return s
}

// Reclaim implements memory.Lender.
func (s *Store) Reclaim(n, keep int64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.heap.Used()
	n = min(n, before-keep)
	s.evict(s.heap, -1, func() bool { return before-s.heap.Used() >= n })
	return before - s.heap.Used()
}

// makeRoom frees n bytes of the budget, or as many as it can, for a block of
// an RDD.
func (s *Store) makeRoom(n int64, rdd int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	want := s.heap.Used() - n
	s.evict(s.heap, rdd, func() bool { return s.heap.Used() <= want })
}

// reserve takes n bytes of an account for a block of an RDD. It needs mu.
func (s *Store) reserve(a *memory.Account, n int64, rdd int) bool {
	took := false
	return a != nil && s.evict(a, rdd, func() bool {
		took = took || a.Try(n)
		return took
	})
}

// evict moves blocks out of an account, the longest unused first but none of
// rdd, until enough says so. It needs mu.
func (s *Store) evict(a *memory.Account, rdd int, enough func() bool) bool {
	for e := s.recent.Front(); e != nil && !enough(); {
		next := e.Next()
		if k := e.Value.(keeper); k.account() == a && k.rdd() != rdd && k.evict() {
			s.recent.Remove(e)
		}
		e = next
	}
	return enough()
}

// Close removes the files of all blocks.
func (s *Store) Close() error { return s.space.Close() }
