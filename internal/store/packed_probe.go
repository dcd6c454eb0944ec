package store

import (
	"slices"

	"github.com/spatestream/spate/columnar"
)

// find sets ids to the rows of the keys that pack has left, NoRow where
// there is none: the passes of find over slots that hold the keys.
func (x *packed) find(ids []RowID) {
	x.warm(len(ids))
	open := x.firstRound(ids)
	for round := uint32(1); len(open) > 0; round++ {
		open = x.nextRound(open, ids, round)
	}
}

// warm loads every home slot and does nothing else: the loads overlap.
func (x *packed) warm(n int) {
	if len(x.slots) <= cachedSlots {
		return
	}
	mask, sink := uint32(len(x.slots)-1), uint32(0)
	for _, h := range x.probe.home[:n] {
		sink += x.slots[h&mask].form
	}
	x.probe.sink = sink
}

// firstRound looks at the home slots; it returns the positions whose slot holds
// another key.
func (x *packed) firstRound(ids []RowID) []uint16 {
	p, slots := &x.probe, x.slots
	mask := uint32(len(slots) - 1)
	keys, forms, home := p.keys[:len(ids)], p.forms[:len(ids)], p.home[:len(ids)]
	n := 0
	for j := range ids {
		s := &slots[home[j]&mask]
		ids[j] = s.next - 1
		p.open[n&(chunkRows-1)] = uint16(j) // n <= j < chunkRows: the mask spares a check
		n += s.other(keys[j], forms[j])
	}
	return p.open[:n]
}

// nextRound looks one slot further for the positions that are open.
func (x *packed) nextRound(open []uint16, ids []RowID, round uint32) []uint16 {
	p, slots := &x.probe, x.slots
	mask := uint32(len(slots) - 1)
	n := 0
	for _, j := range open {
		s := &slots[(p.home[j&(chunkRows-1)]+round)&mask]
		ids[j] = s.next - 1
		open[n] = j
		n += s.other(p.keys[j&(chunkRows-1)], p.forms[j&(chunkRows-1)])
	}
	return open[:n]
}

// other is 1 if s is in use by another key, else 0.
func (s *packedSlot) other(key word16, form uint32) int {
	d := (s.key.lo ^ key.lo) | (s.key.hi ^ key.hi) | uint64(s.form^form)
	used := uint64(s.form)
	return int(((d | -d) & (used | -used)) >> 63)
}

// upsertPacked is upsertChunk of a table with packed keys; it appends the rows
// made to fresh.
func (t *Table) upsertPacked(k Keys, sel []uint16, ids, fresh []RowID) ([]RowID, error) {
	others := t.pack(k, sel)
	t.packed.find(ids)
	y, made, err := t.insertPacked(k, sel, ids)
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

// insertPacked makes rows for the packed keys without one, in order; duplicates
// among them share a row.
func (t *Table) insertPacked(k Keys, sel []uint16, ids []RowID) (y nursery, made int, err error) {
	x := t.packed
	missing := x.missing(ids)
	if len(missing) == 0 {
		return y, 0, nil
	}
	if err := t.admit(len(missing)); err != nil {
		return y, 0, err
	}
	x.reserve(len(missing))
	y = t.rows.open(len(missing), false)
	for _, j := range missing {
		s := x.seek(int(j))
		if s.form == 0 {
			*s = packedSlot{x.probe.keys[j], x.probe.forms[j], y.id(made) + 1}
			t.probe.made[made] = sel[j]
			made++
		}
		ids[j] = s.next - 1
	}
	x.used += made
	rows := t.probe.made[:made]
	reused := t.rows.close(y, made)
	t.rows.setKeys(y, k.Cols, rows, reused)
	t.settle(t.hashed(k, rows), y, rows, 0)
	return y, made, nil
}

// missing returns the positions of packed keys without a row.
func (x *packed) missing(ids []RowID) []uint16 {
	p, n := &x.probe, 0
	for j, id := range ids {
		p.open[n&(chunkRows-1)] = uint16(j)
		n += int((uint64(id+1) - 1) >> 63)
	}
	if n == 0 {
		return nil
	}
	return slices.DeleteFunc(p.open[:n], func(j uint16) bool { return p.forms[j] == 0 })
}

// seek returns the slot of the key at position j, or the free one it belongs
// in.
func (x *packed) seek(j int) *packedSlot {
	mask := uint32(len(x.slots) - 1)
	i := x.probe.home[j] & mask
	for x.slots[i].other(x.probe.keys[j], x.probe.forms[j]) != 0 {
		i = (i + 1) & mask
	}
	return &x.slots[i]
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
