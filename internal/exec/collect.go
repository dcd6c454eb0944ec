package exec

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/memory"
)

// Collector is an outlet that keeps the rows of one task: the end of collect,
// of a broadcast to user code, of tests. It belongs to the task's goroutine
// while an epoch runs.
type Collector struct {
	shelf  shelf
	memory *memory.Account
}

// NewCollector returns an empty collector that accounts to m (nil: not
// accounted).
func NewCollector(m *memory.Account) *Collector {
	if m == nil {
		m = memory.NewBudget(0).Account("collect", 0)
	}
	return &Collector{memory: m}
}

// Write implements task.Outlet.
func (c *Collector) Write(b *columnar.Batch) error {
	view := *b
	view.Hash = nil
	return c.memory.Grow(c.shelf.add(&view, b.Sel), "a collected result")
}

// Batches returns the rows written since the last Reset, owned by the
// collector.
func (c *Collector) Batches() []*columnar.Batch { return c.shelf.batches() }

// Rows returns their number.
func (c *Collector) Rows() int { return c.shelf.rows }

// Reset drops the rows and keeps the buffers.
func (c *Collector) Reset() { c.shelf.reset() }
