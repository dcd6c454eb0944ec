package cells

import (
	"time"

	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/store"
)

// Life says whether what is put into cells ends.
type Life bool

// What is Lasting stays until it is removed; what is Mortal has an end, set by
// Live.
const (
	Lasting Life = false
	Mortal  Life = true
)

// expiry is what a table of such cells has.
func (l Life) expiry() store.Expiry {
	if l == Mortal {
		return store.OfRow
	}
	return store.Never
}

// ends is a table whose rows may end.
type ends struct {
	s    *Store
	t    *store.Table
	life Life
	now  eventtime.Time
	due  [1]eventtime.Time // of rows that are written
}

// Live sets the time of calls to come, for mortal cells: what is due by now is no
// longer found, and what is written is due at due, or later if it was so already.
func (e *ends) Live(now, due eventtime.Time) { e.now, e.due[0] = now, due }

// lives reports whether a row is still found.
func (e *ends) lives(id store.RowID) bool { return e.life == Lasting || e.t.Due()[id] > e.now }

// until gives keys the end of rows that are made.
func (e *ends) until(k store.Keys) store.Keys {
	if e.life == Mortal {
		k.Due = e.due[:]
	}
	return k
}

// prolong moves the end of a row that is written again.
func (e *ends) prolong(id store.RowID) {
	if e.life == Mortal && e.t.Due()[id] < e.due[0] {
		ids := [1]store.RowID{id}
		e.t.SetExpiry(ids[:], e.due[:])
	}
}

// Next returns when the earliest of all keys is due, eventtime.Max for none.
func (e *ends) Next() eventtime.Time { return e.t.NextExpiry() }

// Expire removes what is due at the watermark, under all keys.
func (e *ends) Expire(w eventtime.Watermark) {
	if e.s.err == nil {
		e.s.note(e.t.Expire(w, func([]store.RowID) error { return nil }))
	}
}

// Ending is cells of any form that may be mortal.
type Ending interface {
	Live(now, due eventtime.Time)
	Next() eventtime.Time
	Expire(w eventtime.Watermark)
	Clear()
}

// Endings are mortal cells that end by one time.
type Endings []ending

type ending struct {
	Ending
	slack eventtime.Time
}

// Add adds cells that may stay for slack after they have ended.
func (all *Endings) Add(c Ending, slack time.Duration) {
	*all = append(*all, ending{c, eventtime.Time(slack.Microseconds())})
}

// Expire removes what is due at the watermark.
func (all Endings) Expire(w eventtime.Watermark) {
	for _, c := range all {
		c.Ending.Expire(w)
	}
}

// Due returns when Expire is to be called, eventtime.Max for never.
func (all Endings) Due() eventtime.Time {
	due := eventtime.Max
	for _, c := range all {
		if next := c.Next(); next != eventtime.Max {
			due = min(due, next+c.slack)
		}
	}
	return due
}
