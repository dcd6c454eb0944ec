package store

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sqltype"
)

// verify returns the positions of a chunk whose row has the same hash but
// another key: hardly ever any. Each column is one loop; its loads of the
// stored keys overlap.
func (t *Table) verify(k Keys, sel []uint16, ids []RowID) []uint16 {
	bad := t.probe.open[:0]
	for c, col := range t.rows.cols[:t.rows.keys] {
		bad = differing(col, k.Cols[c], sel, ids, bad)
	}
	return bad
}

// differing appends to bad the positions j where ids[j] is a row and its value
// in col is not that of row sel[j] of in. bad has room for all.
func differing(col, in *columnar.Vector, sel []uint16, ids []RowID, bad []uint16) []uint16 {
	if in.Const || in.Dict != nil || in.Valid != nil || col.Valid != nil {
		return differingSlow(col, in, sel, ids, bad)
	}
	switch col.Type.Kind() {
	case sqltype.KindString, sqltype.KindBinary:
		return differingText(col, in, sel, ids, bad)
	case sqltype.KindFloat, sqltype.KindDouble, sqltype.KindNull, sqltype.KindArray, sqltype.KindMap, sqltype.KindStruct:
		return differingSlow(col, in, sel, ids, bad)
	}
	switch sqltype.Width(col.Type) {
	case 1:
		return differingFixed(columnar.Slice[uint8](col), columnar.Slice[uint8](in), sel, ids, bad)
	case 2:
		return differingFixed(columnar.Slice[uint16](col), columnar.Slice[uint16](in), sel, ids, bad)
	case 4:
		return differingFixed(columnar.Slice[uint32](col), columnar.Slice[uint32](in), sel, ids, bad)
	case 8:
		return differingFixed(columnar.Slice[uint64](col), columnar.Slice[uint64](in), sel, ids, bad)
	}
	return differingFixed(columnar.Slice[[2]uint64](col), columnar.Slice[[2]uint64](in), sel, ids, bad)
}

func differingFixed[T comparable](col, in []T, sel []uint16, ids []RowID, bad []uint16) []uint16 {
	sel = sel[:len(ids)]
	for j, id := range ids {
		if id != NoRow && col[id] != in[sel[j]] {
			bad = append(bad, uint16(j))
		}
	}
	return bad
}

func differingText(col, in *columnar.Vector, sel []uint16, ids []RowID, bad []uint16) []uint16 {
	sel = sel[:len(ids)]
	for j, id := range ids {
		if id == NoRow {
			continue
		}
		a, b := col.Views[id], in.Views[sel[j]]
		if a.Len != b.Len || string(col.Bytes[a.Off:a.Off+a.Len]) != string(in.Bytes[b.Off:b.Off+b.Len]) {
			bad = append(bad, uint16(j))
		}
	}
	return bad
}

func differingSlow(col, in *columnar.Vector, sel []uint16, ids []RowID, bad []uint16) []uint16 {
	for j, id := range ids {
		if id != NoRow && !columnar.Equal(col, int(id), in, int(sel[j])) {
			bad = append(bad, uint16(j))
		}
	}
	return bad
}
