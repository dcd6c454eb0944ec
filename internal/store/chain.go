package store

// link places a row of a Multi table in the list of its key's rows, which are
// in order of insertion. The index holds the first. prev of the first is the
// last; next of the last is NoRow.
type link struct {
	next, prev RowID
	seq        uint64 // insertion number: unique and ascending within a key
}

// single makes id the only row of its key.
func (t *Table) single(id RowID, seq uint64) {
	t.rows.link[id] = link{next: NoRow, prev: id, seq: seq}
}

// after puts id behind the last row of head's list.
func (t *Table) after(head, id RowID, seq uint64) {
	l := t.rows.link
	last := l[head].prev
	l[id] = link{next: NoRow, prev: last, seq: seq}
	l[last].next = id
	l[head].prev = id
}

// unlink takes id out of its list and out of the index if it is the first.
func (t *Table) unlink(id RowID) {
	l := t.rows.link
	next, prev := l[id].next, l[id].prev
	slot := slotOf(t.rows.tagOf(id), id)
	first := l[prev].next == NoRow
	switch {
	case first && next == NoRow:
		t.index.remove(slot)
	case first:
		t.index.replace(slot, next)
		l[next].prev = prev
	default:
		l[prev].next = next
		if next != NoRow {
			l[next].prev = prev
		} else {
			l[t.first(prev)].prev = prev
		}
	}
}

// first returns the first row of the list of which last was removed behind id:
// found through the index, whose slot names it.
func (t *Table) first(id RowID) RowID {
	tag := t.rows.tagOf(id)
	slots := t.index.slots
	mask := uint32(len(slots) - 1)
	for i := tag & mask; ; i = (i + 1) & mask {
		at := uint32(slots[i]) - 1
		if uint32(slots[i]>>32) == tag && compareKeys(t.rows.cols, t.rows.cols, t.rows.keys, int(at), int(id)) == 0 {
			return at
		}
	}
}

// advance moves id, the last row of at's list, in front of at.
func (t *Table) advance(id, at RowID) {
	l := t.rows.link
	seq := l[id].seq
	t.rows.link[l[id].prev].next = NoRow
	head := t.first(at)
	l[head].prev = l[id].prev
	if at == head {
		t.index.replace(slotOf(t.rows.tagOf(at), at), id)
	} else {
		l[l[at].prev].next = id
	}
	l[id] = link{next: at, prev: l[at].prev, seq: seq}
	l[at].prev = id
}
