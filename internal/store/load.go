package store

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/sparkerr"
	"github.com/spatestream/spate/sqltype"
)

// loader is the scratch memory of restoring.
type loader struct {
	sel  []uint16
	ids  []RowID
	last RowID // row of the last key and insertion number, NoRow for none
}

// load applies a batch of a snapshot or delta: rows in the form of Layout with
// their hashes, of which those of other key groups are left out.
func (t *Table) load(g Groups, b *columnar.Batch, deleted bool) error {
	if err := t.checkLayout(b, deleted); err != nil {
		return err
	}
	l := &t.loader
	if l.sel == nil { // nil would select all rows
		l.sel = make([]uint16, 0, columnar.MaxRows)
	}
	l.sel = g.choose(b, l.sel[:0])
	l.ids = extend(l.ids[:0], len(l.sel))
	k := Keys{Hash: b.Hash, Cols: b.Cols[:t.rows.keys], Sel: l.sel, N: b.Len}
	if !deleted && t.rows.due != nil {
		k.Due = columnar.Slice[eventtime.Time](b.Cols[len(t.rows.cols)])
	}
	switch {
	case t.rows.link != nil:
		return t.loadMulti(k, b, deleted)
	case deleted:
		return t.loadDeletes(k)
	}
	return t.loadRows(k, b)
}

func (t *Table) loadDeletes(k Keys) error {
	ids := t.loader.ids
	if err := t.Find(k, ids); err != nil {
		return err
	}
	for _, id := range ids {
		if id != NoRow && t.rows.mark[id]&live != 0 {
			t.remove(id, false)
		}
	}
	return nil
}

func (t *Table) loadRows(k Keys, b *columnar.Batch) error {
	if err := t.ready(k, k.Sel); err != nil {
		return err
	}
	ids := t.loader.ids
	err := t.chunks(k, k.Sel, ids, true, func(sel []uint16, ids []RowID) error {
		_, _, err := t.upsertChunk(k, sel, ids, 0)
		return err
	})
	if err != nil {
		return err
	}
	t.setValues(k, b, ids)
	return nil
}

// setValues copies values and expiries of loaded rows.
func (t *Table) setValues(k Keys, b *columnar.Batch, ids []RowID) {
	for c := t.rows.keys; c < len(t.rows.cols); c++ {
		t.rows.cols[c].SetRows(ids, b.Cols[c], k.Sel)
	}
	for j, id := range ids {
		if t.rows.due == nil {
			break
		}
		t.reschedule(id, k.Due[k.Sel[j]])
	}
}

func (t *Table) reschedule(id RowID, due eventtime.Time) {
	old := t.rows.due[id]
	t.rows.due[id] = due
	if due == old {
		return
	}
	t.calendar.lost(old)
	if due < old {
		t.calendar.put(id, due)
	}
}

// loadMulti applies rows of a Multi table one by one: they come in order of
// (hash, key, insertion), so the row looked for is mostly the next one.
func (t *Table) loadMulti(k Keys, b *columnar.Batch, deleted bool) error {
	if err := t.ready(k, k.Sel); err != nil {
		return err
	}
	t.loader.last = NoRow
	seqs := columnar.Slice[uint64](b.Cols[len(b.Cols)-1])
	for j := range k.Sel {
		one := k
		one.Sel = k.Sel[j : j+1]
		row := int(one.Sel[0])
		id, found := t.seek(one, row, seqs[row])
		switch {
		case deleted && found:
			t.loader.last = t.before(id)
			t.remove(id, false)
		case deleted:
		default:
			if err := t.loadOne(one, b, id, found, seqs[row]); err != nil {
				return err
			}
		}
	}
	return nil
}

// head returns the first row of a key, and enters its index.
func (t *Table) head(one Keys, row int) RowID {
	t.tags(one, one.Sel)
	if t.panes == nil || one.Due != nil {
		if !t.panesEnter(one, row) {
			return NoRow
		}
		return t.lookup(one, t.probe.tags[0], row)
	}
	for _, x := range t.panes.byDue {
		t.index = x
		if id := t.lookup(one, t.probe.tags[0], row); id != NoRow {
			return id
		}
	}
	return NoRow
}

func (t *Table) panesEnter(one Keys, row int) bool {
	return t.panes == nil || t.enter(one.Due[row], false)
}

// before returns a row to go on from when id is gone.
func (t *Table) before(id RowID) RowID {
	if prev := t.rows.link[id].prev; t.rows.link[prev].next == id {
		return prev
	}
	return NoRow
}

// seek finds the row of a key and insertion number, or else the row it belongs
// in front of (NoRow: behind all).
func (t *Table) seek(one Keys, row int, seq uint64) (RowID, bool) {
	id := t.loader.last
	l := t.rows.link
	if id == NoRow || l[id].seq > seq || t.rows.hash[id] != one.Hash[row] || !t.same(one, row, id) {
		id = t.head(one, row)
	}
	if id == NoRow {
		return NoRow, false
	}
	if last := l[id].prev; l[last].next == NoRow && l[last].seq < seq {
		return NoRow, false
	}
	for id != NoRow && l[id].seq < seq {
		id = l[id].next
	}
	return id, id != NoRow && l[id].seq == seq
}

// loadOne sets the row found, or makes one in front of at. (Rows come back in
// the middle when a delta both drops what expired and moves an expiry.)
func (t *Table) loadOne(one Keys, b *columnar.Batch, at RowID, found bool, seq uint64) error {
	ids := [1]RowID{at}
	if !found {
		next := t.seq
		t.seq = seq
		if t.panes != nil {
			t.enter(one.Due[one.Sel[0]], true)
		}
		if err := t.appendChunk(one, one.Sel, ids[:], 0); err != nil {
			return err
		}
		t.seq = max(next, seq+1)
		if at != NoRow {
			t.advance(ids[0], at)
		}
	}
	t.setValues(one, b, ids[:])
	t.loader.last = ids[0]
	return nil
}

// loadDrop removes what expired up to the watermark.
func (t *Table) loadDrop(w eventtime.Watermark) error {
	if t.rows.due == nil {
		return nil
	}
	ids := t.popDue(w, t.expiring[:0])
	for _, id := range ids {
		t.remove(id, false)
	}
	t.expiring = ids
	return nil
}

// checkLayout refuses a batch that is not of this table.
func (t *Table) checkLayout(b *columnar.Batch, deleted bool) error {
	want := t.spec.Layout(deleted)
	ok := len(b.Cols) == len(want.Fields) && len(b.Hash) >= b.Len
	for i := 0; ok && i < len(want.Fields); i++ {
		ok = sqltype.SameShape(want.Fields[i].Type, b.Cols[i].Type)
	}
	if !ok {
		return sparkerr.New("STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE",
			"the checkpoint holds rows of another form than table "+t.spec.Name+" ("+want.String()+"); start the changed query with a new checkpoint")
	}
	return nil
}

// interval returns the hashes [lo, hi] of the groups.
func (g Groups) interval() (lo, hi uint32) {
	if g.Of == 0 {
		return 0, 1<<32 - 1
	}
	width := uint64(1<<32) / uint64(g.Of)
	return uint32(uint64(g.Lo) * width), uint32(uint64(g.Hi)*width - 1)
}

// choose appends the rows of b that are in the groups to sel.
func (g Groups) choose(b *columnar.Batch, sel []uint16) []uint16 {
	lo, hi := g.interval()
	for k := range b.Rows() {
		row := b.RowAt(k)
		if h := b.Hash[row]; g.Lo < g.Hi && h >= lo && h <= hi || g.Of == 0 {
			sel = append(sel, uint16(row))
		}
	}
	return sel
}
