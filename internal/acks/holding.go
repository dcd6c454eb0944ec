package acks

import (
	"maps"
	"slices"
	"sync"
)

// Holding is what an instance holds, so that somebody else can give it up. It is
// safe for concurrent use. A nil one keeps nothing.
type Holding struct {
	mu  sync.Mutex
	all map[Failer]struct{} // guarded by mu
}

// Failer is something held. Fail removes it.
type Failer interface{ Fail(err error) }

// Add adds what is held from now on.
func (h *Holding) Add(f Failer) {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.all == nil {
		h.all = map[Failer]struct{}{}
	}
	h.all[f] = struct{}{}
}

// Remove removes what is held no longer.
func (h *Holding) Remove(f Failer) {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.all, f)
}

// Fail gives up all that is held.
func (h *Holding) Fail(err error) {
	h.mu.Lock()
	all := slices.Collect(maps.Keys(h.all))
	h.mu.Unlock()
	for _, f := range all {
		f.Fail(err)
	}
}
