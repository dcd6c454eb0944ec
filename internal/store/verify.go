package store

import (
	"encoding/binary"
	"slices"

	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/sqltype"
)

// verify returns the positions of a chunk whose row has the same hash but
// another key: hardly ever any. Each column is one loop; its loads of the
// stored keys overlap.
func (t *Table) verify(k Keys, sel []uint16, ids []RowID) []uint16 {
	bad := t.probe.open[:0]
	t.warmRows(t.rows.cols[:t.rows.keys], ids)
	for c, col := range t.rows.cols[:t.rows.keys] {
		bad = t.probe.differing(col, k.Cols[c], sel, ids, bad)
	}
	return bad
}

// differing appends to bad the positions j where ids[j] is a row and its value
// in col is not that of row sel[j] of in. bad has room for all.
func (p *probe) differing(col, in *columnar.Vector, sel []uint16, ids []RowID, bad []uint16) []uint16 {
	if in.Valid != nil || col.Valid != nil {
		return differingSlow(col, in, sel, ids, bad)
	}
	at := p.places(in, sel)
	if in.Dict != nil {
		in = in.Dict
	}
	switch col.Type.Kind() {
	case sqltype.KindString, sqltype.KindBinary:
		return differingText(col, in, at, ids, bad)
	case sqltype.KindFloat, sqltype.KindDouble, sqltype.KindNull, sqltype.KindArray, sqltype.KindMap, sqltype.KindStruct:
		return differingSlow(col, in, at, ids, bad)
	}
	switch sqltype.Width(col.Type) {
	case 1:
		return differingFixed(columnar.Slice[uint8](col), columnar.Slice[uint8](in), at, ids, bad)
	case 2:
		return differingFixed(columnar.Slice[uint16](col), columnar.Slice[uint16](in), at, ids, bad)
	case 4:
		return differingFixed(columnar.Slice[uint32](col), columnar.Slice[uint32](in), at, ids, bad)
	case 8:
		return differingFixed(columnar.Slice[uint64](col), columnar.Slice[uint64](in), at, ids, bad)
	}
	return differingFixed(columnar.Slice[[2]uint64](col), columnar.Slice[[2]uint64](in), at, ids, bad)
}

// places returns where the values of the rows sel are held: of a dictionary
// vector its rows, so that comparing knows flat vectors only.
func (p *probe) places(in *columnar.Vector, sel []uint16) []uint32 {
	at := p.at[:len(sel)]
	switch {
	case in.Const && in.Dict != nil:
		fillPlaces(at, uint32(in.Codes[0]))
	case in.Const:
		fillPlaces(at, 0)
	case in.Dict != nil:
		for j, r := range sel {
			at[j] = uint32(in.Codes[r])
		}
	default:
		for j, r := range sel {
			at[j] = uint32(r)
		}
	}
	return at
}

func fillPlaces(at []uint32, x uint32) {
	for j := range at {
		at[j] = x
	}
}

func differingFixed[T comparable](col, in []T, at []uint32, ids []RowID, bad []uint16) []uint16 {
	at = at[:len(ids)]
	for j, id := range ids {
		if id != NoRow && col[id] != in[at[j]] {
			bad = append(bad, uint16(j))
		}
	}
	return bad
}

// differingText compares texts of up to 16 bytes as two words under masks, all
// of a chunk in one loop without a branch on the data; longer ones, and those
// too near to the end of their storage to load words, byte by byte.
func differingText(col, in *columnar.Vector, at []uint32, ids []RowID, bad []uint16) []uint16 {
	n := len(bad)
	at, bad = at[:len(ids)], slices.Grow(bad, len(ids)+1)
	bad = bad[:cap(bad)]
	for j, id := range ids {
		if id == NoRow {
			continue
		}
		a, b := col.Views[id], in.Views[at[j]]
		bad[n] = uint16(j)
		if x, y := col.Bytes[a.Off:], in.Bytes[b.Off:]; b.Len <= 16 && len(x) >= 16 && len(y) >= 16 {
			m := &wordMasks[b.Len]
			d := uint64(a.Len^b.Len) | (first8(x)^first8(y))&m[0] | (first8(x[8:])^first8(y[8:]))&m[1]
			n += int((d | -d) >> 63)
		} else if a.Len != b.Len || string(x[:a.Len]) != string(y[:b.Len]) {
			n++
		}
	}
	return bad[:n]
}

func first8(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

// wordMasks selects, by the length of a text, its bytes in two words.
var wordMasks = func() (m [17][2]uint64) {
	for n := range m {
		for i := range n {
			m[n][i/8] |= 0xff << (i % 8 * 8)
		}
	}
	return m
}()

func differingSlow[R uint16 | uint32](col, in *columnar.Vector, at []R, ids []RowID, bad []uint16) []uint16 {
	for j, id := range ids {
		if id != NoRow && !columnar.Equal(col, int(id), in, int(at[j])) {
			bad = append(bad, uint16(j))
		}
	}
	return bad
}
