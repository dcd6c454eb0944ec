// Package memory keeps the engine inside a budget: a budget for the process, a
// share for each running task, and the rule who spills when it is used up.
//
// A task's operators register what they hold with the task's Account. When the
// share is used up, Grow asks the largest spiller of the *same* task to spill,
// on the caller's goroutine, so no lock is held across a spill and no two tasks
// wait for each other. If nothing can spill, Grow fails by name.
package memory

import (
	"io"
	"sync/atomic"

	"github.com/spatestream/spate/sparkerr"
)

// Budget is the memory of a process or a session. Safe for concurrent use.
type Budget struct {
	total int64
	used  atomic.Int64
}

// NewBudget returns a budget of total bytes; 0 is unlimited.
func NewBudget(total int64) *Budget { return &Budget{total: total} }

// Used returns the bytes in use.
func (b *Budget) Used() int64 { return b.used.Load() }

// Spiller is something that can give memory back by writing to disk.
type Spiller interface {
	// Spillable returns the bytes a Spill would free now.
	Spillable() int64
	// Spill writes them out. It runs on the goroutine of the task.
	Spill() error
}

// Account is one task's share. It belongs to the task's goroutine.
type Account struct {
	name     string
	budget   *Budget
	share    int64
	used     int64
	spillers []Spiller
}

// Account opens a share of at most share bytes (0: whatever the budget has) for
// the task of that name.
func (b *Budget) Account(name string, share int64) *Account {
	return &Account{name: name, budget: b, share: share}
}

// Register adds a spiller that Grow may ask.
func (a *Account) Register(s Spiller) { a.spillers = append(a.spillers, s) }

// Grow takes n bytes, spilling if it must. Who asks must be ready to be asked
// to spill before Grow returns. The error names the task and the budget.
func (a *Account) Grow(n int64, who string) error {
	for !a.fits(n) {
		s := a.largest()
		if s == nil {
			return sparkerr.New("UNABLE_TO_ACQUIRE_MEMORY",
				"task "+a.name+": "+who+" needs more memory than its budget allows and nothing is left to spill; raise spate.memory.budget or lower the parallelism")
		}
		if err := s.Spill(); err != nil {
			return err
		}
	}
	a.used += n
	a.budget.used.Add(n)
	return nil
}

// Shrink gives n bytes back.
func (a *Account) Shrink(n int64) {
	a.used -= n
	a.budget.used.Add(-n)
}

// Used returns the bytes the task holds.
func (a *Account) Used() int64 { return a.used }

// Close gives everything back.
func (a *Account) Close() { a.Shrink(a.used) }

func (a *Account) fits(n int64) bool {
	if a.share > 0 && a.used+n > a.share {
		return false
	}
	return a.budget.total == 0 || a.budget.used.Load()+n <= a.budget.total
}

func (a *Account) largest() Spiller {
	var best Spiller
	var most int64
	for _, s := range a.spillers {
		if n := s.Spillable(); n > most {
			best, most = s, n
		}
	}
	return best
}

// Space is where a task spills to: anonymous files that vanish with the task.
type Space interface {
	// Create returns a new file for writing; it is removed when closed for
	// reading or with the space.
	Create(hint string) (File, error)
}

// File is a spill file: written once, then read from the start or at offsets.
type File interface {
	io.Writer
	io.ReaderAt
	Size() int64
	Close() error // removes the file
}
