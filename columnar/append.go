package columnar

import (
	"github.com/spatestream/spate/sqltype"
)

// AppendNull adds a null row to a flat vector.
func (v *Vector) AppendNull() {
	v.AppendZero()
	v.SetNull(v.Len - 1)
}

// AppendZero adds a row to a flat vector: zero, empty text, an empty list, a
// struct of zeros.
func (v *Vector) AppendZero() {
	n := v.Len + 1
	switch v.Type.Kind() {
	case sqltype.KindNull:
	case sqltype.KindString, sqltype.KindBinary, sqltype.KindArray, sqltype.KindMap:
		v.Views = growTo(v.Views, n)
		v.Views[n-1] = View{}
	case sqltype.KindStruct:
		for _, c := range v.Child {
			c.AppendZero()
		}
	default:
		w := sqltype.Width(v.Type)
		v.Data = growAligned(v.Data, n*w)
		clear(v.Data[(n-1)*w:])
	}
	v.Len = n
	if v.Valid != nil {
		v.growValid(n)
		v.Valid.Set(n - 1)
	}
}

// AppendText adds a copy of b to a flat string or binary vector.
func (v *Vector) AppendText(b []byte) {
	v.AppendZero()
	v.SetText(v.Len-1, b)
}

// AppendFixed adds a value to a flat fixed-width vector. T must have the
// column's width.
func AppendFixed[T any](v *Vector, x T) {
	v.AppendZero()
	Slice[T](v)[v.Len-1] = x
}

// AppendList adds a row to a flat array or map vector whose elements are the
// rows [lo, len) that were appended to its children since they had lo rows.
func (v *Vector) AppendList(lo int) {
	v.AppendZero()
	v.Views[v.Len-1] = View{uint32(lo), uint32(v.Child[0].Len - lo)}
}

// AppendStruct adds a row to a flat struct vector to whose children one value
// each was appended before.
func (v *Vector) AppendStruct() {
	v.Len++
	if v.Valid != nil {
		v.growValid(v.Len)
		v.Valid.Set(v.Len - 1)
	}
}

// AppendFrom adds a copy of row i of o, which has the same type in any form,
// to the flat vector v.
func (v *Vector) AppendFrom(o *Vector, i int) {
	if o.IsNull(i) {
		v.AppendNull()
		return
	}
	if o.Dict != nil {
		v.AppendFrom(o.Dict, int(o.Codes[o.Row(i)]))
		return
	}
	switch v.Type.Kind() {
	case sqltype.KindString, sqltype.KindBinary:
		v.AppendText(o.Text(i))
	case sqltype.KindArray, sqltype.KindMap:
		v.appendListFrom(o, i)
	case sqltype.KindStruct:
		for k, c := range v.Child {
			c.AppendFrom(o.Child[k], o.Row(i))
		}
		v.Len++
		if v.Valid != nil {
			v.growValid(v.Len)
			v.Valid.Set(v.Len - 1)
		}
	default:
		w := sqltype.Width(v.Type)
		v.AppendZero()
		r := o.Row(i)
		copy(v.Data[(v.Len-1)*w:], o.Data[r*w:(r+1)*w])
	}
}

func (v *Vector) appendListFrom(o *Vector, i int) {
	lo, hi := o.Span(i)
	start := v.Child[0].Len
	for k, c := range v.Child {
		for r := lo; r < hi; r++ {
			c.AppendFrom(o.Child[k], r)
		}
	}
	v.AppendList(start)
}

// AppendRange adds copies of the rows [lo, hi) of o, which has the same type in
// any form, to the flat vector v.
func (v *Vector) AppendRange(o *Vector, lo, hi int) {
	k := v.Type.Kind()
	if o.Const || o.Dict != nil || o.Valid != nil || v.Valid != nil || k == sqltype.KindNull || k >= sqltype.KindArray {
		for i := lo; i < hi; i++ {
			v.AppendFrom(o, i)
		}
		return
	}
	n := v.Len + hi - lo
	if k == sqltype.KindString || k == sqltype.KindBinary {
		v.Views = growTo(v.Views, n)
		for i, w := range o.Views[lo:hi] {
			v.Views[v.Len+i] = View{uint32(len(v.Bytes)), w.Len}
			v.Bytes = append(v.Bytes, o.Bytes[w.Off:w.Off+w.Len]...)
		}
	} else {
		w := sqltype.Width(v.Type)
		v.Data = growAligned(v.Data, n*w)
		copy(v.Data[v.Len*w:], o.Data[lo*w:hi*w])
	}
	v.Len = n
}

// AppendRows adds copies of the rows of o, which has the same type in any
// form, to the flat vector v: those of sel in order, or [0, n) if sel is nil.
func (v *Vector) AppendRows(o *Vector, sel []uint16, n int) {
	if sel != nil {
		n = len(sel)
	}
	text := v.Type.Kind() == sqltype.KindString || v.Type.Kind() == sqltype.KindBinary
	switch {
	case o.Const || v.Type.Kind() >= sqltype.KindArray || v.Type.Kind() == sqltype.KindNull:
		for k := range n {
			v.AppendFrom(o, rowAt(sel, k))
		}
		return
	case o.Dict != nil && text:
		v.appendCoded(o, sel, n)
	case o.Dict != nil:
		v.appendCodedFixed(o, sel, n)
	case text:
		v.appendTexts(o, sel, n)
	default:
		v.appendFixed(o, sel, n)
	}
	v.appendValid(o, sel, n)
}

func (v *Vector) appendTexts(o *Vector, sel []uint16, n int) {
	at := v.Len
	v.Views = growTo(v.Views, at+n)
	for k := range n {
		w := o.Views[rowAt(sel, k)]
		v.Views[at+k] = View{uint32(len(v.Bytes)), w.Len}
		v.Bytes = append(v.Bytes, o.Bytes[w.Off:w.Off+w.Len]...)
	}
	v.Len += n
}

// appendCodedFixed is appendFixed of a dictionary vector.
func (v *Vector) appendCodedFixed(o *Vector, sel []uint16, n int) {
	w, at := sqltype.Width(v.Type), v.Len
	v.Len += n
	v.Data = growAligned(v.Data, v.Len*w)
	if sel == nil {
		pick(v.Data[at*w:], o.Dict.Data, w, o.Codes[:n])
		return
	}
	var codes [MaxRows]int32
	gather(codes[:n], o.Codes, sel)
	pick(v.Data[at*w:], o.Dict.Data, w, codes[:n])
}

// appendCoded is appendTexts of a dictionary vector.
func (v *Vector) appendCoded(o *Vector, sel []uint16, n int) {
	at := v.Len
	v.Views = growTo(v.Views, at+n)
	for k := range n {
		var w View
		if r := rowAt(sel, k); o.Valid == nil || o.Valid.Get(r) {
			w = o.Dict.Views[o.Codes[r]]
		}
		v.Views[at+k] = View{uint32(len(v.Bytes)), w.Len}
		v.Bytes = append(v.Bytes, o.Dict.Bytes[w.Off:w.Off+w.Len]...)
	}
	v.Len += n
}

func (v *Vector) appendFixed(o *Vector, sel []uint16, n int) {
	w, at := sqltype.Width(v.Type), v.Len
	v.Data = growAligned(v.Data, (at+n)*w)
	v.Len += n
	if sel == nil {
		copy(v.Data[at*w:], o.Data[:n*w])
		return
	}
	pick(v.Data[at*w:], o.Data, w, sel)
}

func gather[T any, I uint16 | int32 | uint32](dst, src []T, at []I) {
	dst = dst[:len(at)]
	for k, i := range at {
		dst[k] = src[i]
	}
}

// appendValid extends v.Valid for the n rows just appended.
func (v *Vector) appendValid(o *Vector, sel []uint16, n int) {
	if o.Valid == nil && v.Valid == nil {
		return
	}
	at := v.Len - n
	if v.Valid == nil {
		v.Valid = NewBitmap(v.Len)
		v.Valid.Fill(at)
	}
	v.growValid(v.Len)
	for k := range n {
		v.Valid.Put(at+k, o.Valid == nil || o.Valid.Get(rowAt(sel, k)))
	}
}

func (v *Vector) growValid(n int) {
	for len(v.Valid) < (n+63)/64 {
		v.Valid = append(v.Valid, 0)
	}
}

// Flat returns v itself if it is flat, else a flat copy of its rows in buf,
// which is made if nil. The copy is valid until buf is used again.
func (v *Vector) Flat(buf *Vector) *Vector {
	if !v.Const && v.Dict == nil {
		return v
	}
	if buf == nil {
		buf = New(v.Type)
	}
	buf.Resize(0)
	buf.AppendRows(v, nil, v.Len)
	return buf
}

// AppendBatch adds copies of the selected rows of o to the flat batch b, hash
// included.
func (b *Batch) AppendBatch(o *Batch) { b.AppendSel(o, o.Sel) }

// AppendSel adds copies of the rows sel of o (nil: all) to the flat batch b,
// hash included.
func (b *Batch) AppendSel(o *Batch, sel []uint16) {
	for i, c := range b.Cols {
		c.AppendRows(o.Cols[i], sel, o.Len)
	}
	n := o.Len
	if sel != nil {
		n = len(sel)
	}
	if o.Hash != nil {
		at := len(b.Hash)
		b.Hash = growTo(b.Hash, at+n)
		if sel == nil {
			copy(b.Hash[at:], o.Hash[:n])
		} else {
			gather(b.Hash[at:], o.Hash, sel)
		}
	}
	b.Len += n
}

// Size returns about how many bytes the rows of v take.
func (v *Vector) Size() int {
	n := len(v.Data) + len(v.Bytes) + 8*len(v.Views) + 8*len(v.Valid) + 4*len(v.Codes)
	for _, c := range v.Child {
		n += c.Size()
	}
	if v.Dict != nil {
		n += v.Dict.Size()
	}
	return n
}

// Size returns about how many bytes the columns of b take.
func (b *Batch) Size() int {
	n := 0
	for _, c := range b.Cols {
		n += c.Size()
	}
	return n
}

func rowAt(sel []uint16, k int) int {
	if sel == nil {
		return k
	}
	return int(sel[k])
}

// roomier returns the capacity that a buffer of have elements grows to when it
// must hold n: twice as many, of large ones a quarter more, so that state of
// many millions of rows does not hold half of its memory idle.
func roomier(have, n int) int {
	if have < 1<<20 {
		return max(n, 2*have)
	}
	return max(n, have+have/4)
}

// growTo is grow with amortised doubling for appends.
func growTo[T any](s []T, n int) []T {
	if cap(s) < n {
		t := make([]T, n, max(roomier(cap(s), n), 8))
		copy(t, s)
		return t
	}
	return s[:n]
}
