// Package vault keeps the state of an instance of a job: cells by key, their
// lifetimes, the timers of keys, and what of them goes into checkpoints.
//
// A vault belongs to its instance's goroutine. Between two checkpoints it is in
// memory only; what it holds is given a name, by which newer code finds it again.
package vault

import (
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/cells"
	"github.com/spatestream/spate/internal/checkpoint"
	"github.com/spatestream/spate/internal/store"
)

// Vault is the state of an instance.
type Vault struct {
	Cells *cells.Store
	// States take over what older code has written of them, by name.
	States map[string]func(cells.Name) error
	Timers [2]*cells.Timers         // by Kind; nil: the instance hears of none
	Tables []checkpoint.TableSchema // as the checkpoint numbers them
	Delta  *checkpoint.Delta        // of the epoch being saved; nil: there are no checkpoints
	Sealed eventtime.Watermark      // how far the instance was when that ended

	mortals [2]cells.Endings // by Kind: states that end
}

// Kind is the time that timers and lifetimes are of.
type Kind uint8

// The time of events, and that of the clock.
const (
	ByEvent Kind = iota
	ByClock
)

var timerTables = [...]string{ByEvent: "timers", ByClock: "clocktimers"}

// New returns an empty vault for keys of some groups.
func New(groups store.Groups) *Vault {
	return &Vault{Cells: cells.New(groups), States: map[string]func(cells.Name) error{}}
}

// OpenTimers readies the tables of timers.
func (v *Vault) OpenTimers() {
	for k := range v.Timers {
		v.Timers[k] = v.Cells.Timers(timerTables[k])
	}
}

// HasTimers reports whether there are such tables. A nil vault has none.
func (v *Vault) HasTimers() bool { return v != nil && v.Timers[ByEvent] != nil }

// Bury has cells removed when they have ended, at the latest that much later.
func (v *Vault) Bury(k Kind, c cells.Ending, slack time.Duration) { v.mortals[k].Add(c, slack) }

// Expire removes what has ended by w. At the end of the input nothing has: more
// may come when the job goes on from its checkpoint.
func (v *Vault) Expire(k Kind, w eventtime.Watermark) {
	if v != nil && w != eventtime.End {
		v.mortals[k].Expire(w)
	}
}

// Due returns when the clock is to wake the instance, zero: never.
func (v *Vault) Due() (next time.Time) {
	if v == nil {
		return next
	}
	at := v.mortals[ByClock].Due()
	if v.HasTimers() {
		at = min(at, v.Timers[ByClock].Next())
	}
	if at == eventtime.Max {
		return next
	}
	return at.Go()
}

// Seal ends an epoch, at a watermark.
func (v *Vault) Seal(e store.Epoch, w eventtime.Watermark) {
	v.Sealed = w
	v.Cells.Rows().Seal(e)
	v.Delta.Reset()
}
