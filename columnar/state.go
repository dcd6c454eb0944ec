package columnar

import (
	"math/bits"

	"github.com/spatestream/spate/sqltype"
)

// This file changes rows in place, which only state does: vectors that live
// longer than a batch and are indexed by row id. Overwritten text and lists
// stay behind as garbage until Compact.

// Extend adds n rows to a flat vector: zeros, empty text, empty lists, not
// null.
func (v *Vector) Extend(n int) {
	at := v.Len
	v.Len += n
	switch v.Type.Kind() {
	case sqltype.KindNull:
		return
	case sqltype.KindString, sqltype.KindBinary, sqltype.KindArray, sqltype.KindMap:
		v.Views = growTo(v.Views, v.Len)
		clear(v.Views[at:])
	case sqltype.KindStruct:
		for _, c := range v.Child {
			c.Extend(n)
		}
	default:
		w := sqltype.Width(v.Type)
		v.Data = growAligned(v.Data, v.Len*w)
		clear(v.Data[at*w:])
	}
	if v.Valid != nil {
		v.growValid(v.Len)
		for i := at; i < v.Len; i++ {
			v.Valid.Set(i)
		}
	}
}

// SetZero makes row i of a flat vector what Extend makes.
func (v *Vector) SetZero(i int) {
	switch v.Type.Kind() {
	case sqltype.KindNull:
	case sqltype.KindString, sqltype.KindBinary, sqltype.KindArray, sqltype.KindMap:
		v.Views[i] = View{}
	case sqltype.KindStruct:
		for _, c := range v.Child {
			c.SetZero(i)
		}
	default:
		w := sqltype.Width(v.Type)
		clear(v.Data[i*w : (i+1)*w])
	}
	v.SetValid(i)
}

// SetValid marks row i of a flat vector not null.
func (v *Vector) SetValid(i int) {
	if v.Valid != nil {
		v.Valid.Set(i)
	}
}

// SetFrom overwrites row i of the flat vector v with a copy of row j of o,
// which has the same type in any form and is not v.
func (v *Vector) SetFrom(i int, o *Vector, j int) {
	if o.IsNull(j) {
		v.SetNull(i)
		return
	}
	if o.Dict != nil {
		v.SetFrom(i, o.Dict, int(o.Codes[o.Row(j)]))
		return
	}
	v.SetValid(i)
	switch v.Type.Kind() {
	case sqltype.KindString, sqltype.KindBinary:
		v.SetText(i, o.Text(j))
	case sqltype.KindArray, sqltype.KindMap:
		v.setListFrom(i, o, j)
	case sqltype.KindStruct:
		for k, c := range v.Child {
			c.SetFrom(i, o.Child[k], o.Row(j))
		}
	default:
		w := sqltype.Width(v.Type)
		r := o.Row(j)
		copy(v.Data[i*w:(i+1)*w], o.Data[r*w:(r+1)*w])
	}
}

// ReplaceText is SetText that writes over the text of the row if it has room for
// b: for vectors of which no two rows share bytes, as those of state that only
// this file and SetText have changed. It reports whether it left no garbage.
func (v *Vector) ReplaceText(i int, b []byte) bool {
	w := &v.Views[i]
	if int(w.Len) < len(b) {
		v.SetText(i, b)
		return false
	}
	w.Len = uint32(copy(v.Bytes[w.Off:w.Off+w.Len], b))
	return true
}

// SetRows overwrites the rows ids of the flat vector v with copies of the rows
// sel of o, one for each: SetFrom for many.
func (v *Vector) SetRows(ids []uint32, o *Vector, sel []uint16) {
	plain := v.Valid == nil && o.Valid == nil && !o.Const && o.Dict == nil
	switch w := sqltype.Width(v.Type); {
	case plain && w == 1:
		scatter(Slice[uint8](v), ids, Slice[uint8](o), sel)
	case plain && w == 2:
		scatter(Slice[uint16](v), ids, Slice[uint16](o), sel)
	case plain && w == 4:
		scatter(Slice[uint32](v), ids, Slice[uint32](o), sel)
	case plain && w == 8:
		scatter(Slice[uint64](v), ids, Slice[uint64](o), sel)
	case plain && w == 16:
		scatter(Slice[[2]uint64](v), ids, Slice[[2]uint64](o), sel)
	default:
		for k, id := range ids {
			v.SetFrom(int(id), o, int(sel[k]))
		}
	}
}

func scatter[T any](dst []T, ids []uint32, src []T, sel []uint16) {
	sel = sel[:len(ids)]
	for k, id := range ids {
		dst[id] = src[sel[k]]
	}
}

func (v *Vector) setListFrom(i int, o *Vector, j int) {
	lo, hi := o.Span(j)
	v.Views[i] = View{}
	at := v.GrowList(i, hi-lo)
	for k, c := range v.Child {
		for r := range hi - lo {
			c.SetFrom(at+r, o.Child[k], lo+r)
		}
	}
}

// GrowList adds n elements, zeros, to the end of list i of a flat array or map
// vector and returns the row in the children where the new ones begin. A list
// owns the next power of two of its length in the children, so that growing by
// one is amortised O(1) however lists interleave; therefore it may be called
// only for lists that were made by Extend, SetZero, GrowList, SetFrom or
// Compact, not for those that AppendRows and decoders pack.
func (v *Vector) GrowList(i, n int) int {
	old := v.Views[i]
	length := int(old.Len) + n
	if length > listRoom(int(old.Len)) {
		v.moveList(i, listRoom(length))
	}
	v.Views[i].Len = uint32(length)
	at := int(v.Views[i].Off + old.Len)
	for _, c := range v.Child {
		for r := at; r < at+n; r++ {
			c.SetZero(r)
		}
	}
	return at
}

// moveList copies list i to the end of the children, with room elements.
func (v *Vector) moveList(i, room int) {
	old := v.Views[i]
	at := v.Child[0].Len
	for _, c := range v.Child {
		c.Extend(room)
		c.moveRows(at, int(old.Off), int(old.Len))
	}
	v.Views[i].Off = uint32(at)
}

// moveRows makes rows [to, to+n) equal rows [from, from+n), sharing their text.
func (v *Vector) moveRows(to, from, n int) {
	switch v.Type.Kind() {
	case sqltype.KindNull:
	case sqltype.KindString, sqltype.KindBinary, sqltype.KindArray, sqltype.KindMap:
		copy(v.Views[to:to+n], v.Views[from:from+n])
	case sqltype.KindStruct:
		for _, c := range v.Child {
			c.moveRows(to, from, n)
		}
	default:
		w := sqltype.Width(v.Type)
		copy(v.Data[to*w:(to+n)*w], v.Data[from*w:(from+n)*w])
	}
	if v.Valid != nil {
		for r := range n {
			v.Valid.Put(to+r, v.Valid.Get(from+r))
		}
	}
}

// listRoom returns how many elements a list of n owns.
func listRoom(n int) int {
	if n <= 1 {
		return n
	}
	return 1 << bits.Len(uint(n-1))
}

// Compact drops the garbage of a flat vector of text or lists: bytes and
// elements no row refers to. Rows keep their numbers.
func (v *Vector) Compact() {
	switch v.Type.Kind() {
	case sqltype.KindString, sqltype.KindBinary:
		v.compactText()
	case sqltype.KindArray, sqltype.KindMap:
		v.compactLists()
	case sqltype.KindStruct:
		for _, c := range v.Child {
			c.Compact()
		}
	}
}

func (v *Vector) compactText() {
	n := 0
	for _, w := range v.Views {
		n += int(w.Len)
	}
	b := make([]byte, 0, n+n/4)
	for i, w := range v.Views {
		v.Views[i].Off = uint32(len(b))
		b = append(b, v.Bytes[w.Off:w.Off+w.Len]...)
	}
	v.Bytes = b
}

func (v *Vector) compactLists() {
	old := New(v.Type)
	*old = *v
	v.Child = New(v.Type).Child
	v.Views = make([]View, len(old.Views), cap(old.Views))
	for i := range old.Views {
		if !old.IsNull(i) {
			v.setListFrom(i, old, i)
		}
	}
}

// Loose returns how much storage of variable length v has, garbage included:
// bytes of text and elements of lists. When it has doubled since the last
// Compact, another one pays.
func (v *Vector) Loose() int {
	n := len(v.Bytes)
	for _, c := range v.Child {
		if v.Type.Kind() == sqltype.KindStruct {
			n += c.Loose()
		} else {
			n += c.Len + c.Loose()
		}
	}
	return n
}

// Held returns the bytes of the buffers of v, at their capacity.
func (v *Vector) Held() int {
	n := cap(v.Data) + cap(v.Bytes) + 8*cap(v.Views) + 8*cap(v.Valid) + 4*cap(v.Codes)
	for _, c := range v.Child {
		n += c.Held()
	}
	return n
}

// AppendIDs adds copies of the rows ids of o, which has the same type and is
// flat, to the flat vector v.
func (v *Vector) AppendIDs(o *Vector, ids []uint32) {
	switch v.Type.Kind() {
	case sqltype.KindNull, sqltype.KindArray, sqltype.KindMap:
		for _, id := range ids {
			v.AppendFrom(o, int(id))
		}
		return
	case sqltype.KindStruct:
		for k, c := range v.Child {
			c.AppendIDs(o.Child[k], ids)
		}
		v.Len += len(ids)
	case sqltype.KindString, sqltype.KindBinary:
		v.textIDs(o, ids)
	default:
		v.fixedIDs(o, ids)
	}
	if o.Valid != nil || v.Valid != nil {
		v.validIDs(o, ids)
	}
}

func (v *Vector) textIDs(o *Vector, ids []uint32) {
	at := v.Len
	v.Len += len(ids)
	v.Views = growTo(v.Views, v.Len)
	for k, id := range ids {
		w := o.Views[id]
		v.Views[at+k] = View{uint32(len(v.Bytes)), w.Len}
		v.Bytes = append(v.Bytes, o.Bytes[w.Off:w.Off+w.Len]...)
	}
}

func (v *Vector) fixedIDs(o *Vector, ids []uint32) {
	w, at := sqltype.Width(v.Type), v.Len
	v.Len += len(ids)
	v.Data = growAligned(v.Data, v.Len*w)
	pick(v.Data[at*w:], o.Data, w, ids)
}

func (v *Vector) validIDs(o *Vector, ids []uint32) {
	at := v.Len - len(ids)
	if v.Valid == nil {
		v.Valid = NewBitmap(v.Len)
		v.Valid.Fill(at)
	}
	v.growValid(v.Len)
	for k, id := range ids {
		v.Valid.Put(at+k, o.Valid == nil || o.Valid.Get(int(id)))
	}
}
