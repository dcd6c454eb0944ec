// Package memory keeps the engine inside a budget: a budget for the process, a
// share for each running task, and the rule who spills when it is used up.
//
// A task's operators register what they hold with the task's Account. When the
// share is used up, Grow asks the largest spiller of the *same* task to spill,
// on the caller's goroutine, so no lock is held across a spill and no two tasks
// wait for each other. If nothing can spill, Grow fails by name.
package memory

import (
	"fmt"
	"slices"
	"strconv"
	"sync/atomic"

	"github.com/spatestream/spate/sparkerr"
)

// Budget is the memory of a process or a session. Safe for concurrent use.
type Budget struct {
	total int64
	used  atomic.Int64

	lender Lender // set before tasks run, as is kept
	kept   int64
}

// Lender is who fills memory that tasks do not use with what can be had again,
// and gives it back when they do. Safe for concurrent use.
type Lender interface {
	// Reclaim frees n bytes if it can without going below keep bytes, and
	// returns how many it has freed.
	Reclaim(n, keep int64) int64
}

// Lend makes l the lender of the budget. Of what it holds tasks leave it kept
// bytes, except that each of n tasks can always have its part of the rest. It is
// called before there are tasks.
func (b *Budget) Lend(l Lender, kept int64) { b.lender, b.kept = l, kept }

// NewBudget returns a budget of total bytes; 0 is unlimited.
func NewBudget(total int64) *Budget { return &Budget{total: total} }

// Total returns the bytes of the budget, 0 for unlimited.
func (b *Budget) Total() int64 { return b.total }

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

// Unregister takes a spiller out, for one that ends before its task.
func (a *Account) Unregister(s Spiller) {
	a.spillers = slices.DeleteFunc(a.spillers, func(o Spiller) bool { return o == s })
}

// Grow takes n bytes, spilling if it must. Who asks must be ready to be asked
// to spill before Grow returns. The error names the task, who asked and the
// budget.
func (a *Account) Grow(n int64, who string) error {
	for !a.take(n) && !a.reclaim(n) {
		s := a.largest()
		if s == nil {
			return a.exhausted(n, who)
		}
		before := a.used
		if err := s.Spill(); err != nil {
			return err
		}
		if a.used >= before {
			return a.exhausted(n, who)
		}
	}
	return nil
}

// Try takes n bytes if they are free, asking nobody for them.
func (a *Account) Try(n int64) bool { return a.take(n) }

// Fits reports whether the task's share has n bytes left.
func (a *Account) Fits(n int64) bool { return a.share == 0 || a.used+n <= a.share }

// reclaim takes n bytes that the lender gives back for them.
func (a *Account) reclaim(n int64) bool {
	b := a.budget
	if b.lender == nil || !a.Fits(n) {
		return false
	}
	keep := b.kept
	if a.share > 0 && a.used+n <= a.share-a.share*b.kept/b.total {
		keep = 0
	}
	for lack := b.used.Load() + n - b.total; lack > 0; lack = b.used.Load() + n - b.total {
		if b.lender.Reclaim(lack, keep) == 0 {
			return false
		}
	}
	return a.take(n)
}

// take adds n if it fits the share and the budget, which other tasks draw on
// at the same time.
func (a *Account) take(n int64) bool {
	if !a.Fits(n) {
		return false
	}
	for {
		used := a.budget.used.Load()
		if a.budget.total > 0 && used+n > a.budget.total {
			return false
		}
		if a.budget.used.CompareAndSwap(used, used+n) {
			a.used += n
			return true
		}
	}
}

func (a *Account) exhausted(n int64, who string) error {
	return sparkerr.New("UNABLE_TO_ACQUIRE_MEMORY", fmt.Sprintf(
		"task %s: %s needs %d bytes more, holds %d of a share of %d (0: no limit), the process %d of %d, and nothing is left to spill; raise spate.memory.budget or lower the parallelism",
		a.name, who, n, a.used, a.share, a.budget.used.Load(), a.budget.total),
		"requestedBytes", strconv.FormatInt(n, 10), "receivedBytes", "0")
}

// Shrink gives n bytes back; more than the task holds is what it holds.
func (a *Account) Shrink(n int64) {
	n = min(n, a.used)
	a.used -= n
	a.budget.used.Add(-n)
}

// Used returns the bytes the task holds.
func (a *Account) Used() int64 { return a.used }

// Close gives everything back and forgets the spillers.
func (a *Account) Close() {
	a.Shrink(a.used)
	a.spillers = nil
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
