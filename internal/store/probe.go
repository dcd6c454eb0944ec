package store

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sqltype"
)

// chunkRows is how many keys go through the passes of a probe at a time: the
// scratch of all passes stays in the first level cache.
const chunkRows = 512

// probe is the scratch memory of look-ups.
type probe struct {
	tags [chunkRows]uint32 // hash in the index
	open [chunkRows]uint16 // positions still looking
	made [chunkRows]uint16 // batch rows that made rows
	at   [chunkRows]uint32 // where the values of a key column are held
	sink uint64
}

// find sets ids to the rows of the keys of a chunk, NoRow where there is none:
// pass after pass over arrays, so that the cache misses of many rows overlap
// and no pass branches on data. t.probe.tags is set.
func (t *Table) find(k Keys, sel []uint16, ids []RowID) {
	tags := t.probe.tags[:len(ids)]
	t.warm(tags)
	open := t.firstRound(tags, ids)
	for round := uint32(1); len(open) > 0; round++ {
		open = t.nextRound(open, tags, ids, round)
	}
	for _, j := range t.verify(k, sel, ids) {
		ids[j] = t.lookup(k, tags[j], int(sel[j]))
	}
}

// cachedSlots is the largest index that a core keeps in cache anyway.
const cachedSlots = 1 << 15

// warm loads every home slot and does nothing else: the loads overlap.
func (t *Table) warm(tags []uint32) {
	slots := t.index.slots
	if len(slots) <= cachedSlots {
		return
	}
	mask := uint32(len(slots) - 1)
	sink := uint64(0)
	for _, h := range tags {
		sink += slots[h&mask]
	}
	t.probe.sink = sink
}

// cachedRows is the largest number of rows that a core keeps in cache anyway.
const cachedRows = 1 << 15

// warmRows loads rows of columns of text and does nothing else.
func (t *Table) warmRows(cols []*columnar.Vector, ids []RowID) {
	if len(t.rows.mark) <= cachedRows || len(ids) == 1 {
		return
	}
	sink, at := uint64(0), &t.probe.at
	for _, c := range cols {
		if k := c.Type.Kind(); k != sqltype.KindString && k != sqltype.KindBinary {
			continue
		}
		n := 0
		for _, id := range ids {
			if int(id) < len(c.Views) { // which NoRow is not
				at[n&(chunkRows-1)] = c.Views[id].Off
				n++
			}
		}
		for _, off := range at[:n] {
			if int(off) < len(c.Bytes) { // at the end begin texts without bytes
				sink += uint64(c.Bytes[off])
			}
		}
	}
	t.probe.sink += sink
}

// Near brings the marks and values of rows into the processor's caches, for who
// is about to change them one by one. It changes nothing. NoRow is no row.
func (t *Table) Near(ids []RowID) {
	if len(t.rows.mark) <= cachedRows {
		return
	}
	for lo := 0; lo < len(ids); lo += chunkRows {
		part := ids[lo:min(lo+chunkRows, len(ids))]
		t.warmRows(t.Columns(), part)
		sink := mark(0)
		for _, id := range part {
			if int(id) < len(t.rows.mark) {
				sink |= t.rows.mark[id]
			}
		}
		t.probe.sink += uint64(sink)
	}
}

// firstRound looks at the home slots; it returns the positions whose slot holds
// another hash.
func (t *Table) firstRound(tags []uint32, ids []RowID) []uint16 {
	slots := t.index.slots
	mask := uint32(len(slots) - 1)
	open := &t.probe.open
	n := 0
	ids = ids[:len(tags)]
	for j, h := range tags {
		s := slots[h&mask]
		ids[j] = uint32(s) - 1
		open[n&(chunkRows-1)] = uint16(j) // n <= j < chunkRows: the mask spares a check
		n += other(s, h)
	}
	return open[:n]
}

// nextRound looks one slot further for the positions that are open.
func (t *Table) nextRound(open []uint16, tags []uint32, ids []RowID, round uint32) []uint16 {
	slots := t.index.slots
	mask := uint32(len(slots) - 1)
	n := 0
	for _, j := range open {
		h := tags[j]
		s := slots[(h+round)&mask]
		ids[j] = uint32(s) - 1
		open[n] = j
		n += other(s, h)
	}
	return open[:n]
}

// other is 1 if slot s is in use by another hash, else 0.
func other(s uint64, h uint32) int {
	d := uint32(s>>32) ^ h
	used := uint32(s)
	return int(((d | -d) & (used | -used)) >> 31)
}

// lookup finds one key slot by slot: after a collision of whole hashes.
func (t *Table) lookup(k Keys, tag uint32, row int) RowID {
	slots := t.index.slots
	mask := uint32(len(slots) - 1)
	for i := tag & mask; uint32(slots[i]) != 0; i = (i + 1) & mask {
		id := uint32(slots[i]) - 1
		if uint32(slots[i]>>32) == tag && t.same(k, row, id) {
			return id
		}
	}
	return NoRow
}

// same reports whether the key of a batch row is that of a row of the table,
// which may be pending: then its hash is the batch row that made it.
func (t *Table) same(k Keys, row int, id RowID) bool {
	cols, i := t.rows.cols, int(id)
	if t.rows.mark[id] == pending {
		cols, i = k.Cols, int(t.rows.hash[id])
	}
	return compareKeys(cols, k.Cols, t.rows.keys, i, row) == 0
}

// insert makes rows for the positions without one, in order, and returns how
// many; duplicates among them share a row. t.probe.made lists the batch rows
// that made them, y their ids.
func (t *Table) insert(k Keys, sel []uint16, ids []RowID) (y nursery, made int, err error) {
	n := 0
	open := t.probe.open[:]
	for j, id := range ids {
		open[n] = uint16(j)
		if id == NoRow {
			n++
		}
	}
	if n == 0 {
		return y, 0, nil
	}
	if err := t.admit(n); err != nil {
		return y, 0, err
	}
	t.index.reserve(n)
	y = t.rows.open(n, t.visiting)
	for _, j := range open[:n] {
		ids[j], made = t.insertOne(k, int(sel[j]), t.probe.tags[j], y, made)
	}
	return y, made, nil
}

func (t *Table) insertOne(k Keys, row int, tag uint32, y nursery, made int) (RowID, int) {
	slots := t.index.slots
	mask := uint32(len(slots) - 1)
	i := tag & mask
	for ; uint32(slots[i]) != 0; i = (i + 1) & mask {
		id := uint32(slots[i]) - 1
		if uint32(slots[i]>>32) == tag && t.same(k, row, id) {
			return id, made
		}
	}
	id := y.id(made)
	slots[i] = slotOf(tag, id)
	t.index.used++
	t.rows.mark[id] = pending
	t.rows.hash[id] = uint32(row)
	if t.rows.tag != nil {
		t.rows.tag[id] = tag
	}
	t.probe.made[made] = uint16(row)
	return id, made + 1
}
