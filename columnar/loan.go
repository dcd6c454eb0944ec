package columnar

import (
	"unsafe"

	"github.com/spatestream/spate/sqltype"
)

// Loan makes vectors over the storage of others: rows picked, repeated and put
// in another order without copying text, lists or wide columns. What it returns
// is good until its next use, and as long as what it was made of; like every
// borrowed vector it is only read. The zero value is ready.
type Loan struct {
	v     Vector
	data  []byte
	views []View
	codes []int32
	valid Bitmap
	child []*Loan
}

// Coded returns the dictionary vector of the rows codes of dict, which is flat.
// A row is null where dict's is.
func (l *Loan) Coded(dict *Vector, codes []int32) *Vector {
	n := len(codes)
	l.v = Vector{Type: dict.Type, Len: n, Dict: dict, Codes: codes}
	if dict.Type.Kind() == sqltype.KindNull {
		l.v.Dict, l.v.Codes = nil, nil
	}
	if dict.Valid != nil {
		l.valid = pickBits(l.valid, dict.Valid, codes)
		l.v.Valid = l.valid
	}
	return &l.v
}

// Rows returns the rows sel of o, which has any form: of a constant a constant,
// of a dictionary a dictionary, else flat.
func (l *Loan) Rows(o *Vector, sel []uint16) *Vector {
	n := len(sel)
	l.v = Vector{Type: o.Type, Len: n}
	if o.Const {
		l.v = *o
		l.v.Len = n
		return &l.v
	}
	if o.Valid != nil {
		l.valid = pickBits(l.valid, o.Valid, sel)
		l.v.Valid = l.valid
	}
	if o.Dict != nil {
		l.codes = growTo(l.codes, n)
		gather(l.codes, o.Codes, sel)
		l.v.Dict, l.v.Codes = o.Dict, l.codes
		return &l.v
	}
	l.flat(o, sel)
	return &l.v
}

func (l *Loan) flat(o *Vector, sel []uint16) {
	n := len(sel)
	switch o.Type.Kind() {
	case sqltype.KindNull:
	case sqltype.KindString, sqltype.KindBinary, sqltype.KindArray, sqltype.KindMap:
		l.views = growTo(l.views, n)
		gather(l.views, o.Views, sel)
		l.v.Views, l.v.Bytes, l.v.Child = l.views, o.Bytes, o.Child
	case sqltype.KindStruct:
		for len(l.child) < len(o.Child) {
			l.child = append(l.child, &Loan{})
		}
		l.v.Child = make([]*Vector, len(o.Child))
		for k, c := range o.Child {
			l.v.Child[k] = l.child[k].Rows(c, sel)
		}
	default:
		w := sqltype.Width(o.Type)
		l.data = growAligned(l.data, n*w)
		l.v.Data = l.data
		pick(l.data, o.Data, w, sel)
	}
}

// pickBits gathers bits into dst, which it makes as long as at.
func pickBits[I uint16 | int32](dst, src Bitmap, at []I) Bitmap {
	dst = growTo(dst, (len(at)+63)/64)
	clear(dst)
	for k, i := range at {
		dst[k>>6] |= src.Bit(int(i)) << (uint(k) & 63)
	}
	return dst
}

// pick gathers rows of w bytes.
func pick[I uint16 | int32 | uint32](dst, src []byte, w int, at []I) {
	switch w {
	case 1:
		gather(words[uint8](dst), words[uint8](src), at)
	case 2:
		gather(words[uint16](dst), words[uint16](src), at)
	case 4:
		gather(words[uint32](dst), words[uint32](src), at)
	case 8:
		gather(words[uint64](dst), words[uint64](src), at)
	default:
		gather(words[[2]uint64](dst), words[[2]uint64](src), at)
	}
}

// words is fixed-width data as a slice of T.
func words[T any](b []byte) []T {
	var x T
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/int(unsafe.Sizeof(x)))
}
