package shuffle

import (
	"sync"

	"github.com/spatestream/spate/internal/memory"
)

// Room is where the shuffles of a context leave their output: in memory as far
// as a budget of its own reaches, so that what is kept takes nothing from what
// tasks need to go on, then in files. Safe for concurrent use.
type Room struct {
	space memory.Space

	mu   sync.Mutex
	kept *memory.Account // guarded by mu
}

// NewRoom returns a room that keeps at most kept bytes in memory, 0 for any.
func NewRoom(space memory.Space, kept int64) *Room {
	return &Room{space: space, kept: memory.NewBudget(kept).Account("shuffle", 0)}
}

// take reserves n bytes if there are as many.
func (r *Room) take(n int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.kept.Grow(n, "shuffle") == nil
}

func (r *Room) give(n int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kept.Shrink(n)
}

// Close removes all files.
func (r *Room) Close() error { return r.space.Close() }
