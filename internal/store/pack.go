package store

import (
	"github.com/spatestream/spate/columnar"
	"github.com/spatestream/spate/internal/hashing"
	"github.com/spatestream/spate/sqltype"
)

// packedProbe is the scratch memory of look-ups by packed keys.
type packedProbe struct {
	first  [chunkRows]uint64 // words of the keys
	second [chunkRows]uint64
	marks  [chunkRows]uint64 // 0: not packed
	long   [chunkRows]uint16 // positions of keys with a long second word
	longs  int
	open   [chunkRows]uint16 // positions still looking
	free   [chunkRows]uint16 // positions that met a free slot
	others [chunkRows]uint16 // positions of keys that are not packed
	sel    [chunkRows]uint16 // their rows
	ids    [chunkRows]RowID  // and ids
	sink   uint64
}

func (w word16) hash() uint64 { return hashing.Words(w.lo, w.hi) }

// shortMark is the mark of a key whose second word is below 1 << 32.
func (w word16) shortMark(form uint32) uint64 {
	return w.hash()&rowMask | uint64(form)<<rowBits | w.hi<<32
}

// longMark is the mark of another key: hardly ever do two agree that begin with
// the same word.
func (w word16) longMark(form uint32) uint64 {
	h := w.hash()
	return h&rowMask | uint64(form)<<rowBits | h>>32<<32
}

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

// pack sets words, marks and the long ones of the rows sel and returns the
// positions of those that cannot be packed: nulls, and texts of more than 16
// bytes. Their mark is 0, which is found nowhere.
func (t *Table) pack(k Keys, sel []uint16) (others []uint16) {
	p, n := &t.packed.probe, 0
	if isText(k.Cols[0].Type) {
		n = p.packText(k.Cols[0], sel, &t.probe)
	} else {
		p.packRow(k.Cols, sel, &t.probe)
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

// packRow packs one or two columns of numbers, of form 1 if the second is
// short, else 2.
func (p *packedProbe) packRow(cols []*columnar.Vector, sel []uint16, scratch *probe) {
	packNumber(&p.first, cols[0], sel, scratch)
	if len(cols) == 2 {
		packNumber(&p.second, cols[1], sel, scratch)
	} else {
		clear(p.second[:len(sel)])
	}
	p.longs = 0
	for j := range sel {
		key := word16{p.first[j], p.second[j]}
		p.marks[j] = key.shortMark(1)
		if key.hi>>32 != 0 {
			p.marks[j] = key.longMark(2)
			p.long[p.longs] = uint16(j)
			p.longs++
		}
	}
}

// packNumber sets one word of each key.
func packNumber(to *[chunkRows]uint64, v *columnar.Vector, sel []uint16, scratch *probe) {
	at := scratch.places(v, sel)
	if v.Dict != nil {
		v = v.Dict
	}
	switch sqltype.Width(v.Type) {
	case 1:
		packNumbers(to, columnar.Slice[uint8](v), at)
	case 2:
		packNumbers(to, columnar.Slice[uint16](v), at)
	case 4:
		packNumbers(to, columnar.Slice[uint32](v), at)
	default:
		packNumbers(to, columnar.Slice[uint64](v), at)
	}
}

func packNumbers[T uint8 | uint16 | uint32 | uint64](to *[chunkRows]uint64, x []T, at []uint32) {
	for j, r := range at {
		to[j&(chunkRows-1)] = uint64(x[r])
	}
}

// packTexts loads two words of each text and masks them by its length; texts
// too near to the end of their storage are copied first.
func packTexts[R uint16 | uint32](p *packedProbe, v *columnar.Vector, at []R) (others int) {
	views, text := v.Views, v.Bytes
	last := len(text) - 16 // where 16 bytes can be loaded
	longs := 0
	for j, r := range at {
		w := views[r]
		j &= chunkRows - 1
		if w.Len > 16 {
			p.marks[j] = 0
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
		p.first[j], p.second[j], p.marks[j] = key.lo, key.hi, key.shortMark(w.Len+1)
		if w.Len > 12 {
			p.marks[j] = key.longMark(w.Len + 1)
			p.long[longs] = uint16(j)
			longs++
		}
	}
	p.longs = longs
	return others
}

// dropNulls takes away the marks of nulls.
func (p *packedProbe) dropNulls(v *columnar.Vector, sel []uint16) (others int) {
	if v.Valid == nil {
		return 0
	}
	for j, r := range sel {
		if v.IsNull(int(r)) {
			p.marks[j] = 0
			others++
		}
	}
	return others
}

// unpacked returns the positions without a mark.
func (p *packedProbe) unpacked(n int) []uint16 {
	k := 0
	for j, m := range p.marks[:n] {
		p.others[k] = uint16(j)
		if m == 0 {
			k++
		}
	}
	return p.others[:k]
}
