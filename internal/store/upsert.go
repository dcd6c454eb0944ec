package store

import (
	"math"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/eventtime"
	"github.com/spatestream/spate/internal/hashing"
	"github.com/spatestream/spate/sqltype"
)

// Find sets ids to the (first) row of each selected key in order of the
// selection, NoRow where there is none. len(ids) is the number selected.
func (t *Table) Find(k Keys, ids []RowID) error {
	if t.packed != nil {
		panic("store: Find in a private table")
	}
	return t.chunks(k, k.selection(), ids, false, func(sel []uint16, ids []RowID) error {
		t.tags(k, sel)
		t.find(k, sel, ids)
		return nil
	})
}

// Upsert is Find that makes the rows that are missing, values zero and not
// null, and appends them to fresh, which it returns. Duplicate keys in one call
// share a row. Due is the expiry of the rows it makes (nil: eventtime.Max) and
// leaves others alone. It may spill this table before it begins, if memory is
// short: ids of earlier calls are then dead.
func (t *Table) Upsert(k Keys, ids, fresh []RowID) ([]RowID, error) {
	sel := k.selection()
	if err := t.ready(k, sel); err != nil {
		return fresh, err
	}
	if t.packed == nil {
		k = t.hashed(k, sel)
	}
	err := t.chunks(k, sel, ids, true, func(sel []uint16, ids []RowID) (err error) {
		if t.packed != nil {
			fresh, err = t.upsertPacked(k, sel, ids, fresh)
			return err
		}
		y, made, err := t.upsertChunk(k, sel, ids, t.delta.bornMark())
		fresh = y.appendTo(fresh, made)
		return err
	})
	return fresh, err
}

func (t *Table) upsertChunk(k Keys, sel []uint16, ids []RowID, m mark) (y nursery, made int, err error) {
	t.tags(k, sel)
	t.find(k, sel, ids)
	y, made, err = t.insert(k, sel, ids)
	if made == 0 {
		return y, 0, err
	}
	batchRows := t.probe.made[:made]
	reused := t.rows.close(y, made)
	t.rows.setKeys(y, k.Cols, batchRows, reused)
	t.settle(k, y, batchRows, m)
	if t.rows.link != nil {
		for f := range made {
			t.single(y.id(f), t.seq)
			t.seq++
		}
	}
	return y, made, nil
}

// settle gives rows just made their hash, mark and expiry.
func (t *Table) settle(k Keys, y nursery, batchRows []uint16, m mark) {
	for f, row := range batchRows {
		id := y.id(f)
		t.rows.hash[id] = k.Hash[row]
		t.rows.mark[id] = live | m
	}
	if m != 0 {
		at := len(t.delta.ids)
		t.delta.ids = extend(t.delta.ids, len(batchRows))
		for f := range batchRows {
			t.delta.ids[at+f] = y.id(f)
		}
	}
	if t.rows.due == nil {
		return
	}
	for f, row := range batchRows {
		due := eventtime.Max
		if k.Due != nil {
			due = k.Due[row]
		}
		t.rows.due[y.id(f)] = due
		if t.panes == nil {
			t.calendar.put(y.id(f), due)
		}
	}
}

// Append makes one more row for each selected key of a Multi table, behind the
// rows the key has. Like Upsert it may spill before it begins.
func (t *Table) Append(k Keys, ids []RowID) error {
	sel := k.selection()
	if err := t.ready(k, sel); err != nil {
		return err
	}
	return t.chunks(k, sel, ids, true, func(sel []uint16, ids []RowID) error {
		return t.appendChunk(k, sel, ids, t.delta.bornMark())
	})
}

// appendChunk finds or makes the first rows of the keys; whoever made one has
// its row, the others get one more.
func (t *Table) appendChunk(k Keys, sel []uint16, ids []RowID, m mark) error {
	_, made, err := t.upsertChunk(k, sel, ids, m)
	if err != nil {
		return err
	}
	makers := t.probe.made[:made]
	rest := t.probe.open[:0]
	for j, row := range sel {
		if len(makers) > 0 && makers[0] == row {
			makers = makers[1:]
			continue
		}
		rest = append(rest, uint16(j))
	}
	return t.appendRows(k, sel, rest, ids, m)
}

// appendRows makes a row for each position of rest, whose first rows ids names,
// and puts it into ids.
func (t *Table) appendRows(k Keys, sel, rest []uint16, ids []RowID, m mark) error {
	if err := t.admit(len(rest)); err != nil {
		return err
	}
	batchRows := t.probe.made[:len(rest)]
	for f, j := range rest {
		batchRows[f] = sel[j]
	}
	y := t.rows.open(len(rest), t.visiting)
	reused := t.rows.close(y, len(rest))
	t.rows.setKeys(y, k.Cols, batchRows, reused)
	t.settle(k, y, batchRows, m)
	for f, j := range rest {
		id := y.id(f)
		if t.rows.tag != nil {
			t.rows.tag[id] = t.probe.tags[j]
		}
		t.after(ids[j], id, t.seq)
		t.seq++
		ids[j] = id
	}
	return nil
}

// Next returns the next row of the same key, in insertion order, or NoRow.
func (t *Table) Next(id RowID) RowID { return t.rows.link[id].next }

func (k *Keys) selection() []uint16 {
	if k.Sel != nil {
		return k.Sel
	}
	return columnar.All(k.N)
}

// tags sets the index hashes of a chunk: the partition hash, with a hash of the
// key columns mixed in where that covers only some of them.
func (t *Table) tags(k Keys, sel []uint16) {
	tags := t.probe.tags[:len(sel)]
	for j, row := range sel {
		tags[j] = k.Hash[row]
	}
	if t.rows.tag == nil {
		return
	}
	for _, c := range k.Cols {
		for j, row := range sel {
			tags[j] = mix(c, int(row), tags[j])
		}
	}
}

// mix hashes one value into h so that values Compare holds equal agree. Nested
// values are hashed by their elements.
func mix(v *columnar.Vector, i int, h uint32) uint32 {
	if v.IsNull(i) {
		return h
	}
	if v.Dict != nil {
		return mix(v.Dict, int(v.Codes[v.Row(i)]), h)
	}
	switch v.Type.Kind() {
	case sqltype.KindString, sqltype.KindBinary:
		return hashing.Bytes(v.Text(i), h)
	case sqltype.KindArray, sqltype.KindMap:
		lo, hi := v.Span(i)
		for _, c := range v.Child {
			for r := lo; r < hi; r++ {
				h = mix(c, r, h)
			}
		}
		return h
	case sqltype.KindStruct:
		for _, c := range v.Child {
			h = mix(c, v.Row(i), h)
		}
		return h
	case sqltype.KindFloat:
		return mixFloat(float64(columnar.At[float32](v, i)), h)
	case sqltype.KindDouble:
		return mixFloat(columnar.At[float64](v, i), h)
	}
	return mixFixed(v, i, h)
}

func mixFloat(x float64, h uint32) uint32 {
	if x != x {
		x = math.NaN()
	}
	return hashing.Float64(x, h)
}

func mixFixed(v *columnar.Vector, i int, h uint32) uint32 {
	switch sqltype.Width(v.Type) {
	case 1:
		return hashing.Int32(int32(columnar.At[int8](v, i)), h)
	case 2:
		return hashing.Int32(int32(columnar.At[int16](v, i)), h)
	case 4:
		return hashing.Int32(columnar.At[int32](v, i), h)
	case 8:
		return hashing.Int64(columnar.At[int64](v, i), h)
	}
	x := columnar.At[[2]int64](v, i)
	return hashing.Int64(x[1], hashing.Int64(x[0], h))
}
