package store

import (
	"math/bits"

	"github.com/spatestream/spate/eventtime"
)

// calendar lists rows by expiry: a radix heap (Ahuja, Mehlhorn, Orlin, Tarjan:
// Faster algorithms for the shortest path problem, 1990) over microseconds.
// Bucket 0 holds what is due at or before base; bucket b > 0 what first differs
// from base in bit b-1, so buckets are in order of time and a row moves at most
// once per bit in its life. Popping costs what is popped, plus one bucket that
// is split.
//
// Entries are ids; the time is looked up in the table, so moving an expiry
// later costs nothing: the entry is put where it belongs when its bucket comes
// up. Entries of removed rows stay until then, or until there are too many.
//
// Of each bucket the earliest expiry is noted, so that it is not searched again
// whenever something in a bucket before it was popped.
type calendar struct {
	base    eventtime.Time
	buckets [65][]RowID
	first   [65]eventtime.Time // earliest expiry in a bucket that is not empty
	vague   [65]bool           // it may be later than noted
	entries int
	next    eventtime.Time // earliest expiry, if known
	known   bool
}

func newCalendar() calendar {
	return calendar{base: eventtime.Min, next: eventtime.Max, known: true}
}

func (c *calendar) reset() {
	for b := range c.buckets {
		c.buckets[b] = c.buckets[b][:0]
	}
	c.base, c.entries, c.next, c.known = eventtime.Min, 0, eventtime.Max, true
}

func (c *calendar) bucket(due eventtime.Time) int {
	if due <= c.base {
		return 0
	}
	return bits.Len64(uint64(due) ^ uint64(c.base))
}

// put enters a row that has none, or whose expiry moved forward.
func (c *calendar) put(id RowID, due eventtime.Time) {
	c.enter(c.bucket(due), id, due)
	c.entries++
	if due < c.next {
		c.next = due
	}
}

// enter adds an entry to the bucket of its expiry.
func (c *calendar) enter(b int, id RowID, due eventtime.Time) {
	if len(c.buckets[b]) == 0 {
		c.first[b], c.vague[b] = due, false
	}
	c.buckets[b] = append(c.buckets[b], id)
	c.first[b] = min(c.first[b], due)
}

// lost says that a row no longer has that expiry.
func (c *calendar) lost(due eventtime.Time) {
	if due <= c.next {
		c.known = false
	}
	if b := c.bucket(due); due <= c.first[b] {
		c.vague[b] = true
	}
}

// pop appends the live rows due at or before w to ids, each once and in no
// order; they leave the calendar.
func (c *calendar) pop(r *rows, w eventtime.Time, ids []RowID) []RowID {
	if c.known && w < c.next {
		return ids
	}
	top := 0
	if w > c.base {
		top = bits.Len64(uint64(w) ^ uint64(c.base))
		c.base = w
	}
	c.known = false
	for b := range top + 1 {
		list := c.buckets[b]
		c.entries -= len(list)
		c.buckets[b] = nil
		ids = c.sift(r, list, w, ids)
		if c.buckets[b] == nil {
			c.buckets[b] = list[:0]
		}
	}
	return ids
}

// sift moves the entries of one bucket: rows that are due to ids, the others
// to where they belong.
func (c *calendar) sift(r *rows, list []RowID, w eventtime.Time, ids []RowID) []RowID {
	for _, id := range list {
		if int(id) >= len(r.mark) || r.mark[id]&(live|pending) != live {
			continue
		}
		if r.due[id] > w {
			c.enter(c.bucket(r.due[id]), id, r.due[id])
			c.entries++
			continue
		}
		r.mark[id] |= pending
		ids = append(ids, id)
	}
	return ids
}

// earliest returns the first expiry of a live row, eventtime.Max for none.
func (c *calendar) earliest(r *rows) eventtime.Time {
	for b := 0; !c.known && b < len(c.buckets); b++ {
		if len(c.buckets[b]) > 0 && c.vague[b] {
			c.first[b], c.vague[b] = c.prune(r, b), false
		}
		c.next, c.known = c.first[b], len(c.buckets[b]) > 0
	}
	if !c.known {
		c.next, c.known = eventtime.Max, true
	}
	return c.next
}

// prune drops the entries of bucket b that no longer belong there and returns
// the earliest expiry of the others.
func (c *calendar) prune(r *rows, b int) eventtime.Time {
	kept, first := c.buckets[b][:0], eventtime.Max
	for _, id := range c.buckets[b] {
		if int(id) >= len(r.mark) || r.mark[id]&live == 0 {
			c.entries--
			continue
		}
		due := r.due[id]
		switch at := c.bucket(due); {
		case at == b:
			kept = append(kept, id)
			first = min(first, due)
		case at > b: // moved later
			c.enter(at, id, due)
		default: // moved earlier: it has another entry
			c.entries--
		}
	}
	c.buckets[b] = kept
	return first
}

// tidy rebuilds the buckets when entries of removed rows outweigh the others.
func (c *calendar) tidy(r *rows) {
	if c.entries <= 2*r.live+1024 {
		return
	}
	for b := range c.buckets {
		c.buckets[b] = c.buckets[b][:0]
	}
	c.entries = 0
	for id, m := range r.mark {
		if m&live != 0 {
			c.enter(c.bucket(r.due[id]), RowID(id), r.due[id])
			c.entries++
		}
	}
}
