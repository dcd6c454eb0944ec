package store

import (
	"cmp"
	"slices"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
)

// SetExpiry sets or moves the expiry of rows of an OfRow table. It touches
// them.
func (t *Table) SetExpiry(ids []RowID, due []eventtime.Time) {
	t.Touch(ids)
	early := t.delta.now(early)
	if t.delta.volatile {
		early = 0
	}
	for i, id := range ids {
		old := t.rows.due[id]
		if due[i] == old {
			continue
		}
		t.rows.due[id] = due[i]
		t.calendar.lost(old)
		if due[i] < old {
			t.rows.mark[id] |= early
			t.calendar.put(id, due[i])
		}
	}
}

// NextExpiry returns the earliest expiry held, eventtime.Max for none.
func (t *Table) NextExpiry() eventtime.Time {
	if t.rows.due == nil {
		return eventtime.Max
	}
	if t.panes != nil {
		return t.panes.earliest()
	}
	return t.calendar.earliest(&t.rows)
}

// Expire visits the rows whose expiry is at or before w, in order of expiry and
// by (hash, key) within one, in chunks of at most columnar.MaxRows, and removes
// them after the visit. visit may add, change and delete rows and move
// expiries: a row it moves beyond w stays; a row it adds waits for the next
// Expire, whatever its expiry.
func (t *Table) Expire(w eventtime.Watermark, visit func([]RowID) error) error {
	if t.rows.due == nil {
		return nil
	}
	t.expiring = t.popDue(w, t.expiring[:0])
	if len(t.expiring) == 0 {
		return nil
	}
	t.sortByDue(t.expiring)
	t.visiting = true
	defer func() { t.visiting = false }()
	for lo := 0; lo < len(t.expiring); lo += columnar.MaxRows {
		chunk := t.expiring[lo:min(lo+columnar.MaxRows, len(t.expiring))]
		if chunk = t.stillDue(chunk, w); len(chunk) == 0 {
			continue
		}
		if err := visit(chunk); err != nil {
			return err
		}
		t.drop(t.stillDue(chunk, w), w)
	}
	return nil
}

// popDue appends the rows due at or before w to ids and marks them pending.
func (t *Table) popDue(w eventtime.Watermark, ids []RowID) []RowID {
	if t.panes != nil {
		return t.popPanes(w.Time(), ids)
	}
	return t.calendar.pop(&t.rows, w.Time(), ids)
}

// stillDue drops from ids, in place, the rows that a visit deleted or moved.
func (t *Table) stillDue(ids []RowID, w eventtime.Watermark) []RowID {
	kept := ids[:0]
	for _, id := range ids {
		switch m := t.rows.mark[id]; {
		case m&live == 0:
		case w.Passed(t.rows.due[id]):
			kept = append(kept, id)
		default:
			t.rows.mark[id] = m &^ pending
			t.calendar.put(id, t.rows.due[id])
		}
	}
	return kept
}

// drop removes expired rows. Whoever restores drops them by the watermark too,
// except those it knows under a later expiry.
func (t *Table) drop(ids []RowID, w eventtime.Watermark) {
	d := &t.delta
	for _, id := range ids {
		m := t.rows.mark[id]
		if !d.volatile && m&d.now(born) == 0 {
			if !d.dropped {
				d.dropped, d.upTo = true, w
			}
			d.upTo = max(d.upTo, w)
		}
		t.remove(id, m&d.now(early) != 0)
	}
	t.tell()
}

// dueRow is a row with what it is sorted by.
type dueRow struct {
	due  eventtime.Time
	hash uint32
	id   RowID
}

// sortByDue orders rows by expiry, hash, key and insertion.
func (t *Table) sortByDue(ids []RowID) {
	list := t.ordered[:0]
	for _, id := range ids {
		list = append(list, dueRow{t.rows.due[id], t.rows.hash[id], id})
	}
	list, t.spare = sortDue(list, t.spare)
	for lo := 0; lo < len(list); {
		hi := lo + 1
		for hi < len(list) && list[hi].hash == list[lo].hash && list[hi].due == list[lo].due {
			hi++
		}
		if hi > lo+1 {
			slices.SortFunc(list[lo:hi], t.compareDue)
		}
		lo = hi
	}
	for i, r := range list {
		ids[i] = r.id
	}
	t.ordered = list
}

// byteOf returns byte k of what rows are sorted by, lowest first: four of the
// hash, eight of the expiry.
func (r *dueRow) byteOf(k int) byte {
	if k < 4 {
		return byte(r.hash >> (8 * k))
	}
	return byte((uint64(r.due) ^ 1<<63) >> (8 * (k - 4)))
}

// sortDue orders rows by expiry and hash as sortHashes does.
func sortDue(list, spare []dueRow) (sorted, other []dueRow) {
	spare = extend(spare[:0], len(list))
	for k := range 12 {
		var count [257]int
		for i := range list {
			count[int(list[i].byteOf(k))+1]++
		}
		if count[int(list[0].byteOf(k))+1] == len(list) {
			continue
		}
		for i := range 256 {
			count[i+1] += count[i]
		}
		for i := range list {
			b := list[i].byteOf(k)
			spare[count[b]] = list[i]
			count[b]++
		}
		list, spare = spare, list
	}
	return list, spare
}

// compareDue orders rows of one expiry and hash.
func (t *Table) compareDue(a, b dueRow) int {
	cols := t.rows.cols
	if d := compareKeys(cols, cols, t.rows.keys, int(a.id), int(b.id)); d != 0 || t.rows.link == nil {
		return d
	}
	return cmp.Compare(t.rows.link[a.id].seq, t.rows.link[b.id].seq)
}
