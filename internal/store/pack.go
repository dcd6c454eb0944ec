package store

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/hashing"
	"github.com/spatestream/spate/sqltype"
)

// packedProbe is the scratch memory of look-ups by packed keys.
type packedProbe struct {
	keys   [chunkRows]word16
	forms  [chunkRows]uint32
	home   [chunkRows]uint32 // hash
	open   [chunkRows]uint16 // positions still looking
	others [chunkRows]uint16 // positions of keys that are not packed
	sel    [chunkRows]uint16 // their rows
	ids    [chunkRows]RowID  // and ids
	sink   uint32
}

// home is the hash of a key; the slot is its low bits.
func (w word16) home() uint32 { return uint32(hashing.Words(w.lo, w.hi)) }

// packs reports whether keys of these columns are packed: one text, or one or
// two numbers of up to eight bytes. Floats are not: NaN and -0.0 have several
// forms.
func packs(key *sqltype.Struct) bool {
	for _, f := range key.Fields {
		if isText(f.Type) {
			return len(key.Fields) == 1
		}
		if k := f.Type.Kind(); k == sqltype.KindFloat || k == sqltype.KindDouble {
			return false
		}
		if w := sqltype.Width(f.Type); w == 0 || w > 8 {
			return false
		}
	}
	return len(key.Fields) == 1 || len(key.Fields) == 2
}

// pack sets keys, forms and home of the rows sel and returns the positions of
// those that cannot be packed: nulls, and texts of more than 16 bytes. Their
// form is 0, which is found nowhere.
func (t *Table) pack(k Keys, sel []uint16) (others []uint16) {
	p, n := &t.packed.probe, 0
	if isText(k.Cols[0].Type) {
		n = p.packText(k.Cols[0], sel, &t.probe)
	} else {
		for c, v := range k.Cols {
			p.packNumber(c, v, sel, &t.probe)
		}
		for j := range sel {
			p.home[j] = p.keys[j].home()
		}
	}
	for _, v := range k.Cols {
		n += p.dropNulls(v, sel)
	}
	if n == 0 {
		return nil
	}
	return p.unpacked(len(sel))
}

func isText(t sqltype.Type) bool {
	return t.Kind() == sqltype.KindString || t.Kind() == sqltype.KindBinary
}

// packText packs a text column and returns how many rows it cannot pack.
func (p *packedProbe) packText(v *columnar.Vector, sel []uint16, scratch *probe) int {
	switch {
	case v.Dict != nil:
		return packTexts(p, v.Dict, scratch.places(v, sel))
	case v.Const:
		return packTexts(p, v, scratch.places(v, sel))
	}
	return packTexts(p, v, sel)
}

// packNumber packs key column c, of numbers.
func (p *packedProbe) packNumber(c int, v *columnar.Vector, sel []uint16, scratch *probe) {
	at := scratch.places(v, sel)
	if v.Dict != nil {
		v = v.Dict
	}
	switch sqltype.Width(v.Type) {
	case 1:
		packNumbers(p, c, columnar.Slice[uint8](v), at)
	case 2:
		packNumbers(p, c, columnar.Slice[uint16](v), at)
	case 4:
		packNumbers(p, c, columnar.Slice[uint32](v), at)
	default:
		packNumbers(p, c, columnar.Slice[uint64](v), at)
	}
}

func packNumbers[T uint8 | uint16 | uint32 | uint64](p *packedProbe, c int, x []T, at []uint32) {
	if c == 1 {
		for j, r := range at {
			p.keys[j&(chunkRows-1)].hi = uint64(x[r])
		}
		return
	}
	for j, r := range at {
		p.keys[j&(chunkRows-1)] = word16{lo: uint64(x[r])}
		p.forms[j&(chunkRows-1)] = 1
	}
}

// packTexts loads two words of each text and masks them by its length; texts
// too near to the end of their storage are copied first.
func packTexts[R uint16 | uint32](p *packedProbe, v *columnar.Vector, at []R) (others int) {
	views, text := v.Views, v.Bytes
	last := len(text) - 16 // where 16 bytes can be loaded
	for j, r := range at {
		w := views[r]
		j &= chunkRows - 1
		if w.Len > 16 {
			p.forms[j] = 0
			others++
			continue
		}
		var key word16
		if off := int(w.Off); off <= last {
			b, m := text[off:][:16], &wordMasks[w.Len]
			key = word16{first8(b) & m[0], first8(b[8:]) & m[1]}
		} else {
			var b [16]byte
			copy(b[:], text[w.Off:w.Off+w.Len])
			key = word16{first8(b[:]), first8(b[8:])}
		}
		p.keys[j], p.forms[j], p.home[j] = key, w.Len+1, key.home()
	}
	return others
}

// dropNulls takes away the forms of nulls.
func (p *packedProbe) dropNulls(v *columnar.Vector, sel []uint16) (others int) {
	if v.Valid == nil {
		return 0
	}
	for j, r := range sel {
		if v.IsNull(int(r)) {
			p.forms[j] = 0
			others++
		}
	}
	return others
}

// unpacked returns the positions without a form.
func (p *packedProbe) unpacked(n int) []uint16 {
	k := 0
	for j, f := range p.forms[:n] {
		p.others[k] = uint16(j)
		if f == 0 {
			k++
		}
	}
	return p.others[:k]
}
