package store

import (
	"slices"

	"github.com/spatestream/spate/columnar"
)

// find sets ids to the rows of the keys that pack has left, NoRow where there
// is none, and returns the positions of those: the passes of find over slots
// that hold the keys.
func (x *packed) find(ids []RowID) (missing []uint16) {
	x.warm(len(ids))
	open := x.firstRound(ids)
	free := 0
	for round := uint64(1); len(open) > 0; round++ {
		open, free = x.nextRound(open, ids, round, free)
	}
	for _, j := range x.verify(ids) {
		if ids[j] = x.slots[x.seek(int(j))].row(); ids[j] == NoRow {
			x.probe.free[free] = j
			free++
		}
	}
	return x.probe.free[:free]
}

// warm loads every home slot and does nothing else: the loads overlap.
func (x *packed) warm(n int) {
	if len(x.slots) <= cachedSlots {
		return
	}
	mask, sink := uint64(len(x.slots)-1), uint64(0)
	for _, m := range x.probe.marks[:n] {
		sink += x.slots[m&mask].mark
	}
	x.probe.sink = sink
}

// firstRound looks at the home slots; it returns the positions whose slot does
// not hold the key.
func (x *packed) firstRound(ids []RowID) []uint16 {
	p, slots := &x.probe, x.slots
	mask := uint64(len(slots) - 1)
	first, marks := p.first[:len(ids)], p.marks[:len(ids)]
	n := 0
	for j := range ids {
		m := marks[j]
		s := &slots[m&mask]
		ids[j] = s.row()
		p.open[n&(chunkRows-1)] = uint16(j) // n <= j < chunkRows: the mask spares a check
		d := s.first ^ first[j] | (s.mark^m)>>rowBits
		n += int((d | -d) >> 63)
	}
	return p.open[:n]
}

// nextRound looks one slot further for the positions that are open, unless the
// slot before was free; those it adds to the free ones.
func (x *packed) nextRound(open []uint16, ids []RowID, round uint64, free int) ([]uint16, int) {
	p, slots := &x.probe, x.slots
	mask := uint64(len(slots) - 1)
	n := 0
	for _, j := range open {
		j &= chunkRows - 1
		if ids[j] == NoRow {
			p.free[free&(chunkRows-1)] = j
			free++
			continue
		}
		m := p.marks[j]
		s := &slots[(m+round)&mask]
		ids[j] = s.row()
		open[n] = j
		d := s.first ^ p.first[j] | (s.mark^m)>>rowBits
		n += int((d | -d) >> 63)
	}
	return open[:n], free
}

// verify returns the positions of long keys whose row has another second word:
// hardly ever any.
func (x *packed) verify(ids []RowID) []uint16 {
	p, more := &x.probe, x.more
	bad := p.open[:]
	n := 0
	for _, j := range p.long[:p.longs] {
		j &= chunkRows - 1
		id := ids[j]
		if id == NoRow {
			continue
		}
		d := more[id] ^ p.second[j]
		bad[n&(chunkRows-1)] = j
		n += int((d | -d) >> 63)
	}
	return bad[:n]
}

// upsertPacked is upsertChunk of a table with packed keys; it appends the rows
// made to fresh.
func (t *Table) upsertPacked(k Keys, sel []uint16, ids, fresh []RowID) ([]RowID, error) {
	others := t.pack(k, sel)
	y, made, err := t.insertPacked(k, sel, ids, t.packed.find(ids))
	if err != nil {
		return fresh, err
	}
	fresh = y.appendTo(fresh, made)
	if len(others) == 0 {
		return fresh, nil
	}
	p := &t.packed.probe
	rest := p.sel[:len(others)]
	for i, j := range others {
		rest[i] = sel[j]
	}
	y, made, err = t.upsertChunk(t.hashed(k, rest), rest, p.ids[:len(others)], 0)
	for i, j := range others {
		ids[j] = p.ids[i]
	}
	return y.appendTo(fresh, made), err
}

// insertPacked makes rows for the packed keys among the missing positions;
// duplicates among them share a row.
func (t *Table) insertPacked(k Keys, sel []uint16, ids []RowID, missing []uint16) (y nursery, made int, err error) {
	x, p := t.packed, &t.packed.probe
	if missing = slices.DeleteFunc(missing, func(j uint16) bool { return p.marks[j] == 0 }); len(missing) == 0 {
		return y, 0, nil
	}
	if err := t.admit(len(missing)); err != nil {
		return y, 0, err
	}
	y = t.rows.open(len(missing), false)
	x.reserve(int(y.base), len(missing))
	for _, j := range missing {
		s := &x.slots[x.seek(int(j))]
		if s.mark == 0 {
			id := y.id(made)
			*s = packedSlot{p.first[j], p.marks[j]&^rowMask | uint64(id+1)}
			x.more[id] = p.second[j]
			t.probe.made[made] = sel[j]
			made++
		}
		ids[j] = s.row()
	}
	x.used += made
	rows := t.probe.made[:made]
	reused := t.rows.close(y, made)
	t.rows.setKeys(y, k.Cols, rows, reused)
	t.settle(t.hashed(k, rows), y, rows, 0)
	return y, made, nil
}

// seek returns the slot of the key at position j, or the free one it belongs
// in.
func (x *packed) seek(j int) uint64 {
	p, mask := &x.probe, uint64(len(x.slots)-1)
	i := p.marks[j] & mask
	for ; x.slots[i].mark != 0; i = (i + 1) & mask {
		s := &x.slots[i]
		if s.first == p.first[j] && (s.mark^p.marks[j])>>rowBits == 0 && x.more[s.row()] == p.second[j] {
			break
		}
	}
	return i
}

// hashed gives the rows sel of k partition hashes, if they have none.
func (t *Table) hashed(k Keys, sel []uint16) Keys {
	if k.Hash == nil {
		if t.hash == nil {
			t.hash = make([]uint32, columnar.MaxRows)
		}
		k.Hash = t.hash[:k.N]
		t.hasher.Hash(k.Hash, k.Cols, sel)
	}
	return k
}
