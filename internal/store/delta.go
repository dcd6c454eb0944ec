package store

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
)

// delta is what the open epoch changed. Seal hands it to the saver and begins
// the next one in O(1): the mark bits of the two epochs take turns, so nothing
// has to be cleared. The saver clears its epoch's bits as it writes rows, and
// all are clear before the next Seal.
type delta struct {
	volatile bool            // nothing is ever saved: keep no account
	turn     uint8           // which bit of each pair of marks is the open epoch's
	ids      []RowID         // touched rows; may name removed ones, and an id twice
	told     []RowID         // rows being removed, still to be copied to gone
	gone     *columnar.Batch // removed rows that a checkpoint may know
	dropped  bool            // rows left by expiry
	upTo     eventtime.Watermark
}

// now returns the mark's bit for the open epoch.
func (d *delta) now(m mark) mark { return m << d.turn }

// sealed returns the mark's bit for the epoch being saved.
func (d *delta) sealed(m mark) mark { return m << (d.turn ^ 1) }

// bornMark returns the marks of a row made in the open epoch.
func (d *delta) bornMark() mark {
	if d.volatile {
		return 0
	}
	return d.now(dirty | born)
}

// Touch must be called BEFORE values of the rows change: it marks them for the
// delta and keeps the pre-image while an epoch is being saved.
func (t *Table) Touch(ids []RowID) {
	d := &t.delta
	if d.volatile {
		return
	}
	marks, bit := t.rows.mark, d.now(dirty)
	n := len(d.ids)
	list := extend(d.ids, len(ids))
	all := mark(0)
	for _, id := range ids {
		m := marks[id]
		list[n] = id
		n += int(m>>d.turn&1) ^ 1
		marks[id] = m | bit
		all |= m
	}
	d.ids = list[:n]
	if all&d.sealed(dirty) != 0 {
		t.keepAll(ids)
	}
}

// keepAll takes the pre-images of those rows that the saver still owes.
func (t *Table) keepAll(ids []RowID) {
	for _, id := range ids {
		if t.rows.mark[id]&t.delta.sealed(dirty) != 0 {
			t.saver.keep(t, id)
			t.rows.mark[id] &^= t.delta.sealed(epochMarks)
		}
	}
}

// forget notes what the delta and the saver need of a row about to go.
func (t *Table) forget(id RowID, told bool) {
	d := &t.delta
	m := t.rows.mark[id]
	if m&d.sealed(dirty) != 0 {
		t.saver.keep(t, id)
	}
	if told && !d.volatile && m&d.now(born) == 0 {
		d.told = append(d.told, id)
	}
}

// tell copies the keys of the rows that were just removed and must be told;
// their ids are not in use again yet.
func (t *Table) tell() {
	d := &t.delta
	if len(d.told) == 0 {
		return
	}
	if d.gone == nil {
		d.gone = columnar.NewBatch(t.spec.Layout(true))
	}
	t.copyTo(d.gone, d.told, true)
	d.told = d.told[:0]
}

// seal hands the delta to the saver.
func (t *Table) seal() {
	d, s := &t.delta, &t.saver
	if d.volatile {
		return
	}
	if s.stage != idle {
		panic("store: Seal before the epoch sealed last was saved")
	}
	s.begin(d)
	d.turn ^= 1
	t.removed = 0
	t.compact()
	if t.rows.due != nil && t.panes == nil {
		t.calendar.tidy(&t.rows)
	}
	if s.stage == idle {
		t.recycle()
	}
	t.memory.trim(t.held())
}

// recycle numbers rows from 0 again when none is left.
func (t *Table) recycle() {
	if t.rows.live == 0 && len(t.rows.hash) > 0 {
		t.reset()
	}
}
